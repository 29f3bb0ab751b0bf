// Rules of a file: conditions or expressions. Tests: test/appliers/health/health_rules_test.cpp.
#include "appliers/health/conditions.hpp"
#include "appliers/health/health_rules_text.hpp"
#include "reconcile/appliers/health_expressions.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::appliers {
namespace {

using model::Value;

[[noreturn]] void refuse(const std::string& text) {
  throw model::Error(model::ErrorCode::invalid_input, text);
}

std::optional<cel::Expression> expression_at(Value expressions, const char* name) {
  const std::string_view text = expressions[name].text();
  if (text.empty()) return std::nullopt;
  try {
    return cel::Expression::parse(text);
  } catch (const model::Error& error) {
    refuse(std::string(name) + ": " + error.message());
  }
}

bool matches_group(std::string_view pattern, std::string_view group) {
  if (pattern.starts_with('*')) return group.ends_with(pattern.substr(1));
  return pattern == group;
}

}  // namespace

HealthExpressions::Rule HealthExpressions::read_rule(Value item) {
  Rule rule;
  const Value expressions = item["expressions"];
  if (expressions.is_map()) {
    rule.current = expression_at(expressions, "current");
    if (!rule.current) refuse("expected an expression in current");
    rule.failed = expression_at(expressions, "failed");
    rule.in_progress = expression_at(expressions, "inProgress");
    rule.needs_status = true;
    return rule;
  }
  const std::string ready(item["ready"].text());
  if (ready.empty()) refuse("expected expressions, or the name of a condition in ready");
  std::string reasons;
  for (std::size_t i = 0; i < item["failedReasons"].size(); ++i)
    reasons += (reasons.empty() ? "" : " ") + std::string(item["failedReasons"].at(i).text());
  rule.conditions =
      Conditions{ready, std::string(item["also"].text()), std::string(item["failed"].text()),
                 reasons, item["needsStatus"].boolean().value_or(true)};
  return rule;
}

std::shared_ptr<const HealthExpressions> HealthExpressions::read_rules(std::string_view yaml,
                                                                       const std::string& file) {
  auto read = std::make_shared<HealthExpressions>();
  std::size_t number = 0;
  try {
    model::YamlOptions options;
    options.strict = true;
    const model::Document document = model::parse_yaml(yaml, options);
    const Value list = document["healthRules"];
    if (!list.is_list()) refuse("expected a list in healthRules");
    for (; number < list.size(); ++number) {
      const Value item = list.at(number);
      const std::string group(item["group"].text());
      if (!item["group"].is_string()) refuse("expected a text in group");
      Rule rule = read_rule(item);
      const GroupKind kind{group, std::string(item["kind"].text())};
      if (group.starts_with('*'))
        read->patterns_.emplace_back(kind, std::move(rule));
      else if (!read->rules_.emplace(kind, std::move(rule)).second)
        refuse("a second rule for " + (kind.second.empty() ? "all kinds" : kind.second) + " of " +
               group);
    }
  } catch (const model::Error& error) {
    refuse(file + ", rule " + std::to_string(number + 1) + ": " + error.message());
  }
  return read;
}

const HealthExpressions& HealthExpressions::built_in() {
  static const std::shared_ptr<const HealthExpressions> rules =
      read_rules(health_rules_text, "health_rules.yaml");
  return *rules;
}

std::shared_ptr<const HealthExpressions> HealthExpressions::over(
    std::shared_ptr<const HealthExpressions> first,
    std::shared_ptr<const HealthExpressions> second) {
  if (first == nullptr) return second;
  if (second == nullptr) return first;
  auto both = std::make_shared<HealthExpressions>(*first);
  both->next_ = std::move(second);
  return both;
}

const HealthExpressions::Rule* HealthExpressions::find(const model::Gvk& gvk) const {
  auto found = rules_.find({gvk.group, gvk.kind});
  if (found == rules_.end()) found = rules_.find({gvk.group, ""});
  if (found != rules_.end()) return &found->second;
  for (const auto& [kind, rule] : patterns_)
    if (matches_group(kind.first, gvk.group) && (kind.second.empty() || kind.second == gvk.kind))
      return &rule;
  return next_ == nullptr ? nullptr : next_->find(gvk);
}

}  // namespace reconcile::appliers
