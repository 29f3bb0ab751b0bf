#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/model/json_schema_keywords.hpp"
#include "reconcile/model/regex.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// Thrown where a quick verdict cannot be had; it never leaves is_surely_valid.
struct UnknownVerdict {};

inline void expect(bool known) {
  if (!known) throw UnknownVerdict();
}

/// Lists that are compared item by item may be that long.
inline constexpr std::size_t compared_items_max = 64;

/// Whether the items are strings of which no two are equal; false also for long lists.
bool are_distinct_texts(Value list);
/// The compiled pattern; throws UnknownVerdict where it is malformed.
std::shared_ptr<const Regex> known_pattern(std::string_view text);
/// Whether an instance satisfies a keyword that needs no other schema than its own `value`, which
/// has been checked.
bool value_holds(SchemaKeyword keyword, Value value, Value instance);

}  // namespace reconcile::model
