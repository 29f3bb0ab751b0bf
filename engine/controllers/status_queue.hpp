#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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

/// Writes statuses and events in the background, some statuses at a time. The newest status of a
/// target replaces an older one that still waits. A status that cannot be written is tried again by
/// the next change; what counts is in the cluster and in the inventory, never in a status. Safe
/// from any thread.
class StatusQueue {
 public:
  explicit StatusQueue(kube::Client& client);
  /// Writes what is queued, within 5 seconds, then ends.
  ~StatusQueue();
  StatusQueue(const StatusQueue&) = delete;
  StatusQueue& operator=(const StatusQueue&) = delete;

  /// Queues a merge patch (JSON text) for `target`.
  void write(StatusTarget target, std::string patch);
  /// Queues a core/v1 Event about `about`. Dropped where 1,000 wait already.
  void event(const model::Gvk& about_kind, const std::string& namespace_name,
             const std::string& name, const std::string& uid, bool warning,
             const std::string& reason, const std::string& message);
  /// Waits until nothing is queued or under way; false after `limit`.
  bool drain(std::chrono::milliseconds limit);

 private:
  struct Event {
    model::Document object;
  };
  struct Status {
    StatusTarget target;
    std::string patch;
  };
  void run();
  std::vector<Status> take_batch();
  void send_statuses(const std::vector<Status>& batch);
  void send_event(const Event& event);

  kube::Client& client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::map<StatusTarget, std::string> statuses_;
  std::deque<StatusTarget> order_;
  std::deque<Event> events_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace reconcile::engine
