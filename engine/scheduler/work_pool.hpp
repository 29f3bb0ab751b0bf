#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace reconcile::engine {

/// Threads for work that waits for a server: passes, fetches, reverts. The executor's pool is for
/// pure work and must not be blocked, so blocking work runs here. Tasks start in the order of
/// `post`.
class WorkPool {
 public:
  /// Starts `threads` threads; `name` shows in logs of tasks that throw.
  WorkPool(std::string name, std::size_t threads);
  /// As `stop`.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// Queues `task`, from any thread. Dropped once `stop` has begun. What it throws is logged.
  void post(std::function<void()> task);
  /// Drops what is queued, waits for running tasks and joins. Callable more than once.
  void stop();
  /// Drops what is queued, takes no more and waits for running tasks; false where some still run at
  /// `end`.
  bool finish(std::chrono::steady_clock::time_point end);
  /// Tasks that wait or run.
  [[nodiscard]] std::size_t size() const;

 private:
  void run();

  std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> tasks_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace reconcile::engine
