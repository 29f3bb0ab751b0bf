#include "renderers/helm/schema.hpp"

#include <string>

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

std::string violations_of(const ChartInstance& chart, const GoMap& values,
                          ParsedTemplates* parsed) {
  model::Arena arena;
  const model::Node node = gotemplate::to_node(arena, GoValue::map(const_cast<GoMap*>(&values)));
  std::string text;
  const auto schema = needed_schema(*chart.chart->schema, model::Value(&node), parsed);
  if (schema == nullptr) return text;
  for (const model::SchemaViolation& violation : schema->validate(model::Value(&node))) {
    text += "- at '" + violation.instance_pointer + "': " + violation.message + "\n";
  }
  return text;
}

std::string check(const ChartInstance& chart, const GoMap& values, ParsedTemplates* parsed) {
  std::string text;
  if (chart.chart->schema) {
    std::string violations;
    try {
      violations = violations_of(chart, values, parsed);
    } catch (const model::Error& error) {
      violations = error.message() + "\n";
    }
    if (!violations.empty()) text += chart.name + ":\n" + violations;
  }
  for (const auto& child : chart.children) {
    const GoValue* value = values.find(child->name);
    if (value == nullptr || value->is_nil()) continue;
    const GoMap* table = table_of(*value);
    if (table == nullptr) {
      text += child->name + ":\ninvalid type for values: expected object (map), got " +
              std::string(value->type_name()) + "\n";
      continue;
    }
    text += check(*child, *table, parsed);
  }
  return text;
}

}  // namespace

void validate_values(const ChartInstance& root, const GoMap& values) {
  const std::string text = check(root, values, root.chart->parsed.get());
  if (text.empty()) return;
  throw model::Error(
      model::ErrorCode::invalid_input,
      "values don't meet the specifications of the schema(s) in the following chart(s):\n" + text);
}

}  // namespace reconcile::helm
