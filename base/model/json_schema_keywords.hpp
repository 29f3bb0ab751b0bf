#pragma once

#include <cstdint>
#include <string_view>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// The keywords that a quick verdict knows, by what has to be seen about them. `other` are those
/// that it leaves to the compiler; what no draft defines is an annotation.
enum class SchemaKeyword : std::uint8_t {
  other,
  annotation,
  text,
  flag,
  examples,
  dialect,
  definitions,
  type,
  enumeration,
  constant,
  format,
  reference,
  properties,
  pattern_properties,
  additional_properties,
  items,
  all_of,
  any_of,
  one_of,
  negated,
  required,
  pattern,
  unique_items,
  minimum,
  maximum,
  exclusive_minimum,
  exclusive_maximum,
  length_min,
  length_max,
  items_min,
  items_max,
  properties_min,
  properties_max,
  first_tested = type,  ///< this one and all behind it say something about the instance
};

SchemaKeyword keyword_of(std::string_view name);

/// The types that `type` can name, in the order null, boolean, number, integer, string, array,
/// object; "integer" is no value's own type.
inline constexpr std::string_view schema_type_names[] = {"null",   "boolean", "number", "integer",
                                                         "string", "array",   "object"};
inline constexpr unsigned schema_number_bit = 2;
inline constexpr unsigned schema_integer_bit = 3;

/// The place of a value's type in `schema_type_names`.
unsigned schema_type_of(Value value);
/// The bit of a type in a set of them; 0 where no type has that name.
std::uint8_t schema_type_bit(std::string_view name);

}  // namespace reconcile::model
