#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "test/support/patience.hpp"

namespace reconcile::test {

/// A value that one thread changes and another waits for: tests wait for conditions, never for
/// time.
template <typename T>
class Watched {
 public:
  explicit Watched(T value = {}) : value_(std::move(value)) {}

  template <typename Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change(value_);
    changed_.notify_all();
  }
  void set(T value) {
    change([&](T& v) { v = std::move(value); });
  }
  [[nodiscard]] T get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  /// False where `holds` did not become true in `limit` (times the patience), which is always a
  /// failure of the test.
  template <typename Holds>
  bool wait(Holds holds, std::chrono::seconds limit = std::chrono::seconds(20)) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit * patience(), [&] { return holds(value_); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  T value_;
};

}  // namespace reconcile::test
