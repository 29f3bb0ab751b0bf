// What becomes of a unit's objects when its own object is deleted, and when the finalizer goes.

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/controllers/object_look.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "engine/controllers/unit_finalizer.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using diff::Action;

constexpr std::chrono::seconds finalizer_retry(5);
constexpr std::chrono::seconds termination_look_interval(2);
/// A unit that is deleted waits no longer for others that may come to want its objects.
constexpr std::chrono::seconds removal_wait_max(30);

/// Why objects of a deleted unit stay although none could not be deleted; empty where none does.
std::string reason_of_hold(const appliers::PruneResult& result) {
  if (!result.guard.allowed) return result.guard.reason;
  if (result.failed || result.paused.empty()) return {};
  const auto& [id, pause] = *result.paused.begin();
  return id.display() + " is paused " + pause.display();
}

}  // namespace

void UnitController::start_removal(Unit& unit) {
  // An agent that only observes leaves the finalizer to the one that owns the objects.
  if (!unit.meta.has_finalizer || options_.observe_only) return;
  unit.timer.cancel();
  unit.is_held = is_paused(unit);
  if (unit.is_held) {
    // The end of the pause comes back to it.
    unit.handled = unit.meta.requested_at;
    set_ready(unit, ConditionStatus::no, "PruneHeld",
              "it is paused " + unit.meta.policy.pause->display());
    show_notes(unit);
    publish(unit);
    return;
  }
  const bool removes = unit.spec_error.empty() && removes_objects(unit.spec);
  forget_render(unit.key);
  if (removes && removal_waits(unit)) return;
  unit.running = true;
  unit.running_epoch = unit.epoch;
  services_.pass_pool.post([this, key = unit.key, inventory = unit.inventory, removes,
                            epoch = unit.epoch, approved = unit.meta.prune_allowed] {
    appliers::PruneResult result;
    std::string error;
    try {
      appliers::PassOptions options;
      options.prune_approved = approved;
      appliers::UnitNeighbours neighbours;
      neighbours.weight = [this](const model::ObjectId& id) {
        return services_.passes.rendered.weight(id);
      };
      neighbours.on_deleted = [this](const model::ObjectId& id) {
        services_.passes.rendered.on_deleted(id);
      };
      neighbours.any_other_renders = [this, key](const model::ObjectId& id) {
        return services_.passes.rendered.any_other_renders(key, id);
      };
      if (removes)
        result = services_.passes.applier.remove_all(*inventory, key, options, neighbours);
      else
        inventory->remove();
    } catch (const std::exception& failure) {
      error = failure.what();
    }
    control_.post([this, key, epoch, result, error] { finish_removal(key, epoch, result, error); });
  });
}

bool UnitController::removal_waits(Unit& unit) {
  const model::SteadyTime now = services_.executor.clock().steady_now();
  if (!unit.removal_due) {
    unit.removal_due = now + removal_wait_max;
    // What it has may move to another unit by the very commit that drops it.
    unit.awaits_fetch = services_.sources.trigger(unit.spec.source);
  }
  const std::optional<sources::Artifact> artifact = services_.sources.artifact(unit.spec.source);
  unit.prune_wait.clear();
  if (now >= *unit.removal_due) return false;
  if (unit.awaits_fetch)
    unit.prune_wait = "its source is being fetched";
  else if (artifact)
    unit.prune_wait =
        services_.passes.rendered.prune_wait(unit.key, unit.spec.source, artifact->revision.text());
  if (unit.prune_wait.empty()) return false;
  io::log().info("Removal waits", {{"unit", unit.key.display()}, {"note", unit.prune_wait}});
  schedule(unit, *unit.removal_due - now);
  return true;
}

void UnitController::drop_finalizer(Unit& unit) {
  services_.pass_pool.post([this, key = unit.key, gvk = unit.gvk(), meta = unit.meta] {
    const kube::Response response = remove_finalizer(services_.client, gvk, meta);
    if (response.ok() || response.status.not_found()) return;
    io::log().warning("Finalizer not removed",
                      {{"unit", key.display()}, {"err", response.status.display()}});
    control_.post([this, key] {
      const auto found = units_.find(key);
      if (found != units_.end()) schedule(*found->second, finalizer_retry);
    });
  });
}

void UnitController::finish_removal(const UnitKey& key, std::uint64_t epoch,
                                    const appliers::PruneResult& result, const std::string& error) {
  const auto found = units_.find(key);
  if (found == units_.end() || found->second->running_epoch != epoch) return;
  Unit& unit = *found->second;
  unit.running = false;
  const bool again = std::exchange(unit.run_again, false);
  for (const diff::ObjectChange& change : result.changes) {
    io::log().info("Object removed", {{"unit", key.display()},
                                      {"object", change.id.display()},
                                      {"action", diff::to_string(change.action)},
                                      {"reason", diff::to_string(change.reason)}});
  }
  const std::string lines = changed_lines(result.changes);
  if (!lines.empty()) announce(unit, EventType::normal, lines);
  if (error.empty() && result.guard.allowed && !result.failed && result.remaining.empty()) {
    if (unit.spec.deletion_policy == "WaitForTermination")
      await_termination(unit, result);
    else
      drop_finalizer(unit);
    return;
  }
  ++unit.failures;
  unit.held = result.paused;
  const std::string why_held = reason_of_hold(result);
  const bool held = error.empty() && !why_held.empty();
  const std::string text =
      held ? why_held : (error.empty() ? "some objects could not be deleted" : error);
  set_ready(unit, ConditionStatus::no, held ? "PruneHeld" : "PruneFailed", text);
  announce(unit, EventType::warning, text);
  unit.handled = unit.meta.requested_at;
  show_notes(unit);
  publish(unit);
  schedule(unit,
           held ? unit.spec.retry_interval : retry_delay(unit.failures, unit.spec.retry_interval));
  // A request, an approval perhaps, that came while the removal ran.
  if (again) start_pass(unit);
}

void UnitController::await_termination(Unit& unit, const appliers::PruneResult& result) {
  unit.terminating.clear();
  for (const diff::ObjectChange& change : result.changes) {
    if (change.action == Action::deleted) unit.terminating.push_back(change.id);
  }
  unit.termination_end = services_.executor.clock().steady_now() + unit.spec.timeout;
  look_at_terminating(unit);
}

/// Looks until all are gone; after the unit's timeout lets go with an event, as Flux does.
void UnitController::look_at_terminating(Unit& unit) {
  services_.pass_pool.post([this, key = unit.key, ids = unit.terminating] {
    std::vector<ObjectRef> objects;
    for (const model::ObjectId& id : ids) {
      const auto info = services_.passes.port.find_kind(id.group, id.kind);
      if (info) objects.push_back({info->gvk, id});
    }
    std::size_t present = 0;
    for (const appliers::ClusterAnswer& answer : look_at(services_.passes.port, objects))
      if (answer.code != 404) ++present;
    control_.post([this, key, present] {
      const auto found = units_.find(key);
      if (found == units_.end()) return;
      Unit& leaving = *found->second;
      const bool late = services_.executor.clock().steady_now() >= leaving.termination_end;
      if (present != 0 && late)
        announce(leaving, EventType::warning, "failed to wait for resources termination");
      if (present == 0 || late) return drop_finalizer(leaving);
      leaving.poll_timer =
          services_.executor.schedule_after(termination_look_interval, [this, key] {
            control_.post([this, key] {
              const auto again = units_.find(key);
              if (again != units_.end() && !stopping_) look_at_terminating(*again->second);
            });
          });
    });
  });
}

}  // namespace reconcile::engine
