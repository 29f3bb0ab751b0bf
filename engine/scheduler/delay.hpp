#pragma once

#include <chrono>
#include <cstddef>

namespace reconcile::engine {

/// `interval` changed by up to `percent` in both directions, at random: spreads passes over time.
std::chrono::nanoseconds with_jitter(std::chrono::nanoseconds interval, double percent);

/// The wait after the `failures`-th failure in a row (from 1): 5 s doubled each time, with 10 %
/// jitter, at most `longest`.
std::chrono::nanoseconds retry_delay(std::size_t failures, std::chrono::nanoseconds longest);

}  // namespace reconcile::engine
