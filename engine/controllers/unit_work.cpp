// What a pass is asked to do, and what is written to the cluster beside passes: reverting drift.

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/controllers/object_look.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "engine/pipeline/failure_text.hpp"
#include "reconcile/appliers/scale_claim.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using appliers::DriftMode;
using appliers::UnitKey;
using diff::Action;

/// Whether Git has a number of replicas that counts: no rule leaves it to autoscalers, and none
/// comes with the unit itself.
bool wants_replicas(const appliers::PreparedObject& wanted) {
  if (!wanted.body_for({})["spec"].contains("replicas")) return false;
  if (wanted.left == nullptr) return true;
  const std::vector<std::string> path = {"spec", "replicas"};
  return std::none_of(wanted.left->begin(), wanted.left->end(), [&](const diff::LeftField& left) {
    const auto scaler =
        std::find(left.managers.begin(), left.managers.end(), diff::autoscaler_manager);
    return left.steps == path && (left.managers.empty() || scaler != left.managers.end());
  });
}

const std::vector<double> seconds_buckets = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                             0.5,   1,    2.5,   5,    10,  30};

double to_seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

PassRequest UnitController::request_of(Unit& unit) {
  PassRequest request;
  request.unit = unit.key;
  request.spec = unit.spec;
  request.generation = unit.meta.generation;
  request.artifact = *services_.sources.artifact(unit.spec.source);
  request.inventory = unit.inventory.get();
  request.dependencies_ready = missing_dependency(unit).empty();
  request.render_anew = std::exchange(unit.render_anew, false);
  request.prune_approved = unit.meta.prune_allowed;
  request.observe_only = options_.observe_only;
  request.paused = unit.is_held = is_paused(unit);
  request.atomic = unit.meta.atomic;
  request.drift_mode = unit.drift_mode();
  request.take_over_managers = options_.take_over_managers;
  request.plan = unit.running_plan;
  const Condition* ready = unit.conditions.find("Ready");
  request.applied_before = unit.applied_revision == request.artifact.revision.text() &&
                           ready != nullptr && ready->observed_generation == unit.meta.generation;
  return request;
}

std::optional<appliers::DriftMode> UnitController::drift_mode_of(const UnitKey& key,
                                                                 const model::ObjectId& id) const {
  const auto found = units_.find(key);
  if (stopping_ || options_.observe_only || found == units_.end() || !may_write()) return {};
  const Unit& unit = *found->second;
  if (unit.spec.suspend || unit.meta.deleting || is_paused(unit)) return {};
  const appliers::ObjectPolicy policy = services_.passes.live.policy_of(id);
  if (policy.paused(services_.executor.clock().wall_now()) != nullptr) return {};
  return policy.drift.value_or(unit.drift_mode());
}

void UnitController::on_drift(const UnitKey& key, const model::ObjectId& id,
                              const model::Document& live) {
  // What is to stay as it is counts as no revert; the record remembers that it differs.
  if (drift_mode_of(key, id).value_or(DriftMode::off) == DriftMode::off) return;
  if (!reverting_.insert(id).second) return;
  const model::SteadyTime now = services_.executor.clock().steady_now();
  const std::chrono::nanoseconds delay =
      std::max(throttle_.next_delay(id, now), fights_.delay(id, now));
  if (delay.count() == 0) return start_revert({key, id, live});
  io::log().warning("Revert delayed", {{"unit", key.display()},
                                       {"object", id.display()},
                                       {"delay", model::format_duration(delay)}});
  // By then the event is old: the revert looks for itself.
  services_.executor.schedule_after(delay, [this, drift = Drift{key, id, {}}] {
    control_.post([this, drift] { start_revert(drift); });
  });
}

void UnitController::start_revert(Drift drift) {
  if (drift_mode_of(drift.unit, drift.id).value_or(DriftMode::off) == DriftMode::off) {
    reverting_.erase(drift.id);
    return look_at_reverted(drift.unit, drift.id, false);
  }
  drift.mode = units_.at(drift.unit)->drift_mode();
  services_.revert_pool.post([this, drift = std::move(drift)] { revert(drift); });
}

void UnitController::on_free_replicas(const UnitKey& key, const model::ObjectId& id) {
  const DriftMode mode = drift_mode_of(key, id).value_or(DriftMode::off);
  const std::optional<appliers::LiveRecord> record = services_.passes.live.find(id);
  const auto applied = services_.passes.rendered.find_applied(key);
  const appliers::PreparedObject* wanted = applied == nullptr ? nullptr : applied->find(id);
  if (mode == DriftMode::off || !record || record->unit != key || wanted == nullptr) return;
  constexpr int left_alone = diff::reconcile_disabled | diff::ssa_ignore | diff::ssa_if_not_present;
  const int flags = record->fingerprint.flags | wanted->flags;
  if ((flags & left_alone) != 0 || !wants_replicas(*wanted)) return;
  // People were told of it.
  if (mode == DriftMode::warn && record->drifted) return;
  services_.revert_pool.post(
      [this, drift = Drift{key, id, {}, mode}, gvk = record->gvk] { free_replicas(drift, gvk); });
}

/// Git's number follows as the drift that the watch then shows; where it is only told of, the claim
/// stays and the drift is what would be without it.
void UnitController::free_replicas(const Drift& drift, const model::Gvk& gvk) {
  try {
    if (drift.mode == DriftMode::warn) {
      const appliers::ClusterAnswer seen =
          look_at(services_.passes.port, {{gvk, drift.id}}).front();
      const model::Document live =
          seen.ok() ? appliers::without_scale_claim(seen.object) : model::Document();
      if (live.present())
        control_.post([this, drift, live] { on_drift(drift.unit, drift.id, live); });
      return;
    }
    if (appliers::release_scale_claim(services_.passes.port, gvk, drift.id) ==
        appliers::ScaleClaimEnd::released)
      io::log().info("Replicas taken back from an autoscaler that is gone",
                     {{"unit", drift.unit.display()}, {"object", drift.id.display()}});
  } catch (const std::exception& error) {
    io::log().warning(
        "Replicas not taken back",
        {{"unit", drift.unit.display()}, {"object", drift.id.display()}, {"err", error.what()}});
  }
}

void UnitController::revert(const Drift& drift) {
  const UnitKey& key = drift.unit;
  const model::ObjectId& id = drift.id;
  // From here on a further event about the object is a new drift.
  control_.post([this, id] { reverting_.erase(id); });
  const bool was_tried = revert_now(drift);
  control_.post([this, key, id, was_tried] { look_at_reverted(key, id, was_tried); });
}

void UnitController::look_at_reverted(const UnitKey& key, const model::ObjectId& id,
                                      bool was_tried) {
  const std::optional<appliers::LiveRecord> record = services_.passes.live.find(id);
  // The drift that the unit which has it now was told of meanwhile counted as this one.
  if (record && record->unit != key && record->drifted) return on_drift(record->unit, id, {});
  const auto found = units_.find(key);
  if (!was_tried || found == units_.end()) return;
  // The pass may have written the object before the revert did: that shows when it has ended.
  if (found->second->running) found->second->reverted_meanwhile.insert(id);
  // What was changed while it was written shows in its record only.
  const auto applied = services_.passes.rendered.find_applied(key);
  const appliers::PreparedObject* wanted = applied == nullptr ? nullptr : applied->find(id);
  if (!record || record->unit != key || wanted == nullptr) return;
  if (record->drifted || record->desired != wanted->digest) on_drift(key, id, {});
}

// Through the throttle: who writes against us all the time must not keep us busy.
void UnitController::revert_again(Unit& unit, const appliers::PassResult& result) {
  for (const model::ObjectId& id : result.drifted_meanwhile) on_drift(unit.key, id, {});
  for (const model::ObjectId& id : std::exchange(unit.reverted_meanwhile, {}))
    look_at_reverted(unit.key, id, true);
}

bool UnitController::revert_now(const Drift& drift) {
  const UnitKey& key = drift.unit;
  const model::ObjectId& id = drift.id;
  // Not what was rendered last: where the unit waits for others, that is not to be applied yet.
  const std::shared_ptr<const Rendered> rendered = services_.passes.rendered.find_applied(key);
  const appliers::PreparedObject* wanted = rendered == nullptr ? nullptr : rendered->find(id);
  if (wanted == nullptr) return false;
  const model::SteadyTime start = services_.executor.clock().steady_now();
  diff::ObjectChange change;
  try {
    appliers::PassOptions options;
    options.drift_mode = drift.mode;
    options.take_over_managers = options_.take_over_managers;
    change =
        services_.passes.applier.revert(rendered->prepared, *wanted, drift.live.root(), options,
                                        [&] { return services_.passes.rendered.keeps(key, id); });
  } catch (const std::exception& error) {
    change.reason = diff::Reason::failed;
    change.message = error.what();
  }
  const std::vector<std::string>& secrets = rendered->render.secret_values;
  if (change.reason == diff::Reason::failed)
    change.message = shown_message(id, change.message, secrets);
  diff::mask_values(change, secrets);
  const double seconds = to_seconds(services_.executor.clock().steady_now() - start);
  const std::string trace = model::hex_encode(model::random_bytes(4));
  if (change.reason == diff::Reason::failed) {
    io::log().warning("Drift not reverted", {{"unit", key.display()},
                                             {"object", id.display()},
                                             {"revision", rendered->revision},
                                             {"trace", trace},
                                             {"err", change.message}});
    return true;
  }
  control_.post([this, key, change] { note_revert(key, change); });
  if (change.action == Action::skipped) {
    io::log().info("Drift left", {{"unit", key.display()},
                                  {"object", id.display()},
                                  {"revision", rendered->revision},
                                  {"trace", trace},
                                  {"note", change.message}});
    return false;
  }
  if (change.action == Action::unchanged) return true;
  services_.metrics.counter("reconcile_reverts_total", "Objects whose drift was reverted").add();
  services_.metrics
      .histogram("reconcile_revert_seconds", "Time from a seen drift to its revert",
                 seconds_buckets)
      .observe(seconds);
  std::string fields;
  for (const diff::FieldChange& field : change.fields) {
    fields += (fields.empty() ? "" : ", ") + diff::to_string(field.path);
  }
  io::log().info("Drift reverted", {{"unit", key.display()},
                                    {"object", id.display()},
                                    {"revision", rendered->revision},
                                    {"trace", trace},
                                    {"fields", fields},
                                    {"seconds", seconds}});
  return true;
}

}  // namespace reconcile::engine
