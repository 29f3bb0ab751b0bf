#include "engine/gates/kept_history.hpp"

#include <algorithm>

namespace reconcile::engine::gates {
namespace {

/// Own commits that are searched for earlier contents.
constexpr std::size_t own_commits_max = 100;

/// Whether `path` had `blob` in one of the environment's own commits before the admitted one.
bool had_before(GraphMemo& graph, const Rewrite& rewrite, const std::string& path,
                const std::string& blob) {
  if (!rewrite.history_known) return false;
  const std::vector<sources::CommitInfo> own =
      graph.graph().walk(rewrite.admitted, *rewrite.base, own_commits_max);
  return std::any_of(own.begin(), own.end(), [&](const sources::CommitInfo& commit) {
    const GraphMemo::Changes& changes = graph.changes(*rewrite.base, commit.id);
    const auto changed = changes.find(path);
    return changed != changes.end() && changed->second.new_blob == blob;
  });
}

}  // namespace

std::vector<std::string> lost_changes(GraphMemo& graph, const Policy& policy,
                                      const Rewrite& rewrite) {
  const GraphMemo::Changes& now = graph.changes(rewrite.admitted, rewrite.candidate);
  const GraphMemo::Changes* own =
      rewrite.base ? &graph.changes(*rewrite.base, rewrite.admitted) : nullptr;
  const GraphMemo::Changes* beyond =
      rewrite.attested.empty() ? nullptr : &graph.changes(rewrite.attested, rewrite.candidate);
  std::vector<std::string> lost;
  for (const auto& [path, change] : now) {
    const bool overlay = matches_any(policy.overlay_paths, path);
    if (!rewrite.history_known && !overlay) continue;
    const std::string& blob = change.new_blob;
    if (own == nullptr) {
      if (blob.empty()) lost.push_back(path);
      continue;
    }
    const auto changed = own->find(path);
    if (changed == own->end()) continue;  // upstream's to change
    const bool fell_back = blob.empty() || blob == changed->second.old_blob;
    const bool is_upstream_s = overlay && beyond != nullptr && !beyond->contains(path);
    if (fell_back || is_upstream_s || had_before(graph, rewrite, path, blob)) {
      lost.push_back(path);
    }
  }
  return lost;
}

}  // namespace reconcile::engine::gates
