#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/controllers/leader_lease.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

/// What a change of the lead leads to; called on the election's thread, must not block for long:
/// the Lease is not renewed meanwhile.
struct LeaderHandlers {
  std::function<void()> on_leading;  ///< once: this process leads for the first time
  std::function<void()> on_paused;   ///< nothing may be written for now
  std::function<void()> on_resumed;  ///< it leads on, and nobody else did meanwhile
  std::function<void(const std::string& reason)> on_lost;  ///< for ever: end the process
};

/// Takes part in the election from `start` to `stop` on a thread of its own. A replica that waits
/// watches the Lease, so that a released one is taken at once.
class LeaderElection {
 public:
  /// All must outlive the election.
  LeaderElection(kube::Client& client, io::Metrics& metrics, const model::Clock& clock,
                 WriteFence& fence, LeaderOptions options, LeaderHandlers handlers);
  /// As `stop`.
  ~LeaderElection();
  LeaderElection(const LeaderElection&) = delete;
  LeaderElection& operator=(const LeaderElection&) = delete;

  void start();
  /// Ends the part of this process; a Lease that it holds is given back. After everything that
  /// writes has ended.
  void stop();
  /// Whether another replica is known to lead: this one is ready to take over.
  [[nodiscard]] bool stands_by() const noexcept { return stands_by_; }

 private:
  void run();
  void on_role(LeaderRole before, LeaderRole after);
  void note_problem();
  void open_watch();

  kube::Client& client_;
  const model::Clock& clock_;
  LeaderOptions options_;
  LeaderHandlers handlers_;
  LeaderLease lease_;
  io::Gauge gauge_;
  std::unique_ptr<kube::Watcher> watcher_;
  std::atomic<bool> stands_by_{false};
  bool has_led_ = false;
  std::string told_problem_;
  std::string told_holder_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool changed_ = false;   ///< the Lease changed, guarded by mutex_
  bool stopping_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

/// The name under which the process that owns `data_dir` takes part: the host's name and a random
/// part, kept in the directory. The next process there knows by it that this one is dead, and leads
/// at once. `data_dir` must be locked against others, as ArtifactStore does. Where the file cannot
/// be used the name is drawn anew each time.
std::string leader_identity(const std::string& data_dir);

}  // namespace reconcile::engine
