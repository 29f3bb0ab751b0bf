#include "renderers/helm/schema.hpp"

#include <string>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/json_schema.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/parsed_templates.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::GoMap;
using gotemplate::GoValue;

/// The compiled schema of `text`, null where `instance` is valid beyond doubt without it.
std::shared_ptr<const model::JsonSchema> needed_schema(const std::string& text,
                                                       model::Value instance,
                                                       ParsedTemplates* parsed) {
  if (parsed == nullptr) {
    const model::Document document = model::parse_json(text);
    if (model::is_surely_valid(document.root(), instance)) return nullptr;
    return std::make_shared<const model::JsonSchema>(document);
  }
  if (auto compiled = parsed->compiled_schema(text)) return compiled;
  if (model::is_surely_valid(parsed->schema(text).root(), instance)) return nullptr;
  return parsed->compile_schema(text);
}

std::string violations_of(const std::string& schema_text, model::Value values,
                          ParsedTemplates* parsed) {
  std::string text;
  const auto schema = needed_schema(schema_text, values, parsed);
  if (schema == nullptr) return text;
  for (const model::SchemaViolation& violation : schema->validate(values)) {
    text += "- at '" + violation.instance_pointer + "': " + violation.message + "\n";
  }
  return text;
}

}  // namespace

ValuesCheck::ValuesCheck(const ChartInstance& root, const GoMap& values)
    : parsed_(root.chart->parsed.get()) {
  add(root, values);
}

void ValuesCheck::add(const ChartInstance& chart, const GoMap& values) {
  if (chart.chart->schema) {
    Part part{chart.name, {}, &*chart.chart->schema, {}};
    try {
      part.values = gotemplate::to_node(arena_, GoValue::map(const_cast<GoMap*>(&values)));
    } catch (const model::Error& error) {
      part.refusal = error.message() + "\n";
    }
    parts_.push_back(std::move(part));
  }
  for (const auto& child : chart.children) {
    const GoValue* value = values.find(child->name);
    if (value == nullptr || value->is_nil()) continue;
    if (const GoMap* table = table_of(*value)) {
      add(*child, *table);
      continue;
    }
    parts_.push_back({child->name,
                      "invalid type for values: expected object (map), got " +
                          std::string(value->type_name()) + "\n",
                      nullptr,
                      {}});
  }
}

void ValuesCheck::run() noexcept {
  const std::lock_guard lock(mutex_);
  if (std::exchange(done_, true)) return;
  try {
    for (Part& part : parts_) {
      try {
        if (part.refusal.empty()) {
          part.refusal = violations_of(*part.schema, model::Value(&part.values), parsed_);
        }
      } catch (const model::Error& error) {
        part.refusal = error.message();  // the schema's own faults end without a line end
      }
      if (!part.refusal.empty()) refusals_ += part.chart_name + ":\n" + part.refusal;
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void ValuesCheck::require() {
  run();
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (refusals_.empty()) return;
  throw model::Error(
      model::ErrorCode::invalid_input,
      "values don't meet the specifications of the schema(s) in the following chart(s):\n" +
          refusals_);
}

void validate_values(const ChartInstance& root, const GoMap& values) {
  ValuesCheck(root, values).require();
}

}  // namespace reconcile::helm
