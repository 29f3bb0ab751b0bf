#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/diff/change_set.hpp"

namespace reconcile::appliers {

/// Above these a prune needs approval.
struct PruneLimits {
  std::size_t objects_max = 10;  ///< more objects than this
  std::size_t percent_max = 30;  ///< more of the unit's inventory than this …
  std::size_t percent_from = 3;  ///< … and at least so many objects
};

/// Whether a prune may run.
struct GuardVerdict {
  bool allowed = true;
  std::string
      reason;  ///< for people where it is not: the counts or the object that asks for approval
};

/// Whether deleting this object always asks for approval (Namespace, CRD, PVC, PV, Crossplane,
/// Cluster API and the like: data in appliers/prune/sensitive_kinds.cpp). `live` may be absent; a
/// StatefulSet counts where it deletes its claims, a custom resource where it is a claim, a
/// composite or a managed resource of Crossplane.
bool is_sensitive(const model::ObjectId& id, model::Value live);
/// Whether it takes more than the metadata of `live` to tell.
bool is_judged_by_content(const model::ObjectId& id);

/// Judges by counts alone. `weight` of an object is 1, or for a unit object
/// (Kustomization, HelmRelease) 1 + the size of its inventory.
GuardVerdict judge_prune(std::span<const InventoryEntry> obsolete, std::size_t inventory_size,
                         const std::function<std::size_t(const model::ObjectId&)>& weight,
                         const PruneLimits& limits = {});

struct PruneRequest {
  UnitKey unit;
  std::vector<InventoryEntry> obsolete = {};  ///< in apply order: owned before, no longer rendered
  std::size_t inventory_size = 0;             ///< objects of the unit before the prune
  bool approved = false;                      ///< `reconcile now --allow-prune` or the annotation
  PruneLimits limits = {};
  std::size_t in_flight_max = 16;
  model::WallTime now = {};  ///< objects whose pause lasts then are held
  /// Whether another unit's current render contains the id: transferred, not deleted. Empty: none
  /// does.
  std::function<bool(const model::ObjectId&)> is_wanted_elsewhere = {};
  /// The unit that an id was last applied for; absent where unknown. Empty function: none known.
  std::function<std::optional<UnitKey>(const model::ObjectId&)> known_unit = {};
  /// Weight of an object for the guard, see judge_prune. Empty: 1 each.
  std::function<std::size_t(const model::ObjectId&)> weight = {};
  /// The UID that was last known of an id; empty text where unknown. Empty function: none known.
  std::function<std::string(const model::ObjectId&)> known_uid = {};
};

struct PruneResult {
  std::vector<diff::ObjectChange>
      changes;  ///< deleted, skipped (disabled, held, …) in order of work
  /// To be kept in the inventory: held and failed ones, and those that another unit wants and has
  /// not applied yet.
  std::vector<InventoryEntry> remaining;
  GuardVerdict guard;
  Pauses paused = {};          ///< of objects that are held for it, some of `remaining`
  bool failed = false;         ///< at least one delete failed
  bool awaits_others = false;  ///< at least one is to be applied by another unit
};

/// Deletes what a unit no longer wants: looks each object up, leaves those alone that lost our
/// owner labels, have another UID, forbid it by annotation or are paused, asks the guard over the
/// rest, and deletes in the reverse order of applying with background propagation and a UID
/// precondition. Never throws for one object; throws as look_up does.
PruneResult prune(ClusterPort& port, const PruneRequest& request);

}  // namespace reconcile::appliers
