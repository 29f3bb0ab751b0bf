#pragma once

#include <optional>
#include <string_view>

#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// Of a live object's JSON what names it and its unit: `metadata` with `name`, `namespace` and
/// `labels`. Absent where the text is not as the API server writes it: then it has to be read as a
/// whole.
std::optional<model::Document> object_head(std::string_view json);

}  // namespace reconcile::engine
