#include "reconcile/kube/watch.hpp"

#include <future>

#include "appliers/kube/watch_impl.hpp"

namespace reconcile::kube {

std::string_view to_string(WatchEventType type) {
  switch (type) {
    case WatchEventType::added:
      return "ADDED";
    case WatchEventType::modified:
      return "MODIFIED";
    case WatchEventType::deleted:
      return "DELETED";
  }
  return "UNKNOWN";
}

Watcher::Watcher(Client& client, Selection selection, WatchHandlers handlers, WatchOptions options)
    : impl_(std::make_shared<Impl>(client.impl(), std::move(selection), std::move(handlers),
                                   options)) {
}

Watcher::~Watcher() {
  stop();
}

void Watcher::start() {
  impl_->post([](Impl& impl) { impl.begin_list(RequestPurpose::watch); });
}

void Watcher::relist(RequestPurpose purpose) {
  impl_->post([purpose](Impl& impl) { impl.begin_list(purpose); });
}

void Watcher::stop() {
  impl_->stopping = true;
  const auto ended = std::make_shared<std::promise<void>>();
  auto waiting = ended->get_future();
  impl_->queue.post([impl = impl_, ended] {
    impl->end();
    ended->set_value();
  });
  if (impl_->queue.inside()) return;
  const io::Executor& executor = impl_->client->executor;
  while (waiting.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    if (executor.stopped()) return;
  }
}

WatchState Watcher::state() const {
  return impl_->state();
}

bool Watcher::wait_synced(std::chrono::milliseconds limit) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, limit, [this] { return impl_->shared.synced; });
}

bool Watcher::wait_fresh(std::chrono::milliseconds limit) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, limit, [this] { return impl_->is_fresh(); });
}

const Selection& Watcher::selection() const noexcept {
  return impl_->selection;
}

}  // namespace reconcile::kube
