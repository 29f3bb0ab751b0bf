#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/api/receiver.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What became of a request to trigger an object in this process.
enum class TriggeredHere {
  no,     ///< this process does not drive it
  yes,    ///< begun; the annotation tells everybody else
  fully,  ///< begun, and nobody else need know
};
/// Triggers `resource` (never a wildcard) where this process drives it; `request` is the value that
/// its annotation gets, so that the object's own change is no second trigger. From any thread, must
/// not block.
using TriggerHere =
    std::function<TriggeredHere(const ReceiverResource& resource, const std::string& request)>;

struct TriggerServices {
  io::Executor& executor;
  kube::Client& client;
  WorkPool& pool;  ///< waits for the API server
  io::Metrics& metrics;
  TriggerHere trigger_here;
};

/// Turns the deliveries of one receiver into triggers: the first at once, all others of the same
/// second together at its end, and so on. Safe from any thread; owned by a shared_ptr.
class ReceiverTrigger : public std::enable_shared_from_this<ReceiverTrigger> {
 public:
  static constexpr std::chrono::nanoseconds window = std::chrono::seconds(1);

  ReceiverTrigger(TriggerServices services, std::string receiver,
                  std::vector<ReceiverResource> resources);

  /// Calls `done` once: for a delivery that triggers at once, when that is over, with whether every
  /// resource was triggered; for one that joins others, now, with what the last trigger knew.
  void deliver(const std::function<void(bool all)>& done);
  /// No trigger begins any more, what waits is dropped.
  void stop();

 private:
  struct Target {
    ReceiverResource resource;
    TriggeredHere here = TriggeredHere::no;
  };
  void begin(const std::function<void(bool all)>& done);
  void end_window();
  void finish(bool all);
  /// Answers what failed in a way that may pass.
  std::vector<Target> annotate(std::vector<Target> targets, const std::string& request, bool& all);
  bool expand(const ReceiverResource& wildcard, const std::string& request,
              std::vector<Target>& into);
  void retry_later(std::vector<Target> targets, std::size_t attempt, std::uint64_t trigger);
  void count(const char* result) const;

  const TriggerServices services_;
  const std::string receiver_;
  const std::vector<ReceiverResource> resources_;
  std::mutex mutex_;
  bool window_open_ = false;
  bool pending_ = false;
  bool running_ = false;      ///< a trigger waits for the API server
  bool window_over_ = false;  ///< its time has passed, but `running_` keeps it open
  bool last_all_ = true;      ///< whether the last trigger that ended triggered everything
  bool stopped_ = false;
  std::uint64_t triggers_ = 0;  ///< begun so far; a newer one makes retries of older ones moot
  io::Timer window_timer_;
  io::Timer retry_timer_;
};

}  // namespace reconcile::engine
