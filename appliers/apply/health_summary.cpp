#include "reconcile/appliers/live_record.hpp"

namespace reconcile::appliers {

Health summarize_health(const std::vector<LiveRecord>& records) {
  constexpr std::size_t named_max = 3;
  constexpr HealthState order[] = {HealthState::failed,    HealthState::terminating,
                                   HealthState::not_found, HealthState::in_progress,
                                   HealthState::unknown,   HealthState::current};
  for (const HealthState state : order) {
    Health summary{state, {}};
    std::size_t count = 0;
    for (const LiveRecord& record : records) {
      if (record.health.state != state || ++count > named_max) continue;
      if (!summary.message.empty()) summary.message += "; ";
      summary.message += record.id.display();
      if (!record.health.message.empty()) summary.message += ": " + record.health.message;
    }
    if (count == 0) continue;
    if (count > named_max)
      summary.message += "; and " + std::to_string(count - named_max) + " more";
    if (state == HealthState::current) summary.message.clear();
    return summary;
  }
  return {HealthState::current, {}};
}

}  // namespace reconcile::appliers
