#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcile/sources/git_snapshot.hpp"
#include "sources/git/object_reader.hpp"

namespace reconcile::sources {

/// The submodules of the tree `root`, whose files are `tree`; `base` is the repository's URL. Those
/// without URL or whose path is no submodule in the tree are left out.
std::vector<GitSubmodule> find_submodules(ObjectReader& reader, const git_oid& root,
                                          const model::FileTree& tree, const std::string& base);

/// "../other.git" beside `base`; other URLs stay.
std::string submodule_url(const std::string& base, const std::string& url);

}  // namespace reconcile::sources
