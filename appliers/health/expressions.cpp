// Tests: test/appliers/health/expressions_test.cpp.
#include "reconcile/appliers/health_expressions.hpp"

#include "appliers/health/conditions.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::appliers {
namespace {

using model::Value;

std::optional<cel::Expression> read_expression(Value item, const char* field, const char* name) {
  const std::string_view text = item[field].text();
  if (text.empty()) return std::nullopt;
  try {
    return cel::Expression::parse(text);
  } catch (const model::Error& error) {
    throw model::Error(error.code(), std::string("failed to parse the expression ") + name + ": " +
                                         error.message());
  }
}

/// As Go prints a schema.GroupKind.
std::string display(const std::pair<std::string, std::string>& kind) {
  return kind.first.empty() ? kind.second : kind.second + '.' + kind.first;
}

}  // namespace

std::shared_ptr<const HealthExpressions> HealthExpressions::read(Value list) {
  if (list.empty()) return nullptr;
  auto read = std::make_shared<HealthExpressions>();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    const std::string place = "healthchecks[" + std::to_string(i) + "]";
    const model::Gvk gvk =
        model::Gvk::from_api_version(item["apiVersion"].text(), item["kind"].text());
    const GroupKind kind{gvk.group, gvk.kind};
    if (read->rules_.contains(kind)) {
      throw model::Error(
          model::ErrorCode::invalid_input,
          "duplicate custom health check for GroupKind " + display(kind) + " at " + place);
    }
    try {
      Rule& rule = read->rules_[kind];
      rule.current = read_expression(item, "current", "Current");
      if (!rule.current) {
        throw model::Error(model::ErrorCode::invalid_input, "expression Current not specified");
      }
      rule.failed = read_expression(item, "failed", "Failed");
      rule.in_progress = read_expression(item, "inProgress", "InProgress");
    } catch (const model::Error& error) {
      throw model::Error(error.code(), "failed to create custom status evaluator for " + place +
                                           ": " + error.message());
    }
  }
  return read;
}

bool HealthExpressions::supports(const model::Gvk& gvk) const {
  return find(gvk) != nullptr;
}

Health HealthExpressions::assess(const model::Gvk& gvk, Value live) const {
  if (!live.is_map()) return {HealthState::not_found, "not found"};
  const Rule& rule = *find(gvk);
  if (rule.conditions) {
    const Conditions& by = *rule.conditions;
    if (const std::optional<Health> health = general_health(live)) return *health;
    return by_condition_rule(
        {"", "", by.ready, by.also, by.failed, by.failed_reasons, by.needs_status}, live);
  }
  const std::optional<std::int64_t> generation = live["metadata"]["generation"].integer();
  const std::optional<std::int64_t> observed = live["status"]["observedGeneration"].integer();
  if (generation && observed && *generation != *observed) {
    return in_progress("its status is behind its spec");
  }
  const cel::Variables fields = cel::Variables::fields_of(live);
  try {
    if (rule.in_progress && rule.in_progress->evaluate_boolean(fields)) {
      return in_progress("its expression inProgress is true");
    }
    if (rule.failed && rule.failed->evaluate_boolean(fields)) {
      return failed("its expression failed is true");
    }
    if (rule.current->evaluate_boolean(fields)) return current();
  } catch (const model::Error& error) {
    if (rule.needs_status && !live["status"].is_map())
      return in_progress("status not reported yet");
    return {HealthState::unknown, short_text(error.message())};
  }
  return in_progress("its expression current is false");
}

Health assess_health(const model::Gvk& gvk, Value live, const HealthExpressions* expressions) {
  const bool by_expression = expressions != nullptr && expressions->supports(gvk);
  return by_expression ? expressions->assess(gvk, live) : assess_health(gvk, live);
}

}  // namespace reconcile::appliers
