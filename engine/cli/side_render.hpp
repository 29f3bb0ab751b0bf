#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/api/resource.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// One side of a comparison: a tree, the directory in it, and what people call it.
struct Side {
  std::shared_ptr<const model::FileTree> tree;
  std::string path;
  std::string name;
};

/// One unit of a side.
struct SideUnit {
  std::string parent;  ///< the unit that brings it
  UnitSpec spec;       ///< of the directory itself: as of a unit that says nothing
  std::vector<model::Object> objects;
};

/// What one side renders.
struct SideRender {
  std::map<std::string, SideUnit> units;  ///< by name; "" is the directory itself
  std::set<std::string> left_out;         ///< units that it brings and that are not rendered
  std::vector<std::string> secrets;       ///< values of its Secrets, and what units took from them
  std::vector<std::string> notes;         ///< for who reads the comparison
};

/// The directory as Flux builds a kustomization. `clock_ahead` is added to the time that templates
/// see. Throws Error naming the side.
SideRender render_directory(const Side& side, std::chrono::seconds clock_ahead);

/// The directory and the units that it brings, of those whose source is one of `remotes` (none: all
/// are) or comes with no render. Units take values from the ConfigMaps and Secrets that the renders
/// bring; where none does they are left out.
SideRender render_units(const Side& side, const std::set<std::string>& remotes,
                        std::chrono::seconds clock_ahead);

}  // namespace reconcile::engine
