#pragma once

#include <span>
#include <string>
#include <vector>

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// What a path makes where it leads nowhere: nothing, or a node of this kind at its end.
struct PathCreation {
  bool creates = false;
  Kind kind = Kind::null;  ///< map, list, or null for a scalar without tag
};

/// All nodes at a path as kyaml 0.21.2's PathMatcher finds them: fields, list positions, `*`,
/// `[name=regex]`, `[=regex]`. Throws Error(invalid_input) where a step does not fit the node.
std::vector<Node*> match_path(Arena& arena, Node& root, std::span<const std::string> path,
                              PathCreation creation);

/// One node at a path as kyaml's Lookup finds it: fields, positions (`-` is the last),
/// `[name=text]`. Null where missing. Throws Error(invalid_input) where a step does not fit the
/// node.
Node* lookup_path(Node& root, std::span<const std::string> path);

}  // namespace reconcile::kustomize
