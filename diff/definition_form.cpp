// Tests: test/diff/definition_form_test.cpp.
#include "diff/definition_form.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "diff/trie_walk.hpp"

namespace reconcile::diff {

namespace {

using model::Value;

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Schemas by name.
constexpr std::string_view schema_maps[] = {"properties", "patternProperties", "definitions"};
/// A schema, a list of them, or a boolean.
constexpr std::string_view schema_fields[] = {"items", "additionalItems", "additionalProperties",
                                              "not",   "allOf",           "anyOf",
                                              "oneOf", "openAPIV3Schema"};
/// Of any value; null stands for something.
constexpr std::string_view raw_fields[] = {"default", "example", "enum"};
/// Left out where they are false or empty.
constexpr std::string_view plain_fields[] = {"$schema",
                                             "$ref",
                                             "id",
                                             "deprecated",
                                             "description",
                                             "exclusiveMaximum",
                                             "exclusiveMinimum",
                                             "format",
                                             "nullable",
                                             "pattern",
                                             "title",
                                             "uniqueItems",
                                             "x-kubernetes-embedded-resource",
                                             "x-kubernetes-int-or-string"};

bool is_zero(Value value) {
  if (value.is_string()) return value.text().empty();
  return value.boolean() == false;
}

/// Whether the server leaves out the field of a version, a schema or a column.
bool is_left_out(std::string_view name, Value value) {
  if (contains(raw_fields, name)) return false;
  if (value.is_null() || (value.is_list() && value.empty())) return true;
  if (value.is_map()) return value.empty() && contains(schema_maps, name);
  return (contains(plain_fields, name) && is_zero(value)) ||
         (name == "priority" && value.integer() == 0);
}

bool same_fields(Value desired, Value live, std::size_t depth);

/// Schemas, versions or columns, or lists of them.
bool same_structure(Value desired, Value live, std::size_t depth) {
  if (depth > trie_depth_max) return false;
  if (desired.is_map() && live.is_map()) return same_fields(desired, live, depth);
  if (!desired.is_list() || !live.is_list()) return model::equal(desired, live);
  if (desired.size() != live.size()) return false;
  for (std::size_t i = 0; i < desired.size(); ++i)
    if (!same_structure(desired.at(i), live.at(i), depth + 1)) return false;
  return true;
}

bool same_schemas(Value desired, Value live, std::size_t depth) {
  if (!desired.is_map() || !live.is_map() || desired.size() != live.size()) return false;
  for (std::size_t i = 0; i < desired.size(); ++i) {
    const Value there = live[desired.key_at(i)];
    if (!there.is_map() || !same_structure(desired.value_at(i), there, depth + 1)) return false;
  }
  return true;
}

bool same_fields(Value desired, Value live, std::size_t depth) {
  std::size_t there = 0;
  for (std::size_t i = 0; i < desired.size(); ++i) {
    const std::string_view name = desired.key_at(i);
    const Value wanted = desired.value_at(i);
    const Value kept = live[name];
    if (!kept.present()) {
      if (!is_left_out(name, wanted)) return false;
      continue;
    }
    ++there;
    bool holds = false;
    if (contains(schema_maps, name))
      holds = same_schemas(wanted, kept, depth + 1);
    else if (contains(schema_fields, name) || name == "schema" ||
             name == "additionalPrinterColumns")
      holds = same_structure(wanted, kept, depth + 1);
    else
      holds = model::equal(wanted, kept);
    if (!holds) return false;
  }
  return there == live.size();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

}  // namespace

bool is_definition_form(std::span<const PathStep> path, Value desired, Value live, Value parent) {
  if (path.size() < 2 || path[0].text != "spec") return false;
  const std::string_view name = path.back().text;
  if (path.size() == 2) {
    if (name == "versions")
      return desired.is_list() && live.is_list() && same_structure(desired, live, 0);
    if (name == "preserveUnknownFields") return desired.boolean() == false && !live.present();
    return name == "conversion" && desired.is_null() && live.size() == 1 &&
           live["strategy"].text() == "None";
  }
  if (path.size() != 3 || path[1].text != "names") return false;
  const std::string_view kind = parent["kind"].text();
  if (desired.is_list() && desired.empty()) return !live.present();
  if (!desired.is_null() || kind.empty()) return false;
  if (name == "singular") return live.text() == lower(kind);
  return name == "listKind" && live.text() == std::string(kind) + "List";
}

}  // namespace reconcile::diff
