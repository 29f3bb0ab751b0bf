// What the end of a pass means for a unit: its conditions, who waited for it, when the next pass
// runs.

#include "engine/controllers/unit_controller.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;

}  // namespace

bool is_terminal(std::string_view reason) {
  return reason == "SourceNotSupported" || reason == "FieldNotSupported" || reason == "InvalidSpec";
}

void UnitController::judge_outcome(Unit& unit, const PassOutcome& outcome) {
  unit.awaits_health = false;
  unit.prune_waits = false;
  unit.health_timer.cancel();
  if (outcome.end == PassOutcome::End::applied) {
    unit.failures = 0;
    judge_applied(unit, outcome);
    return;
  }
  if (outcome.end == PassOutcome::End::waiting) {
    set_ready(unit, ConditionStatus::no, "DependencyNotReady", missing_dependency(unit));
    schedule(unit, options_.dependency_retry);
    return;
  }
  ++unit.failures;
  const bool render_failed = outcome.end == PassOutcome::End::render_failed;
  set_ready(unit, ConditionStatus::no, render_failed ? "BuildFailed" : "ReconciliationFailed",
            outcome.error);
  schedule(unit, retry_delay(unit.failures, unit.spec.retry_interval));
}

void UnitController::judge_applied(Unit& unit, const PassOutcome& outcome) {
  schedule(unit, with_jitter(unit.spec.interval, options_.jitter_percent));
  const appliers::PassResult& result = *outcome.result;
  if (!result.prune_guard.allowed) {
    set_ready(unit, ConditionStatus::no, "PruneHeld", result.prune_guard.reason);
    return;
  }
  unit.prune_waits = !result.pruned && unit.spec.prune;
  if (!unit.spec.wait) {
    unit.applied_revision = outcome.rendered->revision;
    set_ready(unit, ConditionStatus::yes, "ReconciliationSucceeded",
              "Applied revision: " + unit.applied_revision);
    return;
  }
  unit.awaits_health = true;
  unit.health_timer = services_.executor.schedule_after(unit.spec.timeout, [this, key = unit.key] {
    control_.post([this, key] {
      const auto found = units_.find(key);
      if (found == units_.end() || !found->second->awaits_health) return;
      Unit& late = *found->second;
      late.awaits_health = false;
      const appliers::Health health =
          appliers::summarize_health(services_.passes.live.records_of(late.key));
      set_ready(late, ConditionStatus::no, "HealthCheckFailed",
                "timeout waiting for: " + health.message);
      publish(late);
    });
  });
  judge_health(unit);
}

void UnitController::judge_health(Unit& unit) {
  using appliers::HealthState;
  const appliers::Health health =
      appliers::summarize_health(services_.passes.live.records_of(unit.key));
  if (health.state == HealthState::current) {
    unit.awaits_health = false;
    unit.health_timer.cancel();
    unit.applied_revision = unit.attempted_revision;
    set_ready(unit, ConditionStatus::yes, "ReconciliationSucceeded",
              "Applied revision: " + unit.applied_revision);
    return;
  }
  if (health.state == HealthState::failed) {
    set_ready(unit, ConditionStatus::no, "HealthCheckFailed", health.message);
    return;
  }
  if (unit.awaits_health) {
    set_ready(unit, ConditionStatus::unknown, "Progressing",
              "waiting for health: " + health.message);
  }
}

void UnitController::on_health(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found == units_.end()) return;
  Unit& unit = *found->second;
  const Condition* ready = unit.conditions.find("Ready");
  const bool follows_health =
      unit.spec.wait && !unit.running && !unit.spec.suspend && ready != nullptr &&
      (unit.awaits_health || unit.is_ready() || ready->reason == "HealthCheckFailed");
  if (!follows_health) return;
  const bool was_ready = unit.is_ready();
  judge_health(unit);
  publish(unit);
  if (unit.is_ready() != was_ready) start_followers(unit);
}

void UnitController::set_ready(Unit& unit, ConditionStatus status, const std::string& reason,
                               const std::string& text) {
  const model::WallTime now = services_.executor.clock().wall_now();
  const std::int64_t generation = unit.meta.generation;
  const std::string message = io::log().masked(text);
  unit.conditions.set("Ready", status, reason, message, generation, now);
  const bool is_stalled = status == ConditionStatus::no && is_terminal(reason);
  // kstatus, and with it the flux command, takes a unit for failed only where it is Stalled.
  if (is_stalled)
    unit.conditions.set("Stalled", ConditionStatus::yes, reason, message, generation, now);
  else
    unit.conditions.remove("Stalled");
  if (status == ConditionStatus::yes || is_stalled) {
    unit.conditions.remove("Reconciling");
    return;
  }
  const bool retries = status == ConditionStatus::no;
  unit.conditions.set("Reconciling", ConditionStatus::yes,
                      retries ? "ProgressingWithRetry" : reason, message, generation, now);
}

std::string UnitController::missing_dependency(const Unit& unit) const {
  for (const UnitKey& key : unit.spec.depends_on) {
    const auto found = units_.find(key);
    const std::string name = "'" + key.namespace_name + "/" + key.name + "'";
    if (found == units_.end()) return "dependency " + name + " not found";
    const Unit& other = *found->second;
    const Condition* ready = other.conditions.find("Ready");
    const bool is_ready = other.is_ready() && ready->observed_generation == other.meta.generation &&
                          !other.meta.deleting;
    if (!is_ready) return "dependency " + name + " is not ready";
    if (other.spec.source != unit.spec.source) continue;
    const std::optional<sources::Artifact> artifact = services_.sources.artifact(unit.spec.source);
    if (artifact && other.applied_revision != artifact->revision.text()) {
      return "dependency " + name + " revision is not up to date";
    }
  }
  return {};
}

void UnitController::start_followers(const Unit& unit) {
  for (auto& [key, other] : units_) {
    const Condition* ready = other->conditions.find("Ready");
    if (ready == nullptr || ready->reason != "DependencyNotReady") continue;
    for (const UnitKey& dependency : other->spec.depends_on) {
      if (dependency == unit.key) start_pass(*other);
    }
  }
}

}  // namespace reconcile::engine
