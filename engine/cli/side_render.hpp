#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// One side of a comparison: a tree, the directory in it, and what people call it.
struct Side {
  std::shared_ptr<const model::FileTree> tree;
  std::string path;
  std::string name;
};

/// The objects of one side by unit; "" is the directory itself.
using Renders = std::map<std::string, std::vector<model::Object>>;

/// The directory as Flux builds a kustomization. Warnings go to `err`. Throws Error naming the
/// side.
Renders render_directory(const Side& side, std::ostream& err);

/// The directory and the units that it brings, of those whose source is one of `remotes` (none: all
/// are) or comes with no render. Says on `err` which are left out. `clock_ahead` is added to the
/// time that templates see. Throws Error naming the side.
Renders render_units(const Side& side, const std::set<std::string>& remotes, std::ostream& err,
                     std::chrono::seconds clock_ahead = {});

}  // namespace reconcile::engine
