#include "appliers/kube/watch_impl.hpp"

#include <algorithm>
#include <random>

#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

constexpr std::chrono::seconds total_margin{30};

/// A random number in [0, 1): only spreads load, so its quality does not matter.
double random_share() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool older_version(std::string_view left, std::string_view right) {
  if (!all_digits(left) || !all_digits(right)) return false;
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

void Watcher::Impl::post(std::function<void(Impl&)> task) {
  queue.post([self = shared_from_this(), task = std::move(task)] {
    if (!self->stopping) task(*self);
  });
}

void Watcher::Impl::post_for(std::uint64_t turn, std::function<void(Impl&)> task) {
  post([turn, task = std::move(task)](Impl& impl) {
    if (turn == impl.turn_) task(impl);
  });
}

WatchState Watcher::Impl::state() const {
  const std::lock_guard lock(mutex);
  WatchState copy = shared;
  copy.fresh = is_fresh();
  return copy;
}

bool Watcher::Impl::is_fresh() const {
  return shared.synced && client->executor.clock().steady_now() - last_heard < options.fresh_for;
}

void Watcher::Impl::take_version(std::string_view resource_version) {
  if (resource_version.empty()) return;
  resource_version_ = resource_version;
  const std::lock_guard lock(mutex);
  shared.resource_version = resource_version_;
}

void Watcher::Impl::heard() {
  const std::lock_guard lock(mutex);
  last_heard = client->executor.clock().steady_now();
}

void Watcher::Impl::drop_connection() {
  ++turn_;
  backoff_timer_.cancel();
  freshness_timer_.cancel();
  list_.reset();
  if (pipe_) pipe_->cancel();
  pipe_.reset();
  heard_in_turn_ = false;
  needs_list_ = false;
  const std::lock_guard lock(mutex);
  shared.connected = false;
}

void Watcher::Impl::end() {
  drop_connection();
  decoder_.reset();
}

void Watcher::Impl::begin_list(RequestPurpose purpose) {
  drop_connection();
  {
    const std::lock_guard lock(mutex);
    ++shared.relists;
  }
  if (handlers.on_relist_begin) handlers.on_relist_begin();
  ListOptions how;
  how.purpose = purpose;
  how.content = options.content;
  how.timeout = options.list_timeout;
  how.item_bytes_max = options.event_bytes_max;
  const auto count = [this] {
    const std::lock_guard lock(mutex);
    ++shared.events;
  };
  const auto item = [this, count](const model::Document& object, std::string_view raw) {
    if (stopping) return;
    count();
    if (handlers.on_event) handlers.on_event({WatchEventType::added, object, raw, true});
  };
  if (handlers.on_unread) {
    how.take_unread = [this, count](std::string_view raw) {
      if (stopping || !handlers.on_unread(raw)) return false;
      count();
      return true;
    };
  }
  const std::weak_ptr<Impl> weak = weak_from_this();
  const auto notify = [weak, turn = turn_] {
    const auto self = weak.lock();
    if (self) self->post_for(turn, [](Impl& impl) { impl.step_list(); });
  };
  list_ = std::make_unique<ListRun>(client, selection, how, item, notify);
  list_->start();
}

void Watcher::Impl::step_list() {
  if (!list_) return;
  try {
    if (!list_->step()) return;
  } catch (const std::exception& error) {
    return derailed(error);
  }
  const ListResult result = list_->result();
  list_.reset();
  if (!result.ok()) {
    later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); }, result.status.retry_after);
    trouble(result.status);
    return;
  }
  take_version(result.resource_version);
  credentials_renewed_ = false;
  // Whoever waits for the list is to find what it led to.
  if (handlers.on_relist_end) handlers.on_relist_end();
  heard();
  const bool first = !shared.synced;
  {
    const std::lock_guard lock(mutex);
    shared.synced = true;
  }
  changed.notify_all();
  begin_watch(first ? RequestPurpose::watch : RequestPurpose::renewal);
}

void Watcher::Impl::begin_watch(RequestPurpose purpose) {
  drop_connection();
  const auto limit =
      std::chrono::duration_cast<std::chrono::seconds>(options.renew_after * (1 + random_share()));
  io::HttpRequest http;
  try {
    const auto resource = client->resource(selection.gvk);
    if (!resource) {
      // The kind is gone; the list says so, again and again with back-off, until it is back.
      later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); });
      return;
    }
    http = client->base_request();
    http.url += resource->path(selection.namespace_name);
  } catch (const model::Error& error) {
    later([](Impl& impl) { impl.begin_watch(RequestPurpose::renewal); });
    trouble(refused(error).status);
    return;
  }
  http.url += "?watch=1&allowWatchBookmarks=true&timeoutSeconds=" + std::to_string(limit.count()) +
              "&resourceVersion=" + io::url_encode(resource_version_);
  if (!selection.label_selector.empty()) {
    http.url += "&labelSelector=" + io::url_encode(selection.label_selector);
  }
  if (!selection.field_selector.empty()) {
    http.url += "&fieldSelector=" + io::url_encode(selection.field_selector);
  }
  if (options.content == ListContent::metadata)
    http.headers.front().value =
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
  http.lane = io::HttpLane::watches;
  http.timeouts.total = limit + total_margin;
  http.body_bytes_max = SIZE_MAX / 2;
  client->count_request(Verb::watch, purpose);
  watch_purpose_ = purpose;
  decoder_ = std::make_unique<EventDecoder>([this](std::string_view raw) { take_event(raw); },
                                            options.event_bytes_max);
  const std::weak_ptr<Impl> weak = weak_from_this();
  pipe_ =
      std::make_shared<ChunkPipe>(options.pending_bytes_max, Overflow::cut, [weak, turn = turn_] {
        const auto self = weak.lock();
        if (!self) return;
        self->post_for(turn, [](Impl& i) { i.step_watch(); });
      });
  guard_freshness();
  pipe_->start(client->http, std::move(http));
}

void Watcher::Impl::trouble(const ApiStatus& status) {
  if (handlers.on_trouble && !stopping) handlers.on_trouble(status);
}

void Watcher::Impl::derailed(const std::exception& error) {
  drop_connection();
  later([](Impl& impl) { impl.begin_list(RequestPurpose::renewal); });
  trouble(refused(model::Error(model::ErrorCode::invalid_input, error.what())).status);
}

void Watcher::Impl::later(std::function<void(Impl&)> next,
                          std::optional<std::chrono::seconds> asked) {
  const auto doubled = options.backoff_first * (1LL << std::min(failures_, 16));
  const auto wait = std::min<std::chrono::milliseconds>(doubled, options.backoff_max);
  ++failures_;
  auto jittered =
      std::chrono::duration_cast<std::chrono::nanoseconds>(wait * (0.5 + random_share()));
  if (asked) {
    const auto bounded = std::min<std::chrono::milliseconds>(*asked, options.backoff_max);
    jittered = std::max<std::chrono::nanoseconds>(jittered, bounded);
  }
  const std::weak_ptr<Impl> weak = weak_from_this();
  backoff_timer_ = client->executor.schedule_after(
      jittered, [weak, turn = turn_, next = std::move(next)]() mutable {
        if (const auto self = weak.lock()) self->post_for(turn, std::move(next));
      });
}

// A watch can be open and dead: a restored etcd answers 200 and stays silent for ever.
void Watcher::Impl::guard_freshness() {
  std::chrono::nanoseconds left{};
  {
    const std::lock_guard lock(mutex);
    left = options.fresh_for - (client->executor.clock().steady_now() - last_heard);
  }
  const std::weak_ptr<Impl> weak = weak_from_this();
  freshness_timer_ = client->executor.schedule_after(left, [weak, turn = turn_] {
    const auto self = weak.lock();
    if (!self) return;
    self->post_for(turn, [](Impl& impl) {
      if (impl.state().fresh) {
        impl.guard_freshness();
      } else {
        impl.begin_list(RequestPurpose::renewal);
      }
    });
  });
}

}  // namespace reconcile::kube
