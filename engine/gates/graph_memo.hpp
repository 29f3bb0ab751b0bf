#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "reconcile/sources/commit_graph.hpp"

namespace reconcile::engine::gates {

/// The commit graph as one decision asks it: every question once. Errors are the graph's.
class GraphMemo {
 public:
  using Changes = std::map<std::string, sources::ChangedPath>;  ///< by path

  explicit GraphMemo(const sources::CommitGraph& graph) : graph_(graph) {}

  [[nodiscard]] const sources::CommitGraph& graph() const noexcept { return graph_; }
  /// Whether `ancestor` is in the graph and `commit` or reachable from it.
  bool is_ancestor(const std::string& ancestor, const std::string& commit);
  const Changes& changes(const std::string& from, const std::string& to);
  /// Absent where the graph does not have the commit.
  std::optional<sources::CommitInfo> info(const std::string& commit) const;

 private:
  using Pair = std::pair<std::string, std::string>;
  const sources::CommitGraph& graph_;
  std::map<Pair, bool> ancestors_;
  std::map<Pair, Changes> changes_;
};

}  // namespace reconcile::engine::gates
