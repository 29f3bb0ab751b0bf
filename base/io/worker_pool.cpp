#include "base/io/worker_pool.hpp"

#include <exception>

#include "reconcile/io/log.hpp"

namespace reconcile::io {

void run_guarded(Task& task) noexcept {
  try {
    task();
  } catch (const std::exception& error) {
    try {
      log().error("A task ended by an exception", {{"err", error.what()}});
    } catch (...) {  // The log itself failed: nothing is left to tell it to.
    }
  } catch (...) {
  }
}

WorkerPool::WorkerPool(std::size_t workers) : workers_(workers) {
  threads_.reserve(workers);
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() {
  stop(std::chrono::milliseconds(0));
}

void WorkerPool::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

bool WorkerPool::stop(std::chrono::milliseconds limit) {
  std::deque<Task> dropped;
  bool drained = false;
  {
    std::unique_lock lock(mutex_);
    if (ended_) return true;
    draining_ = true;
    drained = idle_.wait_for(lock, limit, [this] { return tasks_.empty() && running_ == 0; });
    ended_ = true;
    dropped.swap(tasks_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  return drained;
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    if (ended_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    ++running_;
    lock.unlock();
    run_guarded(task);
    task = nullptr;
    lock.lock();
    --running_;
    if (tasks_.empty() && running_ == 0) idle_.notify_all();
  }
}

}  // namespace reconcile::io
