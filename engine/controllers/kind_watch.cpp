#include "engine/controllers/kind_watch.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>

#include "engine/controllers/seen_names.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

constexpr std::chrono::seconds retry_min(5);
constexpr std::chrono::seconds retry_max(60);

}  // namespace

struct KindWatch::State : std::enable_shared_from_this<State> {
  State(kube::Client& c, io::Executor& e, WorkPool& p, model::Gvk g, KindHandlers h)
      : client(c), executor(e), pool(p), gvk(std::move(g)), handlers(std::move(h)) {}

  void look_up() {
    pool.post([self = shared_from_this()] {
      try {
        if (self->client.resource(self->gvk)) return self->watch();
        io::log().debug("Kind not served, looking for it again", {{"kind", self->gvk.kind}});
      } catch (const std::exception& error) {
        io::log().warning("Kind not looked up", {{"kind", self->gvk.kind}, {"err", error.what()}});
      }
      self->look_up_later();
    });
  }

  void look_up_later() {
    const std::lock_guard lock(mutex);
    if (stopped) return;
    retry = executor.schedule_after(wait, [self = shared_from_this()] { self->look_up(); });
    wait = std::min(2 * wait, retry_max);
  }

  void watch() {
    const std::lock_guard lock(mutex);
    if (stopped || watcher != nullptr) return;
    // The watcher is stopped before this state goes, so that its callbacks may use it.
    kube::WatchHandlers events;
    events.on_event = [this](const kube::WatchEvent& event) { on_event(event); };
    events.on_relist_begin = [this] { names.begin_list(); };
    events.on_relist_end = [this] { on_relist_end(); };
    watcher = std::make_unique<kube::Watcher>(client, kube::Selection{gvk, "", "", ""},
                                              std::move(events));
    watcher->start();
  }

  void on_event(const kube::WatchEvent& event) {
    const auto [space, name] = names.note(event);
    if (event.type == kube::WatchEventType::deleted) return handlers.erase(space, name);
    handlers.upsert(event.object);
  }

  void on_relist_end() {
    for (const auto& [space, name] : names.end_list()) handlers.erase(space, name);
    if (handlers.listed) handlers.listed();
  }

  kube::Client& client;
  io::Executor& executor;
  WorkPool& pool;
  const model::Gvk gvk;
  const KindHandlers handlers;
  SeenNames names;  ///< of the watcher's callbacks
  mutable std::mutex mutex;
  std::chrono::seconds wait = retry_min;
  io::Timer retry;
  std::unique_ptr<kube::Watcher> watcher;
  bool stopped = false;
};

KindWatch::KindWatch(kube::Client& client, io::Executor& executor, WorkPool& pool, model::Gvk gvk,
                     KindHandlers handlers)
    : state_(std::make_shared<State>(client, executor, pool, std::move(gvk), std::move(handlers))) {
}

KindWatch::~KindWatch() {
  stop();
}

void KindWatch::start() {
  state_->look_up();
}

void KindWatch::stop() {
  std::unique_ptr<kube::Watcher> watcher;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->retry.cancel();
    watcher = std::move(state_->watcher);
  }
  if (watcher != nullptr) watcher->stop();
}

bool KindWatch::synced() const {
  const std::lock_guard lock(state_->mutex);
  return state_->watcher != nullptr && state_->watcher->state().synced;
}

}  // namespace reconcile::engine
