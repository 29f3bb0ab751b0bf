#pragma once

#include <memory>
#include <vector>

#include "appliers/apply/object_write.hpp"
#include "reconcile/appliers/sighting.hpp"

namespace reconcile::appliers {

/// What a pass decided about one object before anything is written.
struct Decision {
  const PreparedObject* object = nullptr;
  enum class Kind { settled, skip, refuse, write } kind = Kind::write;
  WriteStart start;
  std::string message;   ///< of skip and refuse
  model::Document live;  ///< of skip: what was seen, metadata only; absent where nothing is there
};

/// Decides without requests. `sighting` is null where the object is in the live state.
Decision decide(const PreparedObject& object, const WriteContext& context,
                const UnitNeighbours& neighbours, const Sighting* sighting, bool in_inventory);

/// Runs the writes of one stage concurrently, adds their changes and failures to `result`.
void run_stage(ClusterPort& port, const std::vector<const Decision*>& decisions,
               const WriteContext& context, PassResult& result);

}  // namespace reconcile::appliers
