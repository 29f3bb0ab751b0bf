// What the end of a pass means for a unit: its conditions, who waited for it, when the next pass
// runs. Reasons are those of kustomize-controller 1.9.4 and helm-controller 1.6.3.

#include <algorithm>

#include "engine/controllers/unit_controller.hpp"
#include "engine/pipeline/unit_digests.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;

/// When a pass that was cut off is begun again, where nothing tells that writing is allowed again.
constexpr std::chrono::seconds interrupted_retry(1);

/// Of everything that was rendered, as `status.history` names it.
std::string digest_of(const appliers::PreparedUnit& prepared) {
  std::string digests;
  for (const appliers::PreparedObject& object : prepared.objects) {
    const model::ObjectId id = object.object.id();
    digests += id.display();
    // A Secret's digest has a key of this process: it says nothing to the next one.
    const bool is_secret = id.group.empty() && id.kind == "Secret";
    if (!is_secret)
      digests += " " + std::to_string(object.digest.high) + " " + std::to_string(object.digest.low);
    digests += "\n";
  }
  return "sha256:" + model::sha256_hex(digests);
}

bool is_install(const Unit& unit) {
  return unit.release.version == 0 && unit.applied_revision.empty();
}

std::string failure_reason(const Unit& unit, const PassOutcome& outcome) {
  if (unit.is_release()) return is_install(unit) ? "InstallFailed" : "UpgradeFailed";
  if (outcome.end == PassOutcome::End::render_failed) return "BuildFailed";
  return outcome.result && outcome.result->prune_failed ? "PruneFailed" : "ReconciliationFailed";
}

}  // namespace

bool is_terminal(std::string_view reason) {
  return reason == "SourceNotSupported" || reason == "FieldNotSupported" ||
         reason == "InvalidSpec" || reason == "InvalidCELExpression";
}

void UnitController::take_render(Unit& unit, const PassOutcome& outcome) {
  const Rendered& rendered = *outcome.rendered;
  unit.hooks = rendered.render.hooks;
  if (outcome.render_reused && !unit.render_digest.empty()) return;
  unit.render_digest = digest_of(rendered.prepared);
  if (!unit.is_release()) return;
  unit.rendered_release = rendered.render.release;
  unit.config_digest =
      release_config_digest(unit.spec, rendered.render, services_.passes.digest_key);
}

void UnitController::judge_outcome(Unit& unit, const PassOutcome& outcome) {
  if (outcome.end == PassOutcome::End::interrupted) {
    // What was true before stays true. `resume` comes first, but where the lead was never missed.
    schedule(unit, interrupted_retry);
    return;
  }
  unit.awaits_health = false;
  unit.prune_wait.clear();
  unit.owners.clear();
  if (outcome.result)
    for (const appliers::ObjectFailure& failure : outcome.result->failures)
      if (failure.owner) unit.owners.insert(*failure.owner);
  unit.health_timer.cancel();
  if (outcome.end == PassOutcome::End::refused) {
    schedule(unit, with_jitter(unit.spec.interval, options_.jitter_percent));
    return;
  }
  if (outcome.end == PassOutcome::End::applied) {
    unit.failures = 0;
    judge_applied(unit, outcome);
    return;
  }
  if (outcome.end == PassOutcome::End::paused) {
    // What was true before stays true; a unit that never ran says why.
    const Condition* ready = unit.conditions.find("Ready");
    if (ready == nullptr || ready->status == ConditionStatus::unknown)
      set_ready(unit, ConditionStatus::unknown, "Paused", "nothing is applied while it is paused");
    return;
  }
  if (outcome.end == PassOutcome::End::waiting) {
    set_ready(unit, ConditionStatus::no, "DependencyNotReady", missing_dependency(unit));
    announce(unit, EventType::normal,
             "Dependencies do not meet ready condition, retrying in " +
                 model::format_duration(options_.dependency_retry));
    schedule(unit, options_.dependency_retry);
    return;
  }
  if (outcome.end == PassOutcome::End::awaits_owners) {
    set_ready(unit, ConditionStatus::unknown, "Progressing", outcome.error);
    schedule(unit, options_.dependency_retry);
    return;
  }
  judge_failed(unit, outcome);
}

void UnitController::judge_failed(Unit& unit, const PassOutcome& outcome) {
  ++unit.failures;
  const std::string reason = failure_reason(unit, outcome);
  set_ready(unit, ConditionStatus::no, reason, outcome.error);
  if (outcome.rendered != nullptr) record(unit, reason);
  announce(unit, EventType::warning, outcome.error);
  schedule_retry(unit);
}

void UnitController::schedule_retry(Unit& unit) {
  schedule(unit, unit.spec.retries_exactly ? unit.spec.retry_interval
                                           : retry_delay(unit.failures, unit.spec.retry_interval));
}

void UnitController::judge_applied(Unit& unit, const PassOutcome& outcome) {
  schedule(unit, with_jitter(unit.spec.interval, options_.jitter_percent));
  if (options_.observe_only) {
    judge_observed(unit, outcome);
    return;
  }
  const appliers::PassResult& result = *outcome.result;
  if (!result.prune_guard.allowed) {
    set_ready(unit, ConditionStatus::no, "PruneHeld", result.prune_guard.reason);
    announce(unit, EventType::warning, result.prune_guard.reason);
    return;
  }
  unit.prune_wait = result.prune_wait;
  unit.pass_is_news =
      result.changes.changes_anything() || unit.applied_revision != outcome.rendered->revision;
  if (unit.judges_health()) {
    await_health(unit);
    return;
  }
  unit.conditions.remove("Healthy");
  succeed(unit);
}

/// An agent that writes nothing applied nothing, whatever the objects look like.
void UnitController::judge_observed(Unit& unit, const PassOutcome& outcome) {
  const auto& objects = outcome.result->changes.objects;
  const auto held = std::count_if(objects.begin(), objects.end(), [](const auto& change) {
    return change.reason == diff::Reason::held || change.action == diff::Action::deleted;
  });
  const std::string text = "Observed revision: " + outcome.rendered->revision + ", " +
                           (held == 0 ? "nothing" : std::to_string(held)) +
                           " would change; nothing is applied (observe only)";
  set_ready(unit, held == 0 ? ConditionStatus::yes : ConditionStatus::unknown, "Observed", text);
}

void UnitController::succeed(Unit& unit) {
  const bool was_ready = unit.is_ready();
  const model::WallTime now = services_.executor.clock().wall_now();
  const auto taken = services_.executor.clock().steady_now() - unit.pass_started;
  std::string reason = "ReconciliationSucceeded";
  std::string text = "Applied revision: " + unit.attempted_revision;
  if (unit.is_release()) {
    ReleaseSnapshot& last = unit.release;
    const ReleaseNote& note = unit.rendered_release;
    if (last.digest != unit.render_digest || last.config_digest != unit.config_digest) {
      const std::string time = model::format_rfc3339(now);
      last = {unit.render_digest,
              unit.config_digest,
              note.name,
              note.namespace_name,
              note.chart_name,
              note.chart_version,
              last.first.empty() ? time : last.first,
              time,
              last.version + 1};
    }
    reason = last.version <= 1 ? "InstallSucceeded" : "UpgradeSucceeded";
    text = "Applied release " + last.namespace_name + "/" + last.name + ".v" +
           std::to_string(last.version) + " with chart " + last.chart_name + "@" +
           last.chart_version + ", revision: " + unit.attempted_revision;
  }
  if (!unit.prune_wait.empty()) text += "; not pruned yet: " + unit.prune_wait;
  unit.applied_revision = unit.attempted_revision;
  set_ready(unit, ConditionStatus::yes, reason, text);
  record(unit, reason);
  // A pass that changed nothing says nothing: it costs no request.
  if (!std::exchange(unit.pass_is_news, false) && was_ready) return;
  announce(unit, EventType::normal,
           "Reconciliation finished in " + model::format_duration(taken) + ", next run in " +
               model::format_duration(unit.spec.interval));
}

void UnitController::record(Unit& unit, const std::string& status) {
  if (unit.is_release() || unit.render_digest.empty()) return;
  const model::Clock& clock = services_.executor.clock();
  unit.history.record(unit.render_digest, status, unit.attempted_revision, clock.wall_now(),
                      clock.steady_now() - unit.pass_started);
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
  if (reason.starts_with("Install") || reason.starts_with("Upgrade"))
    unit.conditions.set("Released", status, reason, message, generation, now);
  if (status == ConditionStatus::yes || is_stalled) {
    unit.conditions.remove("Reconciling");
    return;
  }
  const bool retries = status == ConditionStatus::no;
  unit.conditions.set("Reconciling", ConditionStatus::yes,
                      retries ? "ProgressingWithRetry" : reason, message, generation, now);
}

std::string UnitController::missing_dependency(const Unit& unit) const {
  for (std::size_t i = 0; i < unit.spec.depends_on.size(); ++i) {
    const UnitKey& key = unit.spec.depends_on[i];
    const auto found = units_.find(key);
    const std::string name = "'" + key.namespace_name + "/" + key.name + "'";
    if (found == units_.end()) return "dependency " + name + " not found";
    // An agent that writes nothing makes nothing ready.
    if (options_.observe_only) continue;
    const Unit& other = *found->second;
    if (const auto& expression = unit.spec.ready_expressions[i]) {
      std::string problem = "dependency " + name + " is not ready according to readyExpr eval";
      if (!is_ready_by(*expression, unit, other, problem)) return problem;
      continue;
    }
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

/// As kustomize-controller 1.9.4 evaluates readyExpr: `self` and `dep` are the whole objects.
/// `problem` becomes what went wrong.
bool UnitController::is_ready_by(const cel::Expression& expression, const Unit& unit,
                                 const Unit& other, std::string& problem) const {
  const model::Document self = object_now(unit);
  const model::Document dependency = object_now(other);
  cel::Variables variables;
  variables.set("self", self.root()).set("dep", dependency.root());
  try {
    return expression.evaluate_boolean(variables);
  } catch (const model::Error& error) {
    problem = error.message();
    return false;
  }
}

/// The object of `unit` changed beside its spec: starts the units whose expressions waited for it.
void UnitController::wake_expecting(const Unit& unit) {
  for (auto& [other_key, other] : units_) {
    const std::vector<UnitKey>& keys = other->spec.depends_on;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const bool expects =
          other->spec.ready_expressions[i] && (keys[i] == unit.key || other_key == unit.key);
      if (!expects) continue;
      const Condition* ready = other->conditions.find("Ready");
      const bool waits = ready != nullptr && ready->reason == "DependencyNotReady";
      if (waits && !other->running && missing_dependency(*other).empty()) start_pass(*other);
    }
  }
}

void UnitController::wake_awaiting(const UnitKey& by) {
  ++news_;
  if (const auto found = units_.find(by); found != units_.end()) found->second->news = news_;
  for (auto& [key, unit] : units_)
    if (key != by && unit->awaits(by)) start_pass(*unit);
}

void UnitController::end_listing() {
  services_.passes.rendered.end_listing();
  for (auto& [key, unit] : units_)
    if (!unit->prune_wait.empty() || !unit->owners.empty()) start_pass(*unit);
}

bool UnitController::has_news(const Unit& unit) const {
  if (unit.running_since == news_) return false;
  return !unit.prune_wait.empty() ||
         std::any_of(unit.owners.begin(), unit.owners.end(), [&](const UnitKey& owner) {
           const auto found = units_.find(owner);
           return found == units_.end() || found->second->news > unit.running_since;
         });
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
