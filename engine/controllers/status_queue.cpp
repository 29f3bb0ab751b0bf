#include "engine/controllers/status_queue.hpp"

#include <chrono>
#include <utility>

#include "engine/api/condition.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t events_max = 1000;
constexpr std::size_t batch_max = 16;  ///< statuses in flight
constexpr std::size_t event_message_bytes_max = 1000;
constexpr std::string_view status_manager = "reconcile-status";

model::Document make_event(const model::Gvk& kind, const std::string& namespace_name,
                           const std::string& name, const std::string& uid, bool warning,
                           const std::string& reason, std::string message) {
  auto arena = std::make_shared<model::Arena>();
  model::Arena& a = *arena;
  model::Node* root = a.new_node();
  *root = model::make_map();
  const auto text = [&a](std::string_view value) { return model::make_string(a, value); };
  const std::string now = model::format_rfc3339(model::system_clock().wall_now());
  model::set(a, *root, "apiVersion", text("v1"));
  model::set(a, *root, "kind", text("Event"));
  model::Node& metadata = model::set(a, *root, "metadata", model::make_map());
  const std::string suffix = model::hex_encode(model::random_bytes(8));
  model::set(a, metadata, "name", text(name.substr(0, 200) + "." + suffix));
  model::set(a, metadata, "namespace", text(namespace_name));
  model::Node& involved = model::set(a, *root, "involvedObject", model::make_map());
  model::set(a, involved, "apiVersion", text(kind.api_version()));
  model::set(a, involved, "kind", text(kind.kind));
  model::set(a, involved, "namespace", text(namespace_name));
  model::set(a, involved, "name", text(name));
  if (!uid.empty()) model::set(a, involved, "uid", text(uid));
  if (message.size() > event_message_bytes_max) {
    message.resize(event_message_bytes_max);
    message += "...";
  }
  model::set(a, *root, "reason", text(reason));
  model::set(a, *root, "message", text(message));
  model::set(a, *root, "type", text(warning ? "Warning" : "Normal"));
  model::set(a, *root, "firstTimestamp", text(now));
  model::set(a, *root, "lastTimestamp", text(now));
  model::set(a, *root, "count", model::make_integer(1));
  model::Node& source = model::set(a, *root, "source", model::make_map());
  model::set(a, source, "component", text("reconcile"));
  return {arena, model::Value(root)};
}

}  // namespace

StatusQueue::StatusQueue(kube::Client& client) : client_(client), thread_([this] { run(); }) {
}

StatusQueue::~StatusQueue() {
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
    const auto [place, is_new] = statuses_.insert_or_assign(target, std::move(patch));
    if (is_new) order_.push_back(std::move(target));
  }
  wake_.notify_one();
}

void StatusQueue::event(const model::Gvk& about_kind, const std::string& namespace_name,
                        const std::string& name, const std::string& uid, bool warning,
                        const std::string& reason, const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (events_.size() >= events_max) return;
    events_.push_back(
        {make_event(about_kind, namespace_name, name, uid, warning, reason, message)});
  }
  wake_.notify_one();
}

bool StatusQueue::drain(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, limit,
                        [this] { return order_.empty() && events_.empty() && !busy_; });
}

void StatusQueue::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (order_.empty() && events_.empty()) idle_.notify_all();
    wake_.wait(lock, [this] { return stopping_ || !order_.empty() || !events_.empty(); });
    if (stopping_) return;
    busy_ = true;
    if (order_.empty()) {
      const Event event = std::move(events_.front());
      events_.pop_front();
      lock.unlock();
      send_event(event);
    } else {
      const std::vector<Status> batch = take_batch();
      lock.unlock();
      send_statuses(batch);
    }
    lock.lock();
    busy_ = false;
  }
}

std::vector<StatusQueue::Status> StatusQueue::take_batch() {
  std::vector<Status> batch;
  while (!order_.empty() && batch.size() < batch_max) {
    StatusTarget target = std::move(order_.front());
    order_.pop_front();
    std::string patch = std::move(statuses_.extract(target).mapped());
    batch.push_back({std::move(target), std::move(patch)});
  }
  return batch;
}

void StatusQueue::send_statuses(const std::vector<Status>& batch) {
  std::vector<kube::Request> requests;
  for (const auto& [target, patch] : batch) {
    requests.push_back(kube::Request::patch(kube::Verb::merge_patch, target.gvk,
                                            target.namespace_name, target.name, patch,
                                            std::string(status_manager)));
    requests.back().subresource = target.subresource;
    requests.back().purpose = kube::RequestPurpose::status;
  }
  const std::vector<kube::Response> responses = client_.send_all(std::move(requests), batch_max);
  for (std::size_t i = 0; i < responses.size(); ++i) {
    if (responses[i].ok() || responses[i].status.not_found()) continue;
    const StatusTarget& target = batch[i].target;
    io::log().warning(
        "Status not written",
        {{"object", target.gvk.kind + "/" + target.namespace_name + "/" + target.name},
         {"err", responses[i].status.display()}});
  }
}

void StatusQueue::send_event(const Event& event) {
  kube::Request request =
      kube::Request::create(model::Object(event.object), std::string(status_manager));
  request.purpose = kube::RequestPurpose::status;
  request.retries_max = 1;
  client_.send(std::move(request));
}

}  // namespace reconcile::engine
