// The keywords of maps, lists, strings and numbers.
#include <unordered_map>

#include "base/model/json_schema_run.hpp"
#include "base/model/key_index.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += schema_quote(name);
  }
  return out;
}

std::vector<std::string_view> missing(Value map, const std::vector<std::string_view>& required) {
  std::vector<std::string_view> out;
  for (const std::string_view name : required) {
    if (!map.contains(name)) out.push_back(name);
  }
  return out;
}

std::string bound(const char* keyword, std::size_t got, std::size_t want) {
  return std::string(keyword) + ": got " + schema_count(got) + ", want " + schema_count(want);
}

std::string places(const std::vector<std::size_t>& indexes) {
  std::string out;
  for (const std::size_t index : indexes) {
    if (!out.empty()) out += ' ';
    out += std::to_string(index);
  }
  return out;
}

// A key under which equal values meet: compact JSON with sorted keys and floats that are whole as
// integers.
std::string canonical(Value value) {
  if (value.kind() == Kind::floating) {
    if (const auto whole = value.integer()) return std::to_string(*whole);
  }
  if (value.is_list() || value.is_map()) {
    std::string out = value.is_list() ? "[" : "{";
    std::map<std::string_view, Value> sorted;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value.is_list()) {
        out += canonical(value.at(i)) + ",";
      } else {
        sorted[value.key_at(i)] = value.value_at(i);
      }
    }
    for (const auto& [key, child] : sorted) {
      write_json_string(key, out);
      out += ":" + canonical(child) + ",";
    }
    return out;
  }
  return write_json(value);
}

}  // namespace

void SchemaRun::check_required(Check& check) {
  const CompiledSchema& schema = check.schema;
  if (schema.required.empty()) return;
  const auto absent = missing(check.value, schema.required);
  if (absent.empty()) return;
  fail(check, (absent.size() == 1 ? "missing property " : "missing properties ") + joined(absent));
}

void SchemaRun::check_map(Check& check) {
  const CompiledSchema& schema = check.schema;
  const std::size_t size = check.value.size();
  if (schema.properties_min && size < *schema.properties_min) {
    fail(check, bound("minProperties", size, *schema.properties_min));
  }
  if (schema.properties_max && size > *schema.properties_max) {
    fail(check, bound("maxProperties", size, *schema.properties_max));
  }
  check_required(check);
  if (check.done()) return;
  check_dependencies(check);
  check_entries(check);
  if (schema.property_names == nullptr) return;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string_view name = check.value.key_at(i);
    const Node node = make_string_view(name);
    Failures failures = run(*schema.property_names, Value(&node), &check.scope,
                            check.scope.level + 1, check.quick, nullptr);
    if (failures.empty()) continue;
    for (SchemaFailure& failure : failures) failure.pointer.clear();
    fail_with(check, "invalid propertyName " + schema_quote(name), std::move(failures));
  }
}

void SchemaRun::check_dependencies(Check& check) {
  for (const SchemaDependency& dependency : check.schema.dependencies) {
    if (!check.value.contains(dependency.property)) continue;
    if (dependency.schema != nullptr) {
      check_same(check, *dependency.schema);
      continue;
    }
    const auto absent = missing(check.value, dependency.required);
    if (absent.empty()) continue;
    fail(check, "properties " + joined(absent) + " required, if " +
                    schema_quote(dependency.property) + " exists");
  }
}

void SchemaRun::check_entries(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value map = check.value;
  std::vector<std::string_view> additional;
  for (std::size_t i = 0; i < map.size() && !check.done(); ++i) {
    const std::string_view name = map.key_at(i);
    bool evaluated = false;
    if (const auto found = schema.properties.find(name); found != schema.properties.end()) {
      evaluated = true;
      check_child(check, *found->second, map.value_at(i), name);
    }
    for (const auto& [pattern, part] : schema.patterns) {
      if (!pattern->matches(name)) continue;
      evaluated = true;
      check_child(check, *part, map.value_at(i), name);
    }
    if (!evaluated && schema.additional_properties != nullptr) {
      evaluated = true;
      if (schema.additional_properties->boolean == false) {
        additional.push_back(name);
      } else {
        check_child(check, *schema.additional_properties, map.value_at(i), name);
      }
    }
    if (evaluated && check.tracks) check.evaluated.mark(i, map.size());
  }
  if (additional.empty()) return;
  fail(check, "additional properties " + joined(additional) + " not allowed");
}

void SchemaRun::check_list(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value list = check.value;
  const std::size_t size = list.size();
  if (schema.items_min && size < *schema.items_min) {
    fail(check, bound("minItems", size, *schema.items_min));
  }
  if (schema.items_max && size > *schema.items_max) {
    fail(check, bound("maxItems", size, *schema.items_max));
  }
  if (schema.unique_items) check_unique(check);
  const std::size_t prefix = std::min(schema.prefix_items.size(), size);
  for (std::size_t i = 0; i < prefix && !check.done(); ++i) {
    check_child(check, *schema.prefix_items[i], list.at(i), std::to_string(i));
    if (check.tracks) check.evaluated.mark(i, size);
  }
  if (const CompiledSchema* const rest = schema.rest_items) {
    const bool counted = schema.resource->draft < 2020 && !schema.prefix_items.empty();
    if (counted && rest->boolean == false) {
      if (prefix < size) {
        fail(check, "last " + schema_count(size - prefix) + " additionalItem(s) not allowed");
      }
    } else {
      for (std::size_t i = prefix; i < size && !check.done(); ++i) {
        check_child(check, *rest, list.at(i), std::to_string(i));
      }
    }
    check.evaluated.all = true;
  }
  if (schema.contains != nullptr) check_contains(check);
}

void SchemaRun::check_unique(Check& check) {
  const Value list = check.value;
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto [first, added] = seen.emplace(canonical(list.at(i)), i);
    if (added) continue;
    fail(check,
         "items at " + schema_count(first->second) + " and " + schema_count(i) + " are equal");
    return;
  }
}

void SchemaRun::check_contains(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value list = check.value;
  Failures causes;
  std::vector<std::size_t> matched;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Failures failures =
        run_child(check, *schema.contains, list.at(i), std::to_string(i), check.quick);
    if (!failures.empty()) {
      const std::size_t size = push(std::to_string(i));
      causes.push_back(as_one(std::move(failures)));
      pointer_.resize(size);
      continue;
    }
    matched.push_back(i);
    if (check.tracks && schema.resource->draft >= 2020) check.evaluated.mark(i, list.size());
  }
  const auto counted = [&](const char* word, std::size_t want) {
    return std::string(word) + " " + schema_count(want) +
           " items required to match contains schema, but matched " + schema_count(matched.size()) +
           " items at " + places(matched);
  };
  if (schema.contains_min) {
    const std::size_t want = *schema.contains_min;
    if (matched.size() < want && matched.empty()) {
      fail_with(check,
                "min " + schema_count(want) +
                    " items required to match contains schema, but none matched",
                std::move(causes));
    } else if (matched.size() < want) {
      fail_with(check, counted("min", want), std::move(causes));
    }
  } else if (matched.empty()) {
    fail_with(check, "no items match contains schema", std::move(causes));
  }
  if (schema.contains_max && matched.size() > *schema.contains_max) {
    fail(check, counted("max", *schema.contains_max));
  }
}

void SchemaRun::check_string(Check& check) {
  const CompiledSchema& schema = check.schema;
  const std::string_view text = check.value.text();
  if (schema.length_min || schema.length_max) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); i += decode_rune(text.substr(i)).size) ++length;
    if (schema.length_min && length < *schema.length_min) {
      fail(check, bound("minLength", length, *schema.length_min));
    }
    if (schema.length_max && length > *schema.length_max) {
      fail(check, bound("maxLength", length, *schema.length_max));
    }
  }
  if (schema.pattern == nullptr || schema.pattern->matches(text)) return;
  fail(check, schema_quote(text) + " does not match pattern " + schema_quote(schema.pattern_text));
}

void SchemaRun::check_number(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value value = check.value;
  const auto report = [&](const char* keyword, const SchemaNumber& want) {
    fail(check, std::string(keyword) + ": got " + schema_float(*value.number()) + ", want " +
                    schema_float(*want.value.number()));
  };
  const long double got = exact_number(value);
  const auto compare = [&](const char* keyword, const SchemaNumber& want, auto good) {
    if (want && !good(got, exact_number(want.value))) report(keyword, want);
  };
  compare("minimum", schema.minimum, [](auto a, auto b) { return a >= b; });
  compare("maximum", schema.maximum, [](auto a, auto b) { return a <= b; });
  compare("exclusiveMinimum", schema.exclusive_minimum, [](auto a, auto b) { return a > b; });
  compare("exclusiveMaximum", schema.exclusive_maximum, [](auto a, auto b) { return a < b; });
  if (!schema.multiple_of) return;
  if (is_multiple(to_decimal(value), to_decimal(schema.multiple_of.value))) return;
  report("multipleOf", schema.multiple_of);
}

}  // namespace reconcile::model
