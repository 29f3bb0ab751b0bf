#pragma once

#include <string>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::appliers {

/// What is planned from. Everything referenced outlives the call.
struct PlanRequest {
  const PreparedUnit& unit;
  const Inventory& stored;
  const PassOptions& options;
  /// The unit as it was rendered at its last apply; null where that is not known.
  const PreparedUnit* last_desired = nullptr;
};

/// What a pass would do to one object, and the state of the server that this was judged by.
struct PlannedObject {
  diff::ObjectChange change;
  std::string version;           ///< of the API, without the group
  std::string uid;               ///< of the live object; empty where there is none
  std::string resource_version;  ///< as `uid`
  /// The server could not judge it: what it needs comes with the same unit. `change.message` says
  /// what that is.
  bool judged_locally = false;
};

struct UnitPlan {
  std::vector<PlannedObject> objects;  ///< in the order of work, the ones to be deleted last

  [[nodiscard]] diff::ChangeSet changes() const;
};

/// What a pass would do: GET and dry run an object, the prune looked up, nothing written. Where the
/// server cannot judge an object because its namespace or definition comes with the same unit, or
/// its definition changes with it, it is judged by that definition's schema. Throws as look_up
/// does.
UnitPlan make_plan(ClusterPort& port, LiveState& live, const model::Clock& clock,
                   const PlanRequest& request);

}  // namespace reconcile::appliers
