#pragma once

#include "renderers/kustomize/resource.hpp"

namespace reconcile::kustomize {

/// Writes into `annotations` what kustomize 5.8.2 hides among those of `owner`: where a replacement
/// copies them, they stay in the output.
void show_hidden_annotations(Arena& arena, const Resource& owner, Node& annotations);

}  // namespace reconcile::kustomize
