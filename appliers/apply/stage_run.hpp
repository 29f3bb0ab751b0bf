#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "appliers/apply/object_write.hpp"
#include "reconcile/appliers/sighting.hpp"

namespace reconcile::appliers {

/// What a pass decided about one object before anything is written.
struct Decision {
  const PreparedObject* object = nullptr;
  enum class Kind {
    settled,
    skip,    ///< an annotation forbids the write
    refuse,  ///< another unit has it, for good or (`awaits_owner`) for now
    pause,   ///< not to be written for a while
    leave,   ///< it drifted, which is to be told of
    ignore,  ///< it drifted, which nobody wants to hear of
    write,
  } kind = Kind::write;
  WriteStart start;
  std::optional<Pause> pause;                ///< that forbids the write
  DriftMode drift_mode = DriftMode::revert;  ///< in force for the object
  std::string message;                       ///< of all but settled and write
  bool awaits_owner = false;           ///< of refuse: `former_unit` may be about to let go of it
  std::optional<UnitKey> former_unit;  ///< which unit's it is so far; absent: ours or nobody's
  model::Document live;  ///< of skip: what was seen, metadata only; absent where nothing is there
};

/// Decides without requests. `sighting` is null where the object is in the live state.
Decision decide(const PreparedObject& object, const WriteContext& context,
                const UnitNeighbours& neighbours, const Sighting* sighting, bool in_inventory);

/// What is told of an object whose drift stays.
std::string drift_left_message(DriftMode mode);

/// Runs the writes of one stage concurrently, adds their changes and failures to `result`.
void run_stage(ClusterPort& port, const std::vector<const Decision*>& decisions,
               const WriteContext& context, PassResult& result);

}  // namespace reconcile::appliers
