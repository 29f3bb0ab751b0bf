#include "engine/gates/graph_memo.hpp"

namespace reconcile::engine::gates {

bool GraphMemo::is_ancestor(const std::string& ancestor, const std::string& commit) {
  const auto [entry, is_new] = ancestors_.emplace(Pair{ancestor, commit}, false);
  if (is_new) entry->second = graph_.contains(ancestor) && graph_.is_ancestor(ancestor, commit);
  return entry->second;
}

const GraphMemo::Changes& GraphMemo::changes(const std::string& from, const std::string& to) {
  const Pair key{from, to};
  if (const auto known = changes_.find(key); known != changes_.end()) return known->second;
  Changes changes;
  for (sources::ChangedPath& change : graph_.changed_paths(from, to)) {
    std::string path = change.path;
    changes.emplace(std::move(path), std::move(change));
  }
  return changes_.emplace(key, std::move(changes)).first->second;
}

std::optional<sources::CommitInfo> GraphMemo::info(const std::string& commit) const {
  if (commit.empty() || !graph_.contains(commit)) return std::nullopt;
  std::vector<sources::CommitInfo> first = graph_.walk(commit, {}, 1);
  if (first.empty()) return std::nullopt;
  return std::move(first.front());
}

}  // namespace reconcile::engine::gates
