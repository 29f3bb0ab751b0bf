// Tests: test/diff/unchanged_schema_test.cpp.
#include "diff/structural_schema.hpp"

#include "diff/trie_walk.hpp"
#include "reconcile/diff/three_way.hpp"

namespace reconcile::diff {

namespace {

using model::Node;
using model::Value;

Node filled(model::Arena& arena, Value value, Value schema, std::size_t depth);

Node filled_map(model::Arena& arena, Value value, Value schema, std::size_t depth) {
  Node result = model::make_map();
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view name = value.key_at(i);
    const Value item = value.value_at(i);
    const Value known = field_schema(schema, name);
    if (item.is_null() && known.is_map() && !is_nullable(known) && !known.contains("default"))
      continue;
    model::set(arena, result, name, filled(arena, item, known, depth + 1));
  }
  const Value properties = schema["properties"];
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const std::string_view name = properties.key_at(i);
    const Value known = properties.value_at(i);
    if (value.contains(name) || !known.contains("default")) continue;
    model::set(arena, result, name, filled(arena, known["default"], known, depth + 1));
  }
  return result;
}

Node filled(model::Arena& arena, Value value, Value schema, std::size_t depth) {
  if (!schema.is_map() || depth > trie_depth_max) return model::copy_node(arena, value);
  if (value.is_null() && !is_nullable(schema) && schema.contains("default"))
    return filled(arena, schema["default"], schema, depth + 1);
  if (value.is_map()) return filled_map(arena, value, schema, depth);
  if (!value.is_list()) return model::copy_node(arena, value);
  Node result = model::make_list();
  for (std::size_t i = 0; i < value.size(); ++i)
    model::append(arena, result, filled(arena, value.at(i), schema["items"], depth + 1));
  return result;
}

}  // namespace

Value field_schema(Value schema, std::string_view name) {
  const Value known = schema["properties"][name];
  if (known.is_map()) return known;
  const Value any = schema["additionalProperties"];
  return any.is_map() ? any : Value();
}

bool is_atomic(Value schema) {
  if (schema["type"].text() == "object") return schema["x-kubernetes-map-type"].text() == "atomic";
  return !is_merged_list(schema);
}

bool is_merged_list(Value schema) {
  const std::string_view type = schema["x-kubernetes-list-type"].text();
  return type == "map" || type == "set";
}

bool is_nullable(Value schema) {
  return schema["nullable"].boolean().value_or(false);
}

Node with_defaults(model::Arena& arena, Value value, Value schema) {
  return filled(arena, value, schema, 0);
}

Value definition_schema(Value definition, std::string_view version) {
  const Value versions = definition["spec"]["versions"];
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (versions.at(i)["name"].text() == version)
      return versions.at(i)["schema"]["openAPIV3Schema"];
  return {};
}

}  // namespace reconcile::diff
