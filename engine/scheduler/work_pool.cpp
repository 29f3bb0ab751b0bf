#include "engine/scheduler/work_pool.hpp"

#include <exception>
#include <utility>

#include "reconcile/io/log.hpp"

namespace reconcile::engine {

WorkPool::WorkPool(std::string name, std::size_t threads) : name_(std::move(name)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkPool::~WorkPool() {
  stop();
}

void WorkPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void WorkPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    tasks_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkPool::finish(std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  tasks_.clear();
  wake_.notify_all();
  return idle_.wait_until(lock, end, [this] { return running_ == 0; });
}

std::size_t WorkPool::size() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size() + running_;
}

void WorkPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    ++running_;
    lock.unlock();
    try {
      task();
    } catch (const std::exception& error) {
      io::log().error("Task failed", {{"pool", name_}, {"err", error.what()}});
    }
    task = nullptr;
    lock.lock();
    if (--running_ == 0) idle_.notify_all();
  }
}

}  // namespace reconcile::engine
