#pragma once

#include <string>
#include <vector>

#include "engine/gates/graph_memo.hpp"
#include "engine/gates/policy.hpp"

namespace reconcile::engine::gates {

/// The changes that this environment made itself and that a rewritten branch would lose: paths that
/// differ from `base` (where its own commits began) to `admitted` and that `candidate` neither
/// carries nor changes again. A path is lost where it vanishes, falls back to its content at
/// `base`, or, an overlay's, to that of `attested` (the commit upstream that the candidate stands
/// on; empty where there is none). A shared path that upstream has changed since is superseded, not
/// lost.
std::vector<std::string> lost_changes(GraphMemo& graph, const Policy& policy,
                                      const std::string& base, const std::string& admitted,
                                      const std::string& candidate, const std::string& attested);

}  // namespace reconcile::engine::gates
