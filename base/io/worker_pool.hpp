#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "reconcile/io/executor.hpp"

namespace reconcile::io {

/// Runs `task`; what it throws is logged.
void run_guarded(Task& task) noexcept;

/// A fixed number of threads over one queue.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void post(Task task);
  [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
  /// As Executor::stop.
  bool stop(std::chrono::milliseconds limit);

 private:
  void run();

  const std::size_t workers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable idle_;
  std::deque<Task> tasks_;
  std::size_t running_ = 0;
  bool draining_ = false;  ///< no more tasks are taken in
  bool ended_ = false;     ///< threads leave
  std::vector<std::thread> threads_;
};

}  // namespace reconcile::io
