// When passes run, and what their outcomes mean. Passes themselves are in engine/pipeline.

#include "engine/controllers/unit_controller.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "engine/controllers/unit_finalizer.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using appliers::UnitKind;
using std::chrono::nanoseconds;

/// No unit runs more often by itself, whatever its spec says.
constexpr std::chrono::seconds delay_min(1);
/// A render and a first apply leave free memory behind; it goes back once they are over.
constexpr std::chrono::seconds trim_delay(2);

std::string new_trace() {
  return model::hex_encode(model::random_bytes(4));
}

/// Whether the object's status says all that ours would say of a unit just read from it.
bool status_is_current(const Unit& unit, const model::Document& object) {
  return unit.is_ready() &&
         object["status"]["observedGeneration"].integer().value_or(0) == unit.meta.generation;
}

}  // namespace

UnitController::UnitController(UnitServices services, io::SerialQueue& control, UnitOptions options)
    : services_(std::move(services)),
      control_(control),
      options_(std::move(options)),
      inventories_(std::make_shared<appliers::FoundInventories>(services_.passes.port,
                                                                options_.agent_namespace)) {
}

UnitController::~UnitController() = default;

Unit& UnitController::unit_of(const UnitKey& key) {
  std::unique_ptr<Unit>& unit = units_[key];
  if (unit == nullptr) {
    unit = std::make_unique<Unit>();
    unit->key = key;
    unit->inventory = std::make_shared<appliers::InventoryStore>(
        services_.passes.port, key,
        appliers::InventoryStoreOptions{.namespace_name = options_.agent_namespace,
                                        .found = inventories_});
  }
  return *unit;
}

void UnitController::set_root(const UnitSpec& spec, const ResourceMeta& config_map,
                              model::Value data) {
  Unit& unit = unit_of({UnitKind::kustomization, options_.agent_namespace, "root"});
  unit.is_root = true;
  unit.spec = spec;
  unit.spec.health_expressions = options_.health_rules;
  unit.meta = config_map;
  read_root_data(unit, data);
  unit.handled = config_map.last_handled;
  services_.passes.rendered.expect(unit.key, spec.source);
  start_pass(unit);
}

void UnitController::on_root_config_map(const ResourceMeta& config_map) {
  for (auto& [key, unit] : units_) {
    if (!unit->is_root) continue;
    const std::string before = std::exchange(unit->meta.requested_at, config_map.requested_at);
    unit->meta.uid = config_map.uid;
    unit->meta.plan = config_map.plan;
    unit->meta.prune_allowed = config_map.prune_allowed;
    unit->meta.atomic = config_map.atomic;
    if (std::exchange(unit->meta.policy, config_map.policy) != config_map.policy) start_pass(*unit);
    // The source is looked at first; the end of its fetch starts the pass.
    const bool requested = !config_map.requested_at.empty() && config_map.requested_at != before;
    if (requested && config_map.requested_at != unit->handled) {
      unit->render_anew = true;
      services_.sources.trigger(unit->spec.source);
    }
    return;
  }
}

void UnitController::upsert(UnitKind kind, const model::Document& object) {
  ResourceMeta meta = ResourceMeta::read(object.root());
  const UnitKey key{kind, meta.namespace_name, meta.name};
  const bool is_new = !units_.contains(key);
  Unit& unit = unit_of(key);
  meta.keep_request(unit.meta);
  const bool changed = is_new || unit.meta.generation != meta.generation ||
                       unit.meta.uid != meta.uid || unit.meta.deleting != meta.deleting;
  const bool requested = !meta.requested_at.empty() &&
                         meta.requested_at != unit.meta.requested_at &&
                         meta.requested_at != meta.last_handled;
  if (is_new) read_status(unit, object["status"]);
  const bool other_policy = unit.meta.policy != meta.policy;
  unit.meta = meta;
  unit.latest = model::pack(model::Object(object));
  // What the cluster shows already need not be written again after a restart.
  if (is_new && status_is_current(unit, object)) unit.written_status = status_patch(unit);
  if (!changed) wake_expecting(unit);
  if (other_policy && !meta.policy.problem.empty())
    announce(unit, EventType::warning, "InvalidAnnotation", meta.policy.problem);
  if (!changed && !requested && !other_policy) return;
  if (requested) unit.render_anew = true;
  if (changed) {
    unit.epoch = ++epochs_;
    unit.failures = 0;
    unit.awaits_health = false;
    unit.health_timer.cancel();
    unit.spec_error.clear();
    try {
      unit.spec =
          kind == UnitKind::helm_release ? read_helm_release(object) : read_kustomization(object);
      unit.spec.health_expressions =
          appliers::HealthExpressions::over(unit.spec.health_expressions, options_.health_rules);
    } catch (const model::Error& error) {
      unit.spec_error = error.what();
    }
  }
  const bool waits_for_nobody =
      unit.spec.suspend || meta.deleting || is_terminal(obstacle_of(unit).reason);
  RenderedUnits& rendered = services_.passes.rendered;
  if (meta.deleting)
    rendered.leave(key);
  else if (waits_for_nobody)
    rendered.excuse(key);
  else
    rendered.expect(key, unit.spec.source);
  if (is_new) rendered.remember(key, unit.mirrored_size);
  if (waits_for_nobody) wake_awaiting(key);
  start_pass(unit);
}

void UnitController::remove(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found == units_.end()) return;
  found->second->timer.cancel();
  found->second->health_timer.cancel();
  found->second->status_timer.cancel();
  found->second->poll_timer.cancel();
  found->second->pause_timer.cancel();
  forget_render(key);
  services_.passes.live.set_health_expressions(key, nullptr);
  units_.erase(found);
}

void UnitController::forget_render(const UnitKey& key) {
  const bool was_known = services_.passes.rendered.erase(key);
  const RenderPorts& ports = services_.passes.ports;
  if (ports.watch_lookups) ports.watch_lookups(key, {});
  if (was_known) wake_awaiting(key);
}

/// Whether the source's state asks for a pass: not where it only failed once more.
bool UnitController::is_news(const Unit& unit) const {
  const std::optional<sources::Artifact> artifact = services_.sources.artifact(unit.spec.source);
  return !artifact || unit.obstructed || !obstacle_of(unit).reason.empty() ||
         artifact->digest != unit.attempted_digest ||
         artifact->revision.text() != unit.attempted_revision || unit.render_anew;
}

void UnitController::on_source_change(const SourceKey& source) {
  for (auto& [key, unit] : units_) {
    if (unit->spec.source != source) continue;
    const bool was_awaited = std::exchange(unit->awaits_fetch, false);
    if (was_awaited || is_news(*unit)) start_pass(*unit);
  }
}

void UnitController::request(const UnitKey& key, const std::string& value) {
  const auto found = units_.find(key);
  if (found == units_.end()) return;
  found->second->meta.request_here(value);
  found->second->render_anew = true;
  start_pass(*found->second);
}

void UnitController::trigger(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found != units_.end()) start_pass(*found->second);
}

void UnitController::show_admission(const Admission& admission) {
  for (auto& [key, unit] : units_) {
    if (!unit->is_root) continue;
    unit->admission = admission;
    publish(*unit);
  }
}

void UnitController::resume() {
  for (auto& [key, unit] : units_) start_pass(*unit);
}

void UnitController::publish_root_anew() {
  for (auto& [key, unit] : units_) {
    if (!unit->is_root) continue;
    unit->written_status.clear();
    publish(*unit);
  }
}

void UnitController::for_each(const std::function<void(const Unit&)>& look) const {
  for (const auto& [key, unit] : units_) look(*unit);
}

void UnitController::trim_memory_soon() {
  if (stopping_) return;
  trim_timer_.cancel();
  trim_timer_ = services_.executor.schedule_after(trim_delay, [this] {
    services_.pass_pool.post([inventories = inventories_] {
      inventories->forget();
      malloc_trim(0);
    });
  });
}

void UnitController::stop() {
  stopping_ = true;
  trim_timer_.cancel();
  for (auto& [key, unit] : units_) {
    unit->timer.cancel();
    unit->health_timer.cancel();
    unit->poll_timer.cancel();
    unit->pause_timer.cancel();
  }
}

bool UnitController::can_run(Unit& unit) {
  // What is left out while another replica may lead is made up for by `resume`.
  if (stopping_ || !may_write()) return false;
  if (unit.running) {
    unit.run_again = true;
    return false;
  }
  if (unit.meta.deleting) {
    start_removal(unit);
    return false;
  }
  const Obstacle obstacle = obstacle_of(unit);
  unit.obstructed = !obstacle.reason.empty();
  if (obstacle.reason.empty())
    return (!unit.spec.suspend || unit.has_open_plan()) &&
           services_.sources.artifact(unit.spec.source);
  unit.handled = unit.meta.requested_at;
  set_ready(unit, ConditionStatus::no, obstacle.reason, obstacle.message);
  announce(unit, EventType::warning, obstacle.message);
  publish(unit);
  return false;
}

UnitController::Obstacle UnitController::obstacle_of(const Unit& unit) const {
  if (!unit.spec_error.empty()) return {"InvalidSpec", unit.spec_error};
  if (unit.spec.suspend) return {};
  if (!unit.spec.invalid_expression.empty()) {
    return {"InvalidCELExpression",
            "Reconciliation failed terminally due to configuration error: " +
                unit.spec.invalid_expression};
  }
  if (!unit.spec.source_problem.empty()) return {"SourceNotSupported", unit.spec.source_problem};
  if (!unit.spec.unsupported_field.empty()) {
    return {"FieldNotSupported",
            unit.spec.unsupported_field + " is not supported yet, nothing is applied"};
  }
  const std::string problem = services_.sources.problem(unit.spec.source);
  const std::string stop_reason = services_.sources.stop_reason(unit.spec.source);
  if (!stop_reason.empty()) return {stop_reason, problem};
  if (services_.sources.artifact(unit.spec.source)) return {};
  // Without a problem the first fetch is under way; its end starts the pass.
  return problem.empty() ? Obstacle{} : Obstacle{"ArtifactFailed", problem};
}

void UnitController::start_pass(Unit& unit) {
  if (!can_run(unit) || !take_plan(unit)) return;
  unit.timer.cancel();
  unit.running = true;
  unit.running_epoch = unit.epoch;
  unit.running_since = news_;
  unit.running_request = unit.meta.requested_at;
  PassRequest request = request_of(unit);
  request.trace = new_trace();
  const bool is_news =
      unit.applied_revision != request.artifact.revision.text() || !unit.is_ready();
  unit.attempted_revision = request.artifact.revision.text();
  unit.attempted_digest = request.artifact.digest;
  unit.pass_started = services_.executor.clock().steady_now();
  if (is_news && unit.conditions.find("Ready") == nullptr) {
    set_ready(unit, ConditionStatus::unknown, "Progressing", "Reconciliation in progress");
    publish(unit);
  }
  services_.pass_pool.post([this, request = std::move(request), inventory = unit.inventory,
                            gvk = unit.gvk(), meta = unit.meta, is_root = unit.is_root,
                            epoch = unit.epoch]() mutable {
    const model::SteadyTime start = services_.executor.clock().steady_now();
    const std::uint64_t interruptions = interruptions_;
    PassOutcome outcome;
    try {
      if (!is_root && !request.observe_only) ensure_finalizer(services_.client, gvk, meta);
      follow_expressions(request.unit, request.spec);
      outcome = run_pass(request, services_.passes);
    } catch (const model::Error& error) {
      outcome.end = PassOutcome::End::apply_failed;
      outcome.error = error.what();
    }
    // A plan is applied as a whole or not at all: it is not begun again.
    if (outcome.failed() && request.plan == nullptr &&
        (!may_write() || interruptions_ != interruptions))
      outcome.end = PassOutcome::End::interrupted;
    const bool anew = request.render_anew && !outcome.render_stored;
    const nanoseconds duration = services_.executor.clock().steady_now() - start;
    control_.post([this, key = request.unit, epoch, duration, anew, trace = request.trace,
                   outcome = std::move(outcome)]() mutable {
      const auto found = units_.find(key);
      if (found == units_.end()) {
        // The unit went while its pass ran: nobody may wait for what it stored.
        forget_render(key);
        return;
      }
      if (found->second->running_epoch != epoch) return;
      if (anew && outcome.end == PassOutcome::End::interrupted) found->second->render_anew = true;
      report(*found->second, outcome, duration, trace);
      finish_pass(key, epoch, std::move(outcome));
    });
  });
}

void UnitController::finish_pass(const UnitKey& key, std::uint64_t epoch, PassOutcome outcome) {
  Unit& unit = *units_.at(key);
  unit.running = false;
  const bool again = std::exchange(unit.run_again, false);
  if (outcome.rendered != nullptr) take_render(unit, outcome);
  if (!options_.observe_only) mirror_inventory(unit, outcome);
  // What an older spec led to says nothing about this one.
  if (epoch != unit.epoch) {
    wake_awaiting(key);
    start_pass(unit);
    return;
  }
  const bool was_cut_off = outcome.end == PassOutcome::End::interrupted;
  if (!unit.running_request.empty() && !was_cut_off) unit.handled = unit.running_request;
  const bool was_ready = unit.is_ready();
  const std::string was_applied = unit.applied_revision;
  judge_outcome(unit, outcome);
  judge_plan(unit, outcome);
  if (outcome.result) note_left_drift(unit, *outcome.result);
  show_notes(unit);
  if (services_.on_pass && !was_cut_off) services_.on_pass(unit, outcome);
  publish(unit);
  if (outcome.render_stored && !outcome.render_reused) trim_memory_soon();
  if (unit.is_ready() != was_ready || unit.applied_revision != was_applied) start_followers(unit);
  // What it waits for may have come before it was known to wait.
  const bool came_meanwhile = has_news(unit);
  // A render that is new, or an object that changed hands, may be what another unit waits for; a
  // pass that broke off does not tell what it wrote.
  if (outcome.render_stored || !outcome.result || outcome.result->changes.changes_anything())
    wake_awaiting(key);
  if (outcome.result) revert_again(unit, *outcome.result);
  // A dependency may have become ready while this pass ran.
  const bool ready_meanwhile =
      outcome.end == PassOutcome::End::waiting && missing_dependency(unit).empty();
  if (again || ready_meanwhile || came_meanwhile) start_pass(unit);
}

void UnitController::schedule(Unit& unit, nanoseconds delay) {
  if (stopping_) return;
  unit.timer.cancel();
  unit.timer = services_.executor.schedule_after(
      std::max<nanoseconds>(delay, delay_min),
      [this, key = unit.key] { control_.post([this, key] { trigger(key); }); });
}

void UnitController::publish(Unit& unit) {
  // The mirror of the inventory is written once and is no part of what is compared.
  std::optional<appliers::Inventory> mirror = std::exchange(unit.new_mirror, std::nullopt);
  std::string patch = status_patch(unit);
  if (patch == unit.written_status && !mirror) return;
  unit.written_status = patch;
  if (mirror) {
    unit.new_mirror = std::move(mirror);
    patch = status_patch(unit);
    unit.new_mirror.reset();
  }
  services_.statuses.write(status_target(unit), std::move(patch));
}

}  // namespace reconcile::engine
