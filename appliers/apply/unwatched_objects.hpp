#pragma once

#include <set>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/prepare.hpp"

namespace reconcile::appliers {

/// Tells `live` of the unit's recorded objects of these kinds what watches would have told: which
/// are gone, and which differ. Throws as look_up does.
void look_at_unwatched(ClusterPort& port, LiveState& live, const PreparedUnit& unit,
                       const std::set<model::Gvk>& kinds);

}  // namespace reconcile::appliers
