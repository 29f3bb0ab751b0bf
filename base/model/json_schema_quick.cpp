// A verdict for the schemas that most charts have, without compiling them and without running their
// metaschema: one walk over the schema sees that nothing in it can be wrong and that it is made of
// the keywords below only, a second one holds the instance against it. Whatever is unusual, wrong
// or invalid is left to JsonSchema, which also knows the words for it. Tests:
// test/model/json_schema_quick_test.cpp and the official suite in test/model/json_schema_test.cpp.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/model/json_schema_compiler.hpp"
#include "base/model/json_schema_keywords.hpp"
#include "base/model/json_schema_quick_values.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json_schema.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t depth_max = 200;
constexpr std::size_t checks_max = 1'000'000;

bool is_text(Value value) {
  return value.is_string();
}

bool is_boolean(Value value) {
  return value.kind() == Kind::boolean;
}

bool is_count(Value value) {
  return value.kind() == Kind::integer && !value.is_unsigned() && *value.integer() >= 0;
}

/// The name behind "#/definitions/" or "#/$defs/" where it needs no decoding.
struct Reference {
  std::string_view table;
  std::string_view name;
};

Reference reference_of(std::string_view text) {
  for (const std::string_view table : {"definitions", "$defs"}) {
    if (!text.starts_with("#/") || text.substr(2, table.size()) != table) continue;
    const std::string_view name = text.substr(std::min(text.size(), 3 + table.size()));
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '_' || c == '-';
    });
    expect(plain && !name.empty() && text[2 + table.size()] == '/');
    return {table, name};
  }
  throw UnknownVerdict();
}

class QuickSchema {
 public:
  explicit QuickSchema(Value root) : root_(root) {
    expect(root.is_map());
    if (root.contains("$schema")) draft_ = SchemaCompiler::draft_of(root, 0);
    expect(draft_ >= 7);
  }

  /// Returns where the metaschema accepts `schema` and compiling it cannot fail.
  void check(Value schema, std::size_t depth) {
    if (is_boolean(schema)) return;
    expect(schema.is_map() && depth < depth_max);
    for (std::size_t i = 0; i < schema.size(); ++i) {
      check_keyword(keyword_of(schema.key_at(i)), schema.value_at(i), depth);
    }
  }

  /// References must not lead back to themselves at the same place of the instance.
  void check_references() {
    for (std::size_t i = 0; i < targets_.size(); ++i) follow(targets_[i], 0);
  }

  [[nodiscard]] bool holds(Value schema, Value instance, std::size_t depth);

 private:
  enum class Visit : std::uint8_t { running, done };

  void check_keyword(SchemaKeyword keyword, Value value, std::size_t depth);
  void check_each(Value parts, std::size_t depth);
  void check_type(Value value) const;
  void check_enum(Value value) const;
  void follow(Value schema, std::size_t depth);
  [[nodiscard]] Value target(Value reference) const;

  [[nodiscard]] bool holds_keyword(SchemaKeyword keyword, Value schema, Value value, Value instance,
                                   std::size_t depth);
  [[nodiscard]] bool entries_hold(Value parts, Value instance, std::size_t depth);
  [[nodiscard]] bool matching_hold(Value parts, Value instance, std::size_t depth);
  [[nodiscard]] bool others_hold(Value schema, Value part, Value instance, std::size_t depth);
  [[nodiscard]] std::size_t count_holding(Value parts, Value instance, std::size_t depth);

  Value root_;
  int draft_ = 2020;
  std::size_t checks_ = 0;
  std::vector<Value> targets_;
  std::unordered_map<const Node*, Visit> visits_;
};

void QuickSchema::check_each(Value parts, std::size_t depth) {
  expect(parts.is_map() || (parts.is_list() && !parts.empty()));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    check(parts.is_map() ? parts.value_at(i) : parts.at(i), depth + 1);
  }
}

void QuickSchema::check_keyword(SchemaKeyword keyword, Value value, std::size_t depth) {
  switch (keyword) {
    case SchemaKeyword::annotation:
      return;
    case SchemaKeyword::text:
    case SchemaKeyword::format:
      return expect(is_text(value));
    case SchemaKeyword::flag:
      return expect(is_boolean(value));
    case SchemaKeyword::examples:
      return expect(value.is_list());
    case SchemaKeyword::dialect:
      return expect(depth == 0);
    case SchemaKeyword::reference:
      expect(is_text(value));
      targets_.push_back(target(value));
      return;
    case SchemaKeyword::definitions:
    case SchemaKeyword::properties:
      expect(value.is_map());
      return check_each(value, depth);
    case SchemaKeyword::pattern_properties:
      expect(value.is_map());
      for (std::size_t i = 0; i < value.size(); ++i) known_pattern(value.key_at(i));
      return check_each(value, depth);
    case SchemaKeyword::all_of:
    case SchemaKeyword::any_of:
    case SchemaKeyword::one_of:
      expect(value.is_list());
      return check_each(value, depth);
    case SchemaKeyword::additional_properties:
    case SchemaKeyword::items:
    case SchemaKeyword::negated:
      return check(value, depth + 1);
    case SchemaKeyword::type:
      return check_type(value);
    case SchemaKeyword::enumeration:
      return check_enum(value);
    case SchemaKeyword::constant:
      return;
    case SchemaKeyword::required:
      return expect(are_distinct_texts(value));
    case SchemaKeyword::pattern:
      expect(is_text(value));
      known_pattern(value.text());
      return;
    case SchemaKeyword::unique_items:
      return expect(is_boolean(value));
    case SchemaKeyword::minimum:
    case SchemaKeyword::maximum:
    case SchemaKeyword::exclusive_minimum:
    case SchemaKeyword::exclusive_maximum:
      return expect(value.is_number());
    case SchemaKeyword::length_min:
    case SchemaKeyword::length_max:
    case SchemaKeyword::items_min:
    case SchemaKeyword::items_max:
    case SchemaKeyword::properties_min:
    case SchemaKeyword::properties_max:
      return expect(is_count(value));
    case SchemaKeyword::other:
      throw UnknownVerdict();
  }
}

void QuickSchema::check_type(Value value) const {
  if (is_text(value)) return expect(schema_type_bit(value.text()) != 0);
  expect(are_distinct_texts(value) && !value.empty());
  for (std::size_t i = 0; i < value.size(); ++i) expect(schema_type_bit(value.at(i).text()) != 0);
}

void QuickSchema::check_enum(Value value) const {
  expect(value.is_list());
  if (draft_ >= 2019) return;
  expect(!value.empty() && value.size() <= compared_items_max);
  for (std::size_t i = 0; i < value.size(); ++i) {
    expect(value.at(i).is_scalar() && value.at(i).kind() != Kind::floating);
    for (std::size_t k = 0; k < i; ++k) expect(!equal(value.at(k), value.at(i)));
  }
}

Value QuickSchema::target(Value reference) const {
  const Reference parts = reference_of(reference.text());
  const Value found = root_[parts.table][parts.name];
  expect(found.present());
  return found;
}

void QuickSchema::follow(Value schema, std::size_t depth) {
  if (!schema.is_map()) return;
  expect(depth < depth_max);
  const auto [visit, added] = visits_.emplace(schema.node(), Visit::running);
  if (!added) return expect(visit->second == Visit::done);
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Value value = schema.value_at(i);
    switch (keyword_of(schema.key_at(i))) {
      case SchemaKeyword::reference:
        follow(target(value), depth + 1);
        break;
      case SchemaKeyword::all_of:
      case SchemaKeyword::any_of:
      case SchemaKeyword::one_of:
        for (std::size_t k = 0; k < value.size(); ++k) follow(value.at(k), depth + 1);
        break;
      case SchemaKeyword::negated:
        follow(value, depth + 1);
        break;
      default:
        break;
    }
  }
  visits_[schema.node()] = Visit::done;
}

bool QuickSchema::holds(Value schema, Value instance, std::size_t depth) {
  expect(depth < depth_max && ++checks_ < checks_max);
  if (is_boolean(schema)) return *schema.boolean();
  if (draft_ < 2019 && !targets_.empty()) {
    // Up to draft 7 a reference stands for the whole schema, but for a `const` beside it.
    const Value reference = schema["$ref"];
    expect(!reference.present() || !schema["const"].present());
    if (reference.present()) return holds(target(reference), instance, depth + 1);
  }
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const SchemaKeyword keyword = keyword_of(schema.key_at(i));
    if (keyword < SchemaKeyword::first_tested) continue;
    if (!holds_keyword(keyword, schema, schema.value_at(i), instance, depth)) return false;
  }
  return true;
}

bool QuickSchema::holds_keyword(SchemaKeyword keyword, Value schema, Value value, Value instance,
                                std::size_t depth) {
  switch (keyword) {
    case SchemaKeyword::format:
      return draft_ >= 2019 || value_holds(keyword, value, instance);
    case SchemaKeyword::reference:
      return holds(target(value), instance, depth + 1);
    case SchemaKeyword::properties:
      return !instance.is_map() || entries_hold(value, instance, depth);
    case SchemaKeyword::pattern_properties:
      return !instance.is_map() || matching_hold(value, instance, depth);
    case SchemaKeyword::additional_properties:
      return !instance.is_map() || others_hold(schema, value, instance, depth);
    case SchemaKeyword::items:
      for (std::size_t i = 0; instance.is_list() && i < instance.size(); ++i) {
        if (!holds(value, instance.at(i), depth + 1)) return false;
      }
      return true;
    case SchemaKeyword::all_of:
      return count_holding(value, instance, depth) == value.size();
    case SchemaKeyword::any_of:
      return count_holding(value, instance, depth) > 0;
    case SchemaKeyword::one_of:
      return count_holding(value, instance, depth) == 1;
    case SchemaKeyword::negated:
      return !holds(value, instance, depth + 1);
    default:
      return value_holds(keyword, value, instance);
  }
}

std::size_t QuickSchema::count_holding(Value parts, Value instance, std::size_t depth) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (holds(parts.at(i), instance, depth + 1)) ++count;
  }
  return count;
}

bool QuickSchema::entries_hold(Value parts, Value instance, std::size_t depth) {
  for (std::size_t i = 0; i < instance.size(); ++i) {
    const Value part = parts[instance.key_at(i)];
    if (part.present() && !holds(part, instance.value_at(i), depth + 1)) return false;
  }
  return true;
}

bool QuickSchema::matching_hold(Value parts, Value instance, std::size_t depth) {
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const auto regex = known_pattern(parts.key_at(k));
    for (std::size_t i = 0; i < instance.size(); ++i) {
      if (!regex->matches(instance.key_at(i))) continue;
      if (!holds(parts.value_at(k), instance.value_at(i), depth + 1)) return false;
    }
  }
  return true;
}

bool QuickSchema::others_hold(Value schema, Value part, Value instance, std::size_t depth) {
  const Value properties = schema["properties"];
  const Value patterns = schema["patternProperties"];
  for (std::size_t i = 0; i < instance.size(); ++i) {
    const std::string_view name = instance.key_at(i);
    bool named = properties.contains(name);
    for (std::size_t k = 0; !named && k < patterns.size(); ++k) {
      named = known_pattern(patterns.key_at(k))->matches(name);
    }
    if (!named && !holds(part, instance.value_at(i), depth + 1)) return false;
  }
  return true;
}

}  // namespace

bool is_surely_valid(Value schema, Value instance) {
  try {
    QuickSchema quick(schema);
    quick.check(schema, 0);
    quick.check_references();
    return quick.holds(schema, instance, 0);
  } catch (const UnknownVerdict&) {
    return false;
  }
}

}  // namespace reconcile::model
