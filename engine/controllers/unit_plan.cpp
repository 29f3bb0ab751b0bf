// Plans that people agreed to. A request that carries one is answered by a pass that does exactly
// that, or by a refusal; no other pass of the unit runs in between. Tests:
// test/engine/unit_plan_test.cpp.

#include "engine/controllers/unit_controller.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

/// Why a plan cannot be for this unit as it is; empty where it can.
std::string objection(const SavedPlan& plan, const Unit& unit, bool observe_only) {
  if (observe_only) return "the agent only observes";
  if (plan.unit != unit.key) return "it is a plan for " + plan.unit.display();
  if (plan.generation != unit.meta.generation) {
    return "the unit itself was changed: its generation was " + std::to_string(plan.generation) +
           " and is " + std::to_string(unit.meta.generation);
  }
  return {};
}

}  // namespace

bool UnitController::take_plan(Unit& unit) {
  unit.running_plan.reset();
  if (!unit.has_open_plan()) return true;
  std::optional<SavedPlan> plan;
  std::string problem;
  try {
    plan = plan_of_annotation(unit.meta.plan, unit.meta.requested_at);
  } catch (const model::Error& error) {
    problem = std::string("it cannot be read: ") + error.what();
  }
  if (plan) problem = objection(*plan, unit, options_.observe_only);
  if (problem.empty() && is_paused(unit)) problem = "the unit is paused";
  if (!plan || !problem.empty()) {
    refuse_plan(unit, problem);
    return false;
  }
  const std::string revision = services_.sources.artifact(unit.spec.source)->revision.text();
  if (revision != plan->revision) {
    // People may have seen what the source has not fetched yet: it is asked once.
    if (std::exchange(unit.plan_fetch, unit.meta.requested_at) != unit.meta.requested_at)
      services_.sources.trigger(unit.spec.source);
    else
      refuse_plan(unit,
                  "it is for revision " + plan->revision + ", and the source is at " + revision);
    return false;
  }
  unit.running_plan = std::make_shared<const OpenPlan>(OpenPlan{std::move(*plan), unit.meta.uid});
  return true;
}

void UnitController::refuse_plan(Unit& unit, const std::string& reason) {
  unit.handled = unit.meta.requested_at;
  unit.conditions.set(std::string(plan_condition), ConditionStatus::no, "PlanRefused",
                      io::log().masked(reason), unit.meta.generation,
                      services_.executor.clock().wall_now());
  announce(unit, EventType::warning, "PlanRefused", "Plan refused: " + reason);
  publish(unit);
}

void UnitController::judge_plan(Unit& unit, const PassOutcome& outcome) {
  const std::shared_ptr<const OpenPlan> open = std::exchange(unit.running_plan, nullptr);
  if (open == nullptr) return;
  if (outcome.end == PassOutcome::End::refused) {
    refuse_plan(unit, outcome.error);
    return;
  }
  const bool applied = outcome.end == PassOutcome::End::applied && outcome.result->ok() &&
                       outcome.result->prune_guard.allowed;
  const Condition* ready = unit.conditions.find("Ready");
  std::string message = "Applied the plan of " + open->plan.made_at + " at " + open->plan.revision;
  if (!applied && !outcome.error.empty())
    message = outcome.error;
  else if (!applied && ready != nullptr)
    message = ready->message;
  unit.conditions.set(std::string(plan_condition),
                      applied ? ConditionStatus::yes : ConditionStatus::no,
                      applied ? "PlanApplied" : "PlanFailed", io::log().masked(message),
                      unit.meta.generation, services_.executor.clock().wall_now());
}

}  // namespace reconcile::engine
