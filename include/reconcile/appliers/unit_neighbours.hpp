#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// What a unit says to an object that it has and another unit wants.
enum class OwnerClaim : std::uint8_t {
  none,    ///< it does not want the object: the other may take it
  open,    ///< it may be about to let go of it: the other is to wait
  stands,  ///< it wants the object: the other may not take it
};

/// What a pass asks other units. Each may be empty: no other units.
struct UnitNeighbours {
  /// What `unit` says to its object `id`.
  std::function<OwnerClaim(const UnitKey& unit, const model::ObjectId& id)> claim;
  /// Whether any unit other than the asking one renders `id`: then it is transferred, not pruned.
  std::function<bool(const model::ObjectId& id)> any_other_renders;
  /// Why prunes must wait for other units, for people; empty text: they need not.
  std::function<std::string()> prune_wait;
  /// Told of each object that was deleted, before it is forgotten.
  std::function<void(const model::ObjectId& id)> on_deleted;
  /// See judge_prune.
  std::function<std::size_t(const model::ObjectId&)> weight;
};

}  // namespace reconcile::appliers
