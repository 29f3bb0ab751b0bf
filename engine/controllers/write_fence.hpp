#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "reconcile/model/clock.hpp"

namespace reconcile::engine {

/// Whether this process may write to the cluster and to the evidence repository: only while it is
/// certain that no other replica leads. Safe from any thread; asked before each write.
class WriteFence {
 public:
  /// Closed. `clock` must outlive the fence.
  explicit WriteFence(const model::Clock& clock) : clock_(clock) {}

  [[nodiscard]] bool is_open() const noexcept {
    return clock_.steady_now().time_since_epoch().count() < until_.load() && !ended_.load();
  }
  /// Open until `time`, whatever was said before.
  void open_until(model::SteadyTime time) noexcept { until_ = time.time_since_epoch().count(); }
  /// Open without a limit: no other replica exists.
  void open() noexcept { until_ = std::numeric_limits<std::int64_t>::max(); }
  /// Closed for ever.
  void end() noexcept { ended_ = true; }

 private:
  const model::Clock& clock_;
  std::atomic<std::int64_t> until_{std::numeric_limits<std::int64_t>::min()};
  std::atomic<bool> ended_{false};
};

}  // namespace reconcile::engine
