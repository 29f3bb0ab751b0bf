#pragma once

#include <string_view>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

// What a definition says of its fields (apiextensions-apiserver 0.36.3). An absent schema says
// nothing, as below x-kubernetes-preserve-unknown-fields.

/// The schema of one field of a map; absent where it is not known.
model::Value field_schema(model::Value schema, std::string_view name);

/// Whether the schema says of a value that is owned as a whole that it is so always.
bool is_atomic(model::Value schema);

/// Whether the schema says of a list that it is merged by keys or is a set.
bool is_merged_list(model::Value schema);

bool is_nullable(model::Value schema);

/// What the server makes of a value: nulls that may not be are dropped, defaults filled in. A null
/// itself becomes its default.
model::Node with_defaults(model::Arena& arena, model::Value value, model::Value schema);

}  // namespace reconcile::diff
