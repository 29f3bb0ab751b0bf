#include <algorithm>

#include "reconcile/appliers/prune.hpp"

namespace reconcile::appliers {

GuardVerdict judge_prune(std::span<const InventoryEntry> obsolete, std::size_t inventory_size,
                         const std::function<std::size_t(const model::ObjectId&)>& weight,
                         const PruneLimits& limits) {
  std::size_t count = 0;
  for (const InventoryEntry& entry : obsolete) count += weight ? weight(entry.id) : 1;
  const std::string deletes = "would delete " + std::to_string(count) + " objects";
  if (count > limits.objects_max)
    return {false,
            deletes + ", more than " + std::to_string(limits.objects_max) + " need an approval"};
  // What hangs on a unit object is counted on both sides.
  const std::size_t total = inventory_size + (count - obsolete.size());
  if (count >= limits.percent_from && count * 100 > total * limits.percent_max)
    return {false, deletes + " of " + std::to_string(total) + ", more than " +
                       std::to_string(limits.percent_max) + " % need an approval"};
  return {};
}

}  // namespace reconcile::appliers
