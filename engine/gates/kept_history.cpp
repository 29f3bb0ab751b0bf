#include "engine/gates/kept_history.hpp"

namespace reconcile::engine::gates {

std::vector<std::string> lost_changes(GraphMemo& graph, const Policy& policy,
                                      const std::string& base, const std::string& admitted,
                                      const std::string& candidate, const std::string& attested) {
  const GraphMemo::Changes& own = graph.changes(base, admitted);
  const GraphMemo::Changes& now = graph.changes(admitted, candidate);
  const GraphMemo::Changes* beyond =
      attested.empty() ? nullptr : &graph.changes(attested, candidate);
  std::vector<std::string> lost;
  for (const auto& [path, change] : own) {
    const auto changed = now.find(path);
    if (changed == now.end()) continue;  // carried as it is
    const std::string& blob = changed->second.new_blob;
    const bool vanished = blob.empty();
    const bool fell_back = blob == change.old_blob;
    const bool is_upstream_s =
        beyond != nullptr && !beyond->contains(path) && matches_any(policy.overlay_paths, path);
    if (vanished || fell_back || is_upstream_s) lost.push_back(path);
  }
  return lost;
}

}  // namespace reconcile::engine::gates
