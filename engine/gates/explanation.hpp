#pragma once

#include <string>

#include "engine/gates/admission.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine::gates {

/// The decision as status data of the Environment object (and back), for `gate status` and
/// `explain`, which read it from the cluster.
model::Node decision_node(const Decision& decision, model::Arena& arena);

/// What runs, what waits, why, since when, and what would let it through: plain sentences.
/// `environment` is the live Environment object.
std::string explain(model::Value environment, model::WallTime now);

}  // namespace reconcile::engine::gates
