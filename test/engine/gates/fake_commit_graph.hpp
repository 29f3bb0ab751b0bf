#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcile/sources/commit_graph.hpp"

namespace reconcile::test {

/// Commits in memory. A tree is a map of path → content; the blob of a content is the content.
class FakeCommitGraph : public sources::CommitGraph {
 public:
  using Tree = std::map<std::string, std::string>;

  /// Adds a commit `name` (its id is commit_id(name)) on `parents`, given by name. Its tree is the
  /// first parent's with `changes`; an empty content removes a path.
  std::string commit(const std::string& name, const std::vector<std::string>& parents,
                     const Tree& changes);
  void forget(const std::string& name);
  [[nodiscard]] const Tree& files(const std::string& id) const { return at(id).tree; }

  [[nodiscard]] bool contains(const std::string& commit) const override;
  [[nodiscard]] bool is_ancestor(const std::string& ancestor,
                                 const std::string& commit) const override;
  [[nodiscard]] std::optional<std::string> merge_base(const std::string& left,
                                                      const std::string& right) const override;
  [[nodiscard]] std::vector<sources::CommitInfo> walk(const std::string& tip,
                                                      const std::string& until,
                                                      std::size_t count_max) const override;
  [[nodiscard]] std::vector<sources::ChangedPath> changed_paths(
      const std::string& from, const std::string& to, std::size_t count_max) const override;
  [[nodiscard]] std::string tree_id(const std::string& commit) const override;
  [[nodiscard]] std::shared_ptr<const model::FileTree> tree(
      const std::string& commit) const override;

  /// Paths (of both trees) whose bits differ between any two commits where they are listed.
  std::map<std::string, std::string> modes;  ///< "commit path" → mode

 private:
  struct Entry {
    sources::CommitInfo info;
    Tree tree;
    std::size_t order = 0;
  };
  const Entry& at(const std::string& id) const;

  std::map<std::string, Entry> commits_;
};

}  // namespace reconcile::test
