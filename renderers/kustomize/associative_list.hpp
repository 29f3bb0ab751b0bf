#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

using Keys = std::vector<std::string>;

/// Merges one pair of items; either may be null. Null answer: the item is deleted.
using ElementWalk = std::function<Node*(Node* target, Node* patch)>;

/// The list that takes the place of `target`: items of `patch` first, in its order, merged with the
/// target's items of equal keys, then the rest of the target's. Without keys the items are scalars
/// of a set. `patch` may be null or `target` itself. The rules for two keys of which one is absent
/// are those of kyaml 0.21.2, odd as they are.
Node* merge_keyed_list(Arena& arena, Node* target, Node* patch, const Keys& keys,
                       const ElementWalk& walk);

/// Replaces the items whose `keys` have `values` by `element`, or appends it; null removes them.
/// Empty items are dropped on the way.
void set_element(Arena& arena, Node& list, const Keys& keys, const std::vector<std::string>& values,
                 const Node* element);

}  // namespace reconcile::kustomize
