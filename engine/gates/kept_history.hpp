#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/gates/graph_memo.hpp"
#include "engine/gates/policy.hpp"

namespace reconcile::engine::gates {

/// A rewritten branch: what ran, and what is to take its place.
struct Rewrite {
  std::string admitted;
  std::string candidate;
  /// Where this environment's own commits begin; absent where that is not known.
  std::optional<std::string> base;
  /// False where only the admitted tree is known, and `base` is a guess: then only overlay paths
  /// count as this environment's own; shared ones must be proven anyway.
  bool history_known = true;
  std::string attested;  ///< commit upstream that the candidate stands on; empty: none
};

/// The changes that this environment made itself and that a rewritten branch would lose: paths that
/// differ from `base` to `admitted` and that `candidate` neither carries nor changes again. A path
/// is lost where it vanishes, falls back to its content at `base` or in an own commit since, or, an
/// overlay's, to that of `attested`. A shared path that upstream has changed since is superseded,
/// not lost.
std::vector<std::string> lost_changes(GraphMemo& graph, const Policy& policy,
                                      const Rewrite& rewrite);

}  // namespace reconcile::engine::gates
