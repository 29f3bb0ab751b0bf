#pragma once

#include <chrono>
#include <cstddef>
#include <unordered_map>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// Keeps two writers from overturning each other without end: an object that was reverted often
/// within an hour waits, longer each time. Used on the control queue.
class RevertThrottle {
 public:
  /// The wait before `id` may be reverted now; counts this revert. Zero for the first
  /// `free_reverts` of an hour, then 1 s doubled each time, at most 5 minutes.
  std::chrono::nanoseconds next_delay(const model::ObjectId& id, model::SteadyTime now);
  /// Objects remembered: those of the last hour, and up to as many older ones.
  [[nodiscard]] std::size_t size() const noexcept { return counts_.size(); }

  static constexpr std::size_t free_reverts = 5;

 private:
  struct Count {
    model::SteadyTime since;
    std::size_t reverts = 0;
  };
  void sweep(model::SteadyTime now);

  std::unordered_map<model::ObjectId, Count> counts_;
  std::size_t swept_size_ = 0;  ///< what the last sweep left
};

}  // namespace reconcile::engine
