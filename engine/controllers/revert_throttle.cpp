#include "engine/controllers/revert_throttle.hpp"

#include <algorithm>

namespace reconcile::engine {
namespace {

constexpr std::chrono::hours window(1);
constexpr std::chrono::minutes delay_max(5);
constexpr std::size_t doublings_max = 9;
constexpr std::size_t sweep_slack = 256;

}  // namespace

std::chrono::nanoseconds RevertThrottle::next_delay(const model::ObjectId& id,
                                                    model::SteadyTime now) {
  if (counts_.size() > 2 * swept_size_ + sweep_slack) sweep(now);
  Count& count = counts_[id];
  if (count.reverts == 0 || now - count.since > window) count = {now, 0};
  ++count.reverts;
  if (count.reverts <= free_reverts) return {};
  const std::size_t doublings = std::min(count.reverts - free_reverts - 1, doublings_max);
  return std::min<std::chrono::nanoseconds>(std::chrono::seconds(1LL << doublings), delay_max);
}

void RevertThrottle::sweep(model::SteadyTime now) {
  std::erase_if(counts_, [now](const auto& entry) { return now - entry.second.since > window; });
  swept_size_ = counts_.size();
}

}  // namespace reconcile::engine
