#include "engine/scheduler/delay.hpp"

#include <algorithm>
#include <random>

namespace reconcile::engine {
namespace {

constexpr std::chrono::seconds first_delay(5);
constexpr std::size_t doublings_max = 12;

double random_unit() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(-1, 1)(generator);
}

}  // namespace

std::chrono::nanoseconds with_jitter(std::chrono::nanoseconds interval, double percent) {
  const double factor = 1 + random_unit() * percent / 100;
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(interval.count()) * factor));
}

std::chrono::nanoseconds retry_delay(std::size_t failures, std::chrono::nanoseconds longest) {
  const std::size_t doublings = std::min(failures > 0 ? failures - 1 : 0, doublings_max);
  const std::chrono::nanoseconds delay = first_delay * (1LL << doublings);
  return std::min(with_jitter(delay, 10),
                  std::max<std::chrono::nanoseconds>(longest, std::chrono::seconds(1)));
}

}  // namespace reconcile::engine
