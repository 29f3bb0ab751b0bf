// The health of units: `wait` and healthChecks. A wait is a subscription to what the watches say;
// only listed objects that no unit owns are looked at, within the unit's timeout.

#include <utility>

#include "engine/controllers/object_look.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "reconcile/appliers/answers.hpp"
#include "reconcile/appliers/health.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

using appliers::Health;
using appliers::HealthState;
using appliers::UnitKey;

constexpr std::chrono::seconds foreign_look_interval(2);

Health health_in(const appliers::ClusterAnswer& answer, const model::Gvk& gvk,
                 const appliers::HealthExpressions* expressions) {
  if (answer.code == 404) return {HealthState::not_found, "not found"};
  if (!answer.ok()) return {HealthState::unknown, appliers::explain(answer)};
  return appliers::assess_health(gvk, answer.object.root(), expressions);
}

/// What the watches know of a listed object; absent where nobody owns it, and where its owner
/// judges its health in another way than `unit` does.
std::optional<appliers::LiveRecord> known_of(const appliers::LiveState& live, const Unit& unit,
                                             const HealthCheck& check) {
  std::optional<appliers::LiveRecord> record = live.find(check.id);
  const appliers::HealthExpressions* expressions = unit.spec.health_expressions.get();
  const bool differs = record && record->unit != unit.key && expressions != nullptr &&
                       expressions->supports(check.gvk);
  return differs ? std::nullopt : record;
}

}  // namespace

Health UnitController::health_of(const Unit& unit) const {
  if (unit.spec.wait) return services_.passes.live.summary_of(unit.key).health;
  std::vector<appliers::LiveRecord> records;
  for (const HealthCheck& check : unit.spec.health_checks) {
    appliers::LiveRecord record;
    if (auto known = known_of(services_.passes.live, unit, check)) {
      record = std::move(*known);
    } else {
      record.id = check.id;
      const auto seen = unit.foreign_health.find(check.id);
      if (seen != unit.foreign_health.end()) record.health = seen->second;
    }
    records.push_back(std::move(record));
  }
  return appliers::summarize_health(records);
}

void UnitController::await_health(Unit& unit) {
  unit.awaits_health = true;
  // Without news the objects of others count as seen last, until they are looked at again.
  if (unit.pass_is_news) unit.foreign_health.clear();
  unit.health_timer = services_.executor.schedule_after(unit.spec.timeout, [this, key = unit.key] {
    control_.post([this, key] { end_health_wait(key); });
  });
  // What is of before our write now counts then, without any event.
  unit.status_timer = services_.executor.schedule_after(
      appliers::LiveState::status_grace,
      [this, key = unit.key] { control_.post([this, key] { on_health(key); }); });
  look_at_foreign_objects(unit);
  judge_health(unit);
}

void UnitController::end_health_wait(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found == units_.end() || !found->second->awaits_health) return;
  Unit& unit = *found->second;
  unit.awaits_health = false;
  const Condition* ready = unit.conditions.find("Ready");
  if (ready == nullptr || ready->reason != "HealthCheckFailed")
    fail_health(unit, "timeout waiting for: " + health_of(unit).message);
  publish(unit);
}

void UnitController::fail_health(Unit& unit, const std::string& text) {
  ++unit.failures;
  set_ready(unit, ConditionStatus::no, "HealthCheckFailed", text);
  set_healthy(unit, ConditionStatus::no, "HealthCheckFailed", text);
  record(unit, "HealthCheckFailed");
  announce(unit, EventType::warning, text);
  if (!unit.running) schedule_retry(unit);
}

void UnitController::judge_health(Unit& unit) {
  const Health health = health_of(unit);
  if (health.state == HealthState::current) {
    unit.awaits_health = false;
    unit.health_timer.cancel();
    unit.failures = 0;
    const auto taken = services_.executor.clock().steady_now() - unit.pass_started;
    const bool was_healthy = unit.conditions.is_true("Healthy");
    const std::string text = "Health check passed in " + model::format_duration(taken);
    if (!was_healthy) set_healthy(unit, ConditionStatus::yes, "Succeeded", text);
    succeed(unit);
    if (!was_healthy) announce(unit, EventType::normal, text);
    return;
  }
  if (health.state == HealthState::failed) {
    const Condition* ready = unit.conditions.find("Ready");
    const bool is_known = ready != nullptr && ready->reason == "HealthCheckFailed" &&
                          ready->message == health.message;
    if (!is_known) fail_health(unit, health.message);
    return;
  }
  if (!unit.awaits_health) return;
  set_ready(unit, ConditionStatus::unknown, "Progressing", "waiting for health: " + health.message);
  set_healthy(unit, ConditionStatus::unknown, "Progressing",
              "Running health checks for revision " + unit.attempted_revision +
                  " with a timeout of " + model::format_duration(unit.spec.timeout));
}

void UnitController::on_health(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found == units_.end() || options_.observe_only) return;
  Unit& unit = *found->second;
  const Condition* ready = unit.conditions.find("Ready");
  // Of a suspended unit only what a plan applied is waited for.
  const bool keeps_looking =
      !unit.spec.suspend &&
      (unit.is_ready() || (ready != nullptr && ready->reason == "HealthCheckFailed"));
  const bool follows_health = unit.judges_health() && !unit.running && ready != nullptr &&
                              (unit.awaits_health || keeps_looking);
  if (!follows_health) return;
  const bool was_ready = unit.is_ready();
  judge_health(unit);
  publish(unit);
  if (unit.is_ready() != was_ready) start_followers(unit);
}

/// Listed objects of other units are read from what the watches say, those of nobody asked for.
void UnitController::look_at_foreign_objects(Unit& unit) {
  std::vector<ObjectRef> unknown;
  bool has_foreign = false;
  for (const HealthCheck& check : unit.spec.health_checks) {
    const auto record = known_of(services_.passes.live, unit, check);
    has_foreign = has_foreign || !record || record->unit != unit.key;
    if (!record) unknown.push_back({check.gvk, check.id});
  }
  if (!has_foreign || unit.polls_health) return;
  unit.polls_health = true;
  services_.pass_pool.post([this, key = unit.key, epoch = unit.epoch, unknown,
                            expressions = unit.spec.health_expressions] {
    const auto answers = look_at(services_.passes.port, unknown);
    std::map<model::ObjectId, Health> seen;
    for (std::size_t i = 0; i < answers.size(); ++i)
      seen[unknown[i].id] = health_in(answers[i], unknown[i].gvk, expressions.get());
    control_.post([this, key, epoch, seen = std::move(seen)] {
      const auto found = units_.find(key);
      if (found == units_.end()) return;
      found->second->polls_health = false;
      if (found->second->epoch != epoch || stopping_) return;
      for (const auto& [id, health] : seen) found->second->foreign_health[id] = health;
      on_health(key);
      if (!found->second->awaits_health) return;
      found->second->poll_timer =
          services_.executor.schedule_after(foreign_look_interval, [this, key] {
            control_.post([this, key] {
              const auto again = units_.find(key);
              if (again != units_.end() && again->second->awaits_health && !stopping_)
                look_at_foreign_objects(*again->second);
            });
          });
    });
  });
}

/// On a pool thread. Objects that other expressions judged, or none, are read once.
void UnitController::follow_expressions(const UnitKey& key, const UnitSpec& spec) const {
  appliers::LiveState& live = services_.passes.live;
  std::vector<ObjectRef> unknown;
  for (const appliers::LiveRecord& record :
       live.set_health_expressions(key, spec.health_expressions)) {
    unknown.push_back({record.gvk, record.id});
  }
  const auto answers = look_at(services_.passes.port, unknown);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool is_known = answers[i].ok() || answers[i].code == 404;
    const model::Value object = answers[i].ok() ? answers[i].object.root() : model::Value();
    if (is_known) live.reassess(unknown[i].id, object);
  }
}

void UnitController::set_healthy(Unit& unit, ConditionStatus status, const std::string& reason,
                                 const std::string& text) {
  unit.conditions.set("Healthy", status, reason, io::log().masked(text), unit.meta.generation,
                      services_.executor.clock().wall_now());
}

}  // namespace reconcile::engine
