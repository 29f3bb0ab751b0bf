#pragma once

#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/res_map.hpp"
#include "renderers/kustomize/transformer_config.hpp"

namespace reconcile::kustomize {

/// Rewrites every reference by name to an object whose name or namespace changed, in the fields
/// that `config` lists. Throws Error(invalid_input) "found multiple possible referrals".
void fix_name_references(Context& context, ResMap& objects, const TransformerConfig& config);

}  // namespace reconcile::kustomize
