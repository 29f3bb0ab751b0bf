#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace reconcile::sources {

/// A lock that is waited for within a bound, for std::unique_lock with a duration. In place of
/// std::timed_mutex, whose clock-bound lock the thread sanitizer of GCC 12 does not see.
class TransferTurn {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    freed_.wait(guard, [this] { return !taken_; });
    taken_ = true;
  }
  bool try_lock() { return try_lock_for(std::chrono::nanoseconds::zero()); }
  template <typename Duration>
  bool try_lock_for(const Duration& limit) {
    std::unique_lock guard(mutex_);
    if (!freed_.wait_for(guard, limit, [this] { return !taken_; })) return false;
    taken_ = true;
    return true;
  }
  void unlock() {
    // Told under the lock: the next holder may destroy this object as soon as it has the turn.
    const std::lock_guard guard(mutex_);
    taken_ = false;
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  bool taken_ = false;
};

}  // namespace reconcile::sources
