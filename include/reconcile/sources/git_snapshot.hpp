#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::sources {

/// Another repository that a commit names, at a commit of its own.
struct GitSubmodule {
  std::string path;    ///< where its files belong
  std::string url;     ///< absolute, as .gitmodules says or relative to the repository's own
  std::string commit;  ///< 40 hex digits
};

/// The files of one commit, without its history.
struct GitSnapshot {
  std::string commit;  ///< 40 hex digits
  /// Those that .gitmodules gives a URL; none of them was asked for.
  std::vector<GitSubmodule> submodules;
  /// Nothing ignored; submodules are of type `other`. Readable as long as it is held.
  std::shared_ptr<const model::FileTree> tree;
};

/// Brings one commit of `options.url`, and no other where the server can. `revision` is what `git
/// fetch URL REVISION` takes: a branch, a tag, a full ref name, 40 hex digits, or empty for HEAD;
/// of a path also what git-rev-parse takes: an abbreviated id, "HEAD~1"; `options.reference` and
/// `options.ignore` do not count. Every call asks the server where the revision points; objects
/// travel only where the commit is not yet below `data_dir`, as GitSource keeps its mirrors there.
/// A path (where `local` allows) is read in place. Blocks. Throws as GitSource does, and
/// Error(conflict) where another process uses the mirror.
GitSnapshot fetch_git_snapshot(const GitOptions& options, const std::string& revision,
                               const std::string& data_dir);

/// The commit that two revisions of the repository at `path` have in common and that no later one
/// has: where a branch left the other. 40 hex digits. Throws Error(not_found) naming what is not
/// there.
std::string merge_base(const std::string& path, const std::string& one, const std::string& other);

}  // namespace reconcile::sources
