#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {

/// Opens what belongs at a path of a tree.
using OpenMount = std::function<std::shared_ptr<const model::FileTree>()>;

/// `tree` with other trees at some of its paths, each opened when something in it is first looked
/// at; what that throws is thrown then. For one thread, as long as not all are open.
std::shared_ptr<const model::FileTree> mounted_tree(std::shared_ptr<const model::FileTree> tree,
                                                    std::map<std::string, OpenMount> mounts);

}  // namespace reconcile::engine
