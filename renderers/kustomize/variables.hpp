#pragma once

#include "renderers/kustomize/accumulator.hpp"
#include "renderers/kustomize/context.hpp"

namespace reconcile::kustomize {

/// Replaces $(NAME) in the fields that the configuration lists. Throws Error(invalid_input) where a
/// variable has no object or its field is missing.
void resolve_variables(Context& context, Accumulator& accumulator);

/// The field at a path with '.' between names, as kustomize's GetFieldValue finds it; null where
/// missing.
Node* field_at(Node& root, std::string_view path);

}  // namespace reconcile::kustomize
