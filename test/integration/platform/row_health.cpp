#include "test/integration/platform/row_health.hpp"

#include "reconcile/appliers/health.hpp"
#include "test/integration/cluster.hpp"

namespace reconcile::test {

using appliers::HealthState;

RowHealth judge_row(const PlatformRow& row, const appliers::Inventory& inventory) {
  RowHealth health;
  for (const appliers::InventoryEntry& entry : inventory.entries) {
    const model::Document live =
        Cluster::instance().get(entry.gvk(), entry.id.namespace_name, entry.id.name);
    const appliers::Health seen = appliers::assess_health(entry.gvk(), live.root());
    const bool waits = row.waiting.contains(entry.id.kind);
    if (seen.state == HealthState::current) ++health.current;
    if (seen.state == HealthState::in_progress && waits) ++health.waiting[entry.id.kind];
    if (seen.state != (waits ? HealthState::in_progress : HealthState::current))
      health.wrong.push_back(entry.id.display() + " is " +
                             std::string(appliers::to_string(seen.state)) + ": " + seen.message);
  }
  return health;
}

}  // namespace reconcile::test
