#pragma once

#include <span>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// Whether the server writes `desired`, the value of a field of a CustomResourceDefinition that is
/// owned as a whole, as `live` (apiextensions-apiserver 0.36.3): what is empty in a schema is left
/// out, while defaults, examples and enumerated values stay as they are; null becomes the default.
/// `parent` is the live map that holds the field. False where it is not known.
bool is_definition_form(std::span<const PathStep> path, model::Value desired, model::Value live,
                        model::Value parent);

}  // namespace reconcile::diff
