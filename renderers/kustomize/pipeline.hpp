#pragma once

#include "renderers/kustomize/target.hpp"

namespace reconcile::kustomize {

/// Takes the schema that a kustomization's `openapi` names, unless one is in force already.
void set_schema(Context& context, const Target& target);

}  // namespace reconcile::kustomize
