#include "base/model/json_schema_keywords.hpp"

#include <array>
#include <cstddef>
#include <iterator>

namespace reconcile::model {

namespace {

struct Row {
  std::string_view name;
  SchemaKeyword keyword;
};

// Every keyword of drafts 7 to 2020-12, by length.
constexpr Row rows[] = {
    {"if", SchemaKeyword::other},
    {"$id", SchemaKeyword::other},
    {"not", SchemaKeyword::negated},
    {"$ref", SchemaKeyword::reference},
    {"else", SchemaKeyword::other},
    {"enum", SchemaKeyword::enumeration},
    {"then", SchemaKeyword::other},
    {"type", SchemaKeyword::type},
    {"$defs", SchemaKeyword::definitions},
    {"allOf", SchemaKeyword::all_of},
    {"anyOf", SchemaKeyword::any_of},
    {"const", SchemaKeyword::constant},
    {"items", SchemaKeyword::items},
    {"oneOf", SchemaKeyword::one_of},
    {"title", SchemaKeyword::text},
    {"format", SchemaKeyword::format},
    {"$anchor", SchemaKeyword::other},
    {"$schema", SchemaKeyword::dialect},
    {"maximum", SchemaKeyword::maximum},
    {"minimum", SchemaKeyword::minimum},
    {"pattern", SchemaKeyword::pattern},
    {"$comment", SchemaKeyword::text},
    {"contains", SchemaKeyword::other},
    {"examples", SchemaKeyword::examples},
    {"maxItems", SchemaKeyword::items_max},
    {"minItems", SchemaKeyword::items_min},
    {"readOnly", SchemaKeyword::flag},
    {"required", SchemaKeyword::required},
    {"maxLength", SchemaKeyword::length_max},
    {"minLength", SchemaKeyword::length_min},
    {"writeOnly", SchemaKeyword::flag},
    {"deprecated", SchemaKeyword::flag},
    {"multipleOf", SchemaKeyword::other},
    {"properties", SchemaKeyword::properties},
    {"$dynamicRef", SchemaKeyword::other},
    {"$vocabulary", SchemaKeyword::other},
    {"definitions", SchemaKeyword::definitions},
    {"description", SchemaKeyword::text},
    {"maxContains", SchemaKeyword::other},
    {"minContains", SchemaKeyword::other},
    {"prefixItems", SchemaKeyword::other},
    {"uniqueItems", SchemaKeyword::unique_items},
    {"dependencies", SchemaKeyword::other},
    {"$recursiveRef", SchemaKeyword::other},
    {"contentSchema", SchemaKeyword::other},
    {"maxProperties", SchemaKeyword::properties_max},
    {"minProperties", SchemaKeyword::properties_min},
    {"propertyNames", SchemaKeyword::other},
    {"$dynamicAnchor", SchemaKeyword::other},
    {"additionalItems", SchemaKeyword::other},
    {"contentEncoding", SchemaKeyword::other},
    {"$recursiveAnchor", SchemaKeyword::other},
    {"contentMediaType", SchemaKeyword::other},
    {"dependentSchemas", SchemaKeyword::other},
    {"exclusiveMaximum", SchemaKeyword::exclusive_maximum},
    {"exclusiveMinimum", SchemaKeyword::exclusive_minimum},
    {"unevaluatedItems", SchemaKeyword::other},
    {"dependentRequired", SchemaKeyword::other},
    {"patternProperties", SchemaKeyword::pattern_properties},
    {"additionalProperties", SchemaKeyword::additional_properties},
    {"unevaluatedProperties", SchemaKeyword::other},
};

constexpr std::size_t length_max = rows[std::size(rows) - 1].name.size();

/// Where the rows of each length begin.
constexpr auto starts = [] {
  std::array<std::uint8_t, length_max + 2> found{};
  std::size_t row = 0;
  for (std::size_t length = 0; length < found.size(); ++length) {
    while (row < std::size(rows) && rows[row].name.size() < length) ++row;
    found[length] = static_cast<std::uint8_t>(row);
  }
  return found;
}();

}  // namespace

SchemaKeyword keyword_of(std::string_view name) {
  if (name.size() > length_max) return SchemaKeyword::annotation;
  for (std::size_t row = starts[name.size()]; row < starts[name.size() + 1]; ++row) {
    if (rows[row].name == name) return rows[row].keyword;
  }
  return SchemaKeyword::annotation;
}

unsigned schema_type_of(Value value) {
  switch (value.kind()) {
    case Kind::null:
      return 0;
    case Kind::boolean:
      return 1;
    case Kind::integer:
    case Kind::floating:
      return schema_number_bit;
    case Kind::string:
      return 4;
    case Kind::list:
      return 5;
    case Kind::map:
      return 6;
  }
  return 0;
}

std::uint8_t schema_type_bit(std::string_view name) {
  for (std::size_t i = 0; i < std::size(schema_type_names); ++i) {
    if (schema_type_names[i] == name) return static_cast<std::uint8_t>(1U << i);
  }
  return 0;
}

}  // namespace reconcile::model
