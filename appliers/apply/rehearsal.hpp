#pragma once

#include <vector>

#include "appliers/apply/stage_run.hpp"

namespace reconcile::appliers {

/// Sends a dry run of every write; answers what would fail, in the order of work. What only fails
/// because its definition or namespace is itself among the writes does not count.
std::vector<ObjectFailure> rehearse(ClusterPort& port, const std::vector<const Decision*>& writes,
                                    const WriteContext& context);

}  // namespace reconcile::appliers
