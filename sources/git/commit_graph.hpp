#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reconcile/sources/commit_graph.hpp"
#include "sources/git/object_reader.hpp"

namespace reconcile::sources {

/// The commits of one repository on disk. Has a handle of its own, so that a long walk holds up
/// nobody who reads files.
class RepositoryGraph final : public CommitGraph {
 public:
  /// `keep` stays alive as long as the graph and the trees it answers.
  RepositoryGraph(RepositoryPtr repository, std::shared_ptr<ObjectReader> reader,
                  std::shared_ptr<const void> keep);

  [[nodiscard]] bool contains(const std::string& commit) const override;
  [[nodiscard]] bool is_ancestor(const std::string& ancestor,
                                 const std::string& commit) const override;
  [[nodiscard]] std::optional<std::string> merge_base(const std::string& left,
                                                      const std::string& right) const override;
  [[nodiscard]] std::vector<CommitInfo> walk(const std::string& tip, const std::string& until,
                                             std::size_t count_max) const override;
  [[nodiscard]] std::vector<ChangedPath> changed_paths(const std::string& from,
                                                       const std::string& to,
                                                       std::size_t count_max) const override;
  [[nodiscard]] std::string tree_id(const std::string& commit) const override;
  [[nodiscard]] std::shared_ptr<const model::FileTree> tree(
      const std::string& commit) const override;

  /// Where the repository lies: others may read its objects from there while they hold the graph.
  [[nodiscard]] std::string path() const;

 private:
  [[nodiscard]] std::optional<git_oid> find(const std::string& commit) const;
  [[nodiscard]] git_oid need(const std::string& commit) const;
  [[nodiscard]] git_oid tree_of(const std::string& commit) const;

  mutable std::mutex mutex_;
  RepositoryPtr repository_;
  std::shared_ptr<ObjectReader> reader_;
  std::shared_ptr<const void> keep_;
};

/// Throws Error(unsupported) for a graph of another kind.
const RepositoryGraph& need_repository(const CommitGraph& graph);

}  // namespace reconcile::sources
