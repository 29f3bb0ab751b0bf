#pragma once

#include <cstddef>
#include <vector>

#include "reconcile/sources/commit_graph.hpp"
#include "sources/git/object_reader.hpp"

namespace reconcile::sources {

/// The files, links and submodules that differ between two trees, sorted by path. Equal subtrees
/// are not opened. Throws Error(limit_exceeded) above `count_max` paths or 128 levels.
std::vector<ChangedPath> tree_difference(ObjectReader& reader, const git_oid& from,
                                         const git_oid& to, std::size_t count_max);

}  // namespace reconcile::sources
