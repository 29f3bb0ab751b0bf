// Health in kstatus' order: being deleted, status behind, Reconciling, Stalled, the rule of the
// kind, the rule of the custom resource, the Ready condition. Tests:
// test/appliers/health/health_test.cpp.
#include "appliers/health/conditions.hpp"
#include "reconcile/appliers/health_expressions.hpp"

namespace reconcile::appliers {

namespace {

std::string ratio(std::int64_t left, std::int64_t right) {
  return std::to_string(left) + ", observed " + std::to_string(right);
}

Health by_ready_condition(model::Value object) {
  const model::Value ready = find_condition(object, "Ready");
  if (ready.present())
    return ready["status"].text() == "True" ? current() : in_progress(condition_text(ready));
  // None at all means that none will come.
  return is_outdated(object, "Ready") ? awaits_condition("Ready") : current();
}

}  // namespace

std::string_view to_string(HealthState state) {
  switch (state) {
    case HealthState::unknown:
      return "Unknown";
    case HealthState::current:
      return "Current";
    case HealthState::in_progress:
      return "InProgress";
    case HealthState::failed:
      return "Failed";
    case HealthState::terminating:
      return "Terminating";
    case HealthState::not_found:
      return "NotFound";
  }
  return "";
}

std::optional<Health> general_health(model::Value live) {
  const model::Value metadata = live["metadata"];
  if (!metadata["deletionTimestamp"].is_null())
    return Health{HealthState::terminating, "scheduled for deletion"};
  const auto generation = metadata["generation"].integer();
  const auto observed = live["status"]["observedGeneration"].integer();
  if (generation && observed && *generation != *observed)
    return in_progress("generation " + ratio(*generation, *observed));
  if (const model::Value reconciling = find_condition(live, "Reconciling");
      reconciling["status"].text() == "True")
    return in_progress(condition_text(reconciling));
  if (const model::Value stalled = find_condition(live, "Stalled");
      stalled["status"].text() == "True")
    return failed(condition_text(stalled));
  return std::nullopt;
}

Health assess_health(const model::Gvk& gvk, model::Value live) {
  if (!live.is_map()) return {HealthState::not_found, "not found"};
  if (const std::optional<Health> health = general_health(live)) return *health;
  if (const HealthRule rule = find_built_in_rule(gvk.group, gvk.kind)) return rule(live);
  const HealthExpressions& rules = HealthExpressions::built_in();
  if (rules.supports(gvk)) return rules.assess(gvk, live);
  if (const ConditionRule* rule = find_condition_rule(gvk, live))
    return by_condition_rule(*rule, live);
  return by_ready_condition(live);
}

bool status_may_be_old(const model::Gvk& gvk, model::Value live) {
  const model::Value status = live["status"];
  if (find_built_in_rule(gvk.group, gvk.kind) != nullptr) return false;
  if (!live["metadata"]["generation"].integer() || !status.is_map() || status.size() == 0)
    return false;
  if (status["observedGeneration"].integer()) return false;
  // One condition with a generation says nothing of its neighbours, which may be set by others.
  const model::Value conditions = status["conditions"];
  for (std::size_t i = 0; i < conditions.size(); ++i)
    if (conditions.at(i)["observedGeneration"].integer().value_or(0) == 0) return true;
  return conditions.empty();
}

}  // namespace reconcile::appliers
