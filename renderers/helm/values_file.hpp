#pragma once

#include <string_view>

#include "reconcile/helm/chart.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::helm {

/// What encoding/json calls a kind in its messages: "array", "object", "bool", "number", …
std::string_view json_kind(model::Kind kind);

/// Reads a values file. Helm 4 merges all its YAML documents (maps deep, later wins), Helm 3 reads
/// the first. Answers a map or a null root. Throws Error(invalid_input) where it is no map.
model::Document read_values_file(std::string_view text, Profile profile);

}  // namespace reconcile::helm
