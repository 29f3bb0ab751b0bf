#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/controllers/event_note.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What a status is written to.
struct StatusTarget {
  model::Gvk gvk;
  std::string namespace_name;
  std::string name;
  std::string subresource =
      "status";  ///< empty for an object without one (the root unit's ConfigMap)
  auto operator<=>(const StatusTarget&) const = default;
};

/// Writes statuses and events in the background, some at a time, begun in the order in which they
/// came. A newer status of a target joins an older one that still waits. One that the server cannot
/// take now is tried again, longer and longer apart; one that it refuses is dropped and logged:
/// what counts is in the cluster and in the inventory, never in a status. Safe from any thread.
class StatusQueue {
 public:
  /// Both must outlive the queue.
  explicit StatusQueue(kube::Client& client, const model::Clock& clock = model::system_clock());
  /// As `stop`.
  ~StatusQueue();
  StatusQueue(const StatusQueue&) = delete;
  StatusQueue& operator=(const StatusQueue&) = delete;

  /// Queues a merge patch (JSON text) for `target`.
  void write(StatusTarget target, std::string patch);
  /// Queues a core/v1 Event; the same again is counted, see EventMemory. Dropped where 1,000 wait
  /// already.
  void event(const EventNote& note);
  void event(const model::Gvk& about_kind, const std::string& namespace_name,
             const std::string& name, const std::string& uid, bool warning,
             const std::string& reason, const std::string& message);
  /// Waits until nothing is queued or under way; false after `limit`.
  bool drain(std::chrono::milliseconds limit);
  /// Writes what is queued, within 5 seconds, then ends. Before the client's executor stops.
  void stop();

 private:
  /// A status with its target, or an event.
  struct Item {
    std::optional<StatusTarget> target;
    std::string patch;
    std::size_t attempts = 0;
    model::Document event;
  };
  struct Waiting {
    std::string patch;
    std::size_t attempts = 0;
  };
  void run();
  std::vector<Item> take_batch();
  std::vector<Item> send(std::vector<Item> batch);
  void put_back(Item item);

  kube::Client& client_;
  const model::Clock& clock_;
  std::mutex mutex_;
  EventMemory told_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::map<StatusTarget, Waiting> statuses_;
  std::deque<Item>
      order_;  ///< of statuses the target only, what is to be written is in `statuses_`
  std::size_t events_ = 0;  ///< in `order_`
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace reconcile::engine
