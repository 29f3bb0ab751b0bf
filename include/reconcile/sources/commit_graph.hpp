#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::sources {

/// One path that differs between two trees.
struct ChangedPath {
  std::string path;
  std::string old_blob;  ///< Git blob id; empty where the path is new
  std::string new_blob;  ///< empty where the path is gone
  /// Type or executable bit differ too: then equal blobs are still a change.
  bool mode_changed = false;
  bool operator==(const ChangedPath&) const = default;
};

/// One commit of a walk.
struct CommitInfo {
  std::string id;  ///< 40 hex digits
  std::vector<std::string> parents;
  std::string subject;  ///< first line of the message, cut to 200 bytes, valid UTF-8
  std::string author;   ///< name only
  model::WallTime committed_at;
};

/// The commits of one repository, read from its objects. Commits are given by their full ids; what
/// names none of this repository throws Error(not_found). Reads only; safe from any thread.
class CommitGraph {
 public:
  virtual ~CommitGraph() = default;
  [[nodiscard]] virtual bool contains(const std::string& commit) const = 0;
  /// Whether `ancestor` is `commit` or reachable from it.
  [[nodiscard]] virtual bool is_ancestor(const std::string& ancestor,
                                         const std::string& commit) const = 0;
  /// Absent where the two have no history in common.
  [[nodiscard]] virtual std::optional<std::string> merge_base(const std::string& left,
                                                              const std::string& right) const = 0;
  /// Commits reachable from `tip` and not from `until` (empty: the root), children before parents,
  /// newest first, at most `count_max`.
  [[nodiscard]] virtual std::vector<CommitInfo> walk(const std::string& tip,
                                                     const std::string& until,
                                                     std::size_t count_max) const = 0;
  /// Paths of files that differ between the trees of two commits, sorted. Renames are a removal and
  /// an addition. Throws Error(limit_exceeded) above `count_max`.
  [[nodiscard]] virtual std::vector<ChangedPath> changed_paths(
      const std::string& from, const std::string& to, std::size_t count_max = 100'000) const = 0;
  /// The id of the commit's tree.
  [[nodiscard]] virtual std::string tree_id(const std::string& commit) const = 0;
  /// The whole tree of the commit, nothing ignored.
  [[nodiscard]] virtual std::shared_ptr<const model::FileTree> tree(
      const std::string& commit) const = 0;
};

/// The graph of the repository at `path`, bare or not. Throws Error(not_found).
std::shared_ptr<const CommitGraph> open_commit_graph(const std::string& path);

/// The commits of both repositories as one graph, such as a source's and those of a RefStore: a
/// parentless commit of the one can be compared with a commit of the other. Keeps both. Throws
/// Error(unsupported) for a graph that no repository on disk stands behind, Error(unavailable).
std::shared_ptr<const CommitGraph> join_graphs(std::shared_ptr<const CommitGraph> base,
                                               std::shared_ptr<const CommitGraph> added);

}  // namespace reconcile::sources
