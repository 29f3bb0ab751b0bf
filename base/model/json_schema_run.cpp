// Validation in the order of santhosh-tekuri/jsonschema 6.0.3: type, const, enum and format end the
// check of a schema at once, all later keywords collect their failures. Tests: the official suite
// and test/model/json_schema_test.cpp.
#include "base/model/json_schema_run.hpp"

#include <algorithm>

#include "base/model/json_schema_keywords.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

constexpr std::size_t depth_max = 3000;
constexpr std::size_t checks_max = 5'000'000;

// Unlike `equal`, an absent value does not occur here and integers meet floats exactly.
bool is_one_of(Value value, Value list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (equal(value, list.at(i))) return true;
  }
  return false;
}

// References and the root show the members of a lone group as their own.
std::vector<SchemaFailure> without_group(std::vector<SchemaFailure> failures) {
  if (failures.size() != 1 || failures[0].kind != SchemaFailure::Kind::group) return failures;
  return std::move(failures[0].causes);
}

std::string enum_message(Value list) {
  std::string wanted;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list.at(i).is_scalar()) return "'enum' failed";
    if (i > 0) wanted += ", ";
    wanted += schema_display(list.at(i));
  }
  return (list.size() == 1 ? "value must be " : "value must be one of ") + wanted;
}

}  // namespace

bool SchemaRun::Scope::repeats() const {
  for (const Scope* scope = parent; scope != nullptr && scope->level == level;
       scope = scope->parent) {
    if (scope->schema == schema) return true;
  }
  return false;
}

void SchemaRun::Evaluated::add(const Evaluated& other) {
  all |= other.all;
  if (other.marks.empty()) return;
  if (marks.empty()) marks.resize(other.marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = marks[i] || other.marks[i];
}

void SchemaRun::Evaluated::mark(std::size_t index, std::size_t size) {
  if (marks.empty()) marks.resize(size);
  marks[index] = true;
}

void SchemaRun::fail(Check& check, std::string message) {
  SchemaFailure failure;
  if (!check.quick) {
    failure.pointer = pointer_;
    failure.message = std::move(message);
  }
  check.failures.push_back(std::move(failure));
}

void SchemaRun::fail_with(Check& check, std::string message, Failures causes) {
  fail(check, std::move(message));
  if (!check.quick) check.failures.back().causes = std::move(causes);
}

SchemaRun::Failures SchemaRun::run(const CompiledSchema& schema, Value value, const Scope* parent,
                                   std::size_t level, bool quick, Evaluated* evaluated) {
  const Scope scope{&schema, level, parent};
  if (++depth_ > depth_max || ++checks_ > checks_max) {
    throw Error(ErrorCode::limit_exceeded,
                "json schema: the validation takes more than the limit of " +
                    std::to_string(checks_max) + " checks or " + std::to_string(depth_max) +
                    " levels");
  }
  Evaluated own;
  Check check{schema, value, scope, quick, evaluated != nullptr, own, {}};
  check.tracks |= schema.unevaluated_properties != nullptr || schema.unevaluated_items != nullptr;
  check_all(check);
  --depth_;
  if (check.failures.empty() && evaluated != nullptr) evaluated->add(own);
  return std::move(check.failures);
}

void SchemaRun::check_all(Check& check) {
  const CompiledSchema& schema = check.schema;
  if (schema.boolean) {
    if (!*schema.boolean) fail(check, "false schema");
    return;
  }
  if (check.scope.repeats()) {
    fail(check, "a reference cycle was found");
    return;
  }
  if (!check_kind(check)) return;
  if (schema.ref != nullptr) {
    check_reference(check, *schema.ref);
    if (schema.resource->draft < 2019) return;
  }
  if (check.value.is_map()) check_map(check);
  if (check.value.is_list()) check_list(check);
  if (check.value.is_string()) check_string(check);
  if (check.value.is_number()) check_number(check);
  if (check.done()) return;
  if (schema.resource->draft >= 2019) check_dynamic(check);
  check_logic(check);
  check_unevaluated(check);
}

bool SchemaRun::check_kind(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value value = check.value;
  const unsigned type = schema_type_of(value);
  const auto allows = [&](unsigned bit) { return ((schema.types >> bit) & 1U) != 0; };
  if (schema.types != 0 && !allows(type) &&
      !(type == schema_number_bit && allows(schema_integer_bit) && is_whole(value))) {
    std::string wanted;
    for (unsigned bit = 0; bit < std::size(schema_type_names); ++bit) {
      if (!allows(bit)) continue;
      if (!wanted.empty()) wanted += " or ";
      wanted += schema_type_names[bit];
    }
    fail(check, "got " + std::string(schema_type_names[type]) + ", want " + wanted);
    return false;
  }
  if (schema.has_const && !equal(value, schema.constant)) {
    fail(check, schema.constant.is_scalar() ? "value must be " + schema_display(schema.constant)
                                            : "'const' failed");
    return false;
  }
  constexpr std::size_t comparisons_per_check = 8;
  checks_ += schema.enumeration.size() / comparisons_per_check;
  if (schema.enumeration.present() && !is_one_of(value, schema.enumeration)) {
    fail(check, check.quick ? std::string() : enum_message(schema.enumeration));
    return false;
  }
  if (schema.format == nullptr || !value.is_string()) return true;
  const auto problem = schema.format(value.text());
  if (!problem) return true;
  fail(check, schema_display(value) + " is not valid " + std::string(schema.format_name) + ": " +
                  *problem);
  return false;
}

void SchemaRun::check_same(Check& check, const CompiledSchema& schema) {
  Failures failures = run(schema, check.value, &check.scope, check.scope.level, check.quick,
                          check.tracks ? &check.evaluated : nullptr);
  add(check, std::move(failures));
}

// Several failures of one place stand together; a single one stands alone.
void SchemaRun::add(Check& check, Failures failures) {
  if (failures.empty()) return;
  check.failures.push_back(as_one(std::move(failures)));
}

SchemaFailure SchemaRun::as_one(Failures failures) const {
  if (failures.size() == 1) return std::move(failures[0]);
  return {SchemaFailure::Kind::group, pointer_, "validation failed", std::move(failures)};
}

void SchemaRun::check_child(Check& check, const CompiledSchema& schema, Value child,
                            std::string_view token) {
  Failures failures = run_child(check, schema, child, token, check.quick);
  if (failures.empty()) return;
  const std::size_t size = push(token);
  add(check, std::move(failures));
  pointer_.resize(size);
}

SchemaRun::Failures SchemaRun::run_child(Check& check, const CompiledSchema& schema, Value child,
                                         std::string_view token, bool quick) {
  const std::size_t size = push(token);
  Failures failures = run(schema, child, &check.scope, check.scope.level + 1, quick, nullptr);
  pointer_.resize(size);
  return failures;
}

std::size_t SchemaRun::push(std::string_view token) {
  const std::size_t size = pointer_.size();
  pointer_ += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer_ += "~0";
    } else if (c == '/') {
      pointer_ += "~1";
    } else {
      pointer_ += c;
    }
  }
  return size;
}

void SchemaRun::check_reference(Check& check, const CompiledSchema& target) {
  Failures failures = run(target, check.value, &check.scope, check.scope.level, check.quick,
                          check.tracks ? &check.evaluated : nullptr);
  if (failures.empty()) return;
  check.failures.push_back({SchemaFailure::Kind::reference, pointer_, "validation failed",
                            without_group(std::move(failures))});
}

void SchemaRun::check_dynamic(Check& check) {
  const CompiledSchema& schema = check.schema;
  if (const CompiledSchema* target = schema.recursive_ref) {
    if (target->recursive_anchor) {
      for (const Scope* scope = &check.scope; scope != nullptr; scope = scope->parent) {
        if (scope->schema->resource->recursive_anchor) target = scope->schema;
      }
    }
    check_reference(check, *target);
  }
  if (const CompiledSchema* target = schema.dynamic_ref) {
    const std::string& anchor = schema.dynamic_ref_anchor;
    if (!anchor.empty() && target->dynamic_anchor == anchor) {
      for (const Scope* scope = &check.scope; scope != nullptr; scope = scope->parent) {
        const auto& anchors = scope->schema->resource->dynamic_anchors;
        if (const auto found = anchors.find(anchor); found != anchors.end()) {
          target = found->second;
        }
      }
    }
    check_reference(check, *target);
  }
}

void SchemaRun::check_logic(Check& check) {
  const CompiledSchema& schema = check.schema;
  Evaluated* const evaluated = check.tracks ? &check.evaluated : nullptr;
  const auto test = [&](const CompiledSchema& part, bool quick) {
    return run(part, check.value, &check.scope, check.scope.level, check.quick || quick, evaluated);
  };
  if (schema.negated != nullptr) {
    Evaluated ignored;
    const Failures failures = run(*schema.negated, check.value, &check.scope, check.scope.level,
                                  true, check.tracks ? &ignored : nullptr);
    if (failures.empty()) fail(check, "'not' failed");
  }
  Failures all;
  for (const CompiledSchema* part : schema.all_of) {
    if (Failures failures = test(*part, false); !failures.empty()) {
      all.push_back(as_one(std::move(failures)));
    }
  }
  if (!all.empty()) fail_with(check, "'allOf' failed", std::move(all));
  check_any_of(check);
  check_one_of(check);
  if (schema.condition == nullptr) return;
  const bool holds = test(*schema.condition, true).empty();
  const CompiledSchema* const branch = holds ? schema.consequence : schema.alternative;
  if (branch != nullptr) check_same(check, *branch);
}

void SchemaRun::check_any_of(Check& check) {
  const CompiledSchema& schema = check.schema;
  if (schema.any_of.empty()) return;
  Failures causes;
  bool matched = false;
  for (const CompiledSchema* part : schema.any_of) {
    Failures failures = run(*part, check.value, &check.scope, check.scope.level, check.quick,
                            check.tracks ? &check.evaluated : nullptr);
    if (!failures.empty()) {
      causes.push_back(as_one(std::move(failures)));
      continue;
    }
    matched = true;
    if (!check.tracks) return;
  }
  if (!matched) fail_with(check, "'anyOf' failed", std::move(causes));
}

void SchemaRun::check_one_of(Check& check) {
  const CompiledSchema& schema = check.schema;
  if (schema.one_of.empty()) return;
  Failures causes;
  std::optional<std::size_t> matched;
  for (std::size_t i = 0; i < schema.one_of.size(); ++i) {
    Failures failures =
        run(*schema.one_of[i], check.value, &check.scope, check.scope.level,
            check.quick || matched.has_value(), check.tracks ? &check.evaluated : nullptr);
    if (!failures.empty()) {
      if (!matched) causes.push_back(as_one(std::move(failures)));
      continue;
    }
    if (matched) {
      fail(check, "'oneOf' failed, subschemas " + schema_count(*matched) + ", " + schema_count(i) +
                      " matched");
      return;
    }
    matched = i;
  }
  if (!matched) fail_with(check, "'oneOf' failed, none matched", std::move(causes));
}

void SchemaRun::check_unevaluated(Check& check) {
  const CompiledSchema& schema = check.schema;
  const Value value = check.value;
  const bool map = value.is_map() && schema.unevaluated_properties != nullptr;
  const bool list = value.is_list() && schema.unevaluated_items != nullptr;
  if ((!map && !list) || check.evaluated.all) return;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!check.evaluated.marks.empty() && check.evaluated.marks[i]) continue;
    if (map) {
      check_child(check, *schema.unevaluated_properties, value.value_at(i), value.key_at(i));
    } else {
      check_child(check, *schema.unevaluated_items, value.at(i), std::to_string(i));
    }
  }
  check.evaluated.all = true;
}

std::vector<SchemaFailure> run_schema(const CompiledSchema& schema, Value instance) {
  return without_group(SchemaRun().run(schema, instance, nullptr, 0, false, nullptr));
}

}  // namespace reconcile::model
