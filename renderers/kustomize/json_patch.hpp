#pragma once

#include <string_view>

#include "reconcile/model/value.hpp"
#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// Member that decode_json_patch adds to an operation of a text that is JSON: its value as written,
/// without blanks and with sorted keys. That is what "test" compares there.
inline constexpr std::string_view written_value = "\nvalue";

/// A JSON 6902 patch as json-patch v4 reads it: a list of operations, from YAML or JSON text.
/// Throws Error(invalid_input) "json: cannot unmarshal …" where it is no list of maps.
model::Document decode_json_patch(std::string_view text);

/// Applies all operations in order. `replace` of a missing field adds it, negative indexes count
/// from the end, `-` appends. Afterwards styles are forgotten, as the object went through JSON.
/// Throws Error(invalid_input) naming the operation and the path.
void apply_json_patch(Arena& arena, Node& target, model::Value operations);

}  // namespace reconcile::kustomize
