#include "engine/controllers/status_queue.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t events_max = 1000;
constexpr std::size_t batch_max = 16;    ///< statuses and events in flight
constexpr std::size_t attempts_max = 5;  ///< where the server answered, but not well
constexpr std::chrono::milliseconds request_timeout(10'000);
constexpr std::chrono::milliseconds retry_pause_min(500);
constexpr std::chrono::milliseconds retry_pause_max(30'000);
const model::Gvk event_kind{"", "v1", "Event"};
constexpr std::string_view status_manager = "reconcile-status";

void join_maps(model::Arena& arena, model::Node& into, model::Value newer) {
  for (std::size_t i = 0; i < newer.size(); ++i) {
    const model::Value value = newer.value_at(i);
    model::Node* old = model::find(into, newer.key_at(i));
    if (old != nullptr && old->kind == model::Kind::map && value.is_map())
      join_maps(arena, *old, value);
    else
      model::set(arena, into, newer.key_at(i), model::copy_node(arena, value));
  }
}

/// One merge patch that does what `older` and then `newer` do.
std::string joined_patch(const std::string& older, const std::string& newer) {
  const model::Document first = model::parse_json(older);
  const model::Document second = model::parse_json(newer);
  model::Arena arena;
  model::Node root = model::copy_node(arena, first.root());
  join_maps(arena, root, second.root());
  return model::write_json(model::Value(&root));
}

/// An unreachable or overloaded server takes the status one day; other errors may be lasting ones.
bool may_work_later(int code, std::size_t attempts) {
  if (code == 0 || code == 429 || code == 503) return true;
  return (code >= 500 || code == 409) && attempts < attempts_max;
}

}  // namespace

StatusQueue::StatusQueue(kube::Client& client, const model::Clock& clock)
    : client_(client), clock_(clock), thread_([this] { run(); }) {
}

StatusQueue::~StatusQueue() {
  stop();
}

void StatusQueue::stop() {
  if (!thread_.joinable()) return;
  drain(std::chrono::seconds(5));
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StatusQueue::write(StatusTarget target, std::string patch) {
  {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = statuses_.try_emplace(target);
    // The older one may carry what the newer does not repeat, an inventory's mirror.
    place->second.patch = is_new ? std::move(patch) : joined_patch(place->second.patch, patch);
    if (is_new) order_.push_back({std::move(target), {}, 0, {}});
  }
  wake_.notify_one();
}

void StatusQueue::event(const model::Gvk& about_kind, const std::string& namespace_name,
                        const std::string& name, const std::string& uid, bool warning,
                        const std::string& reason, const std::string& message) {
  event({about_kind, namespace_name, name, uid, warning, reason, message});
}

void StatusQueue::event(const EventNote& note) {
  EventMemory::Verdict verdict;
  {
    const std::lock_guard lock(mutex_);
    if (events_ >= events_max) return;
    verdict = told_.judge(note, clock_.steady_now());
    if (verdict.kind == EventMemory::Verdict::Kind::create) {
      ++events_;
      order_.push_back(
          {std::nullopt, {}, 0, make_event(note, verdict.event_name, clock_.wall_now())});
    }
  }
  if (verdict.kind == EventMemory::Verdict::Kind::count) {
    write({event_kind, note.namespace_name, verdict.event_name, ""},
          "{\"count\":" + std::to_string(verdict.count) + ",\"lastTimestamp\":\"" +
              model::format_rfc3339(clock_.wall_now()) + "\"}");
  }
  wake_.notify_one();
}

bool StatusQueue::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, limit, [this] { return order_.empty() && !busy_; });
}

void StatusQueue::run() {
  std::unique_lock lock(mutex_);
  std::chrono::milliseconds pause{0};
  while (true) {
    if (order_.empty()) idle_.notify_all();
    wake_.wait(lock, [this] { return stopping_ || !order_.empty(); });
    if (stopping_) return;
    busy_ = true;
    std::vector<Item> batch = take_batch();
    lock.unlock();
    std::vector<Item> again = send(std::move(batch));
    lock.lock();
    busy_ = false;
    pause = again.empty() ? std::chrono::milliseconds(0)
                          : std::clamp(2 * pause, retry_pause_min, retry_pause_max);
    for (Item& item : again) put_back(std::move(item));
    wake_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

std::vector<StatusQueue::Item> StatusQueue::take_batch() {
  std::vector<Item> batch;
  while (!order_.empty() && batch.size() < batch_max) {
    Item item = std::move(order_.front());
    order_.pop_front();
    if (item.target) {
      Waiting waiting = std::move(statuses_.extract(*item.target).mapped());
      item.patch = std::move(waiting.patch);
      item.attempts = waiting.attempts;
    } else {
      --events_;
    }
    batch.push_back(std::move(item));
  }
  return batch;
}

/// Answers the statuses that are to be tried again.
std::vector<StatusQueue::Item> StatusQueue::send(std::vector<Item> batch) {
  std::vector<kube::Request> requests;
  for (const Item& item : batch) {
    requests.push_back(
        item.target
            ? kube::Request::patch(kube::Verb::merge_patch, item.target->gvk,
                                   item.target->namespace_name, item.target->name, item.patch,
                                   std::string(status_manager))
            : kube::Request::create(model::Object(item.event), std::string(status_manager)));
    requests.back().purpose = kube::RequestPurpose::status;
    requests.back().retries_max = 1;
    requests.back().timeout = request_timeout;
    if (item.target) requests.back().subresource = item.target->subresource;
  }
  const std::vector<kube::Response> responses = client_.send_all(std::move(requests), batch_max);
  std::vector<Item> again;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    Item& item = batch[i];
    const kube::ApiStatus& status = responses[i].status;
    if (responses[i].ok() || status.not_found() || !item.target) continue;
    ++item.attempts;
    io::log().warning("Status not written",
                      {{"object", item.target->gvk.kind + "/" + item.target->namespace_name + "/" +
                                      item.target->name},
                       {"attempt", item.attempts},
                       {"err", status.display()}});
    if (may_work_later(status.code, item.attempts)) again.push_back(std::move(item));
  }
  return again;
}

void StatusQueue::put_back(Item item) {
  const auto [place, is_new] = statuses_.try_emplace(*item.target);
  Waiting& waiting = place->second;
  waiting.patch =
      is_new ? std::move(item.patch) : joined_patch(item.patch, std::exchange(waiting.patch, {}));
  waiting.attempts = item.attempts;
  if (is_new) order_.push_back({std::move(item.target), {}, 0, {}});
}

}  // namespace reconcile::engine
