#pragma once

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// Brings a tree into the form it has after kustomize wrote it as YAML and read it again: folded
/// block scalars change. Throws Error(invalid_input) where a map below the top has keys that are no
/// strings.
void hop_through_yaml(Arena& arena, Node& root);

/// What becomes of a folded block scalar that go-yaml v3 writes and reads again.
std::string refolded(std::string_view text);

}  // namespace reconcile::kustomize
