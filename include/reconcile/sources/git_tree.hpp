#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::sources {

/// The tree of `commit` (40 hex digits) in the Git repository at `path`, bare or not, read straight
/// from its objects: nothing is checked out, and blob ids cost no hashing. Submodules are of type
/// `other`. Thread-safe. Throws Error(not_found) where there is no such repository or commit;
/// reading throws Error(invalid_input) for names that Git does not allow ("..", ".git", with '/',
/// twice) and Error(unavailable) for damaged objects, whose hash is checked.
std::shared_ptr<const model::FileTree> git_tree(const std::string& path, std::string_view commit,
                                                model::FileLimits limits = {});

}  // namespace reconcile::sources
