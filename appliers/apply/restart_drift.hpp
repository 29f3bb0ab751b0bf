#pragma once

#include <vector>

#include "appliers/apply/stage_run.hpp"

namespace reconcile::appliers {

/// Judges, after a restart, objects whose drift is not to be reverted: what was applied to them is
/// not known any more, so a dry run says whether they differ. Those that do become `leave` or
/// `ignore`, the others are settled; both are recorded. A decision whose object could not be judged
/// stays as it is.
void judge_restarted(ClusterPort& port, const std::vector<Decision*>& decisions,
                     const WriteContext& context);

}  // namespace reconcile::appliers
