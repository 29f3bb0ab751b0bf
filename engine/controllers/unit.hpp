#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/api/condition.hpp"
#include "engine/api/resource.hpp"
#include "engine/controllers/source_gate.hpp"
#include "engine/controllers/status_queue.hpp"
#include "engine/controllers/unit_history.hpp"
#include "engine/pipeline/pass.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/model/packed_object.hpp"

namespace reconcile::engine {

/// What the controller knows of one unit. Owned by the control queue.
struct Unit {
  appliers::UnitKey key;
  bool is_root = false;
  ResourceMeta meta;
  UnitSpec spec;
  std::string spec_error;  ///< why `spec` could not be read; empty where it could
  /// The object as it came last: only expressions of units that depend on it ask for all of it.
  /// Absent for the root unit.
  model::PackedObject latest;
  Conditions conditions;
  std::string applied_revision;    ///< of the last pass that ended Ready
  std::string attempted_revision;  ///< of the last pass
  /// Digest of the artifact of the last pass of this process; empty before the first.
  std::string attempted_digest;
  std::string render_digest;  ///< of the objects rendered last
  std::string config_digest;  ///< of a release's values
  UnitHistory history;
  ReleaseSnapshot release;         ///< of a HelmRelease, what was applied last
  ReleaseNote rendered_release;    ///< of a HelmRelease, what was rendered last
  model::SteadyTime pass_started;  ///< of the last pass
  bool pass_is_news = false;       ///< it changed something, or led to another revision
  std::string handled;             ///< the last request that a pass answered
  std::string running_request;     ///< the request that the running pass answers
  std::shared_ptr<const OpenPlan> running_plan;  ///< that the running pass keeps to; null: none
  std::string plan_fetch;  ///< the request for whose plan the source was asked
  std::shared_ptr<appliers::InventoryStore> inventory;
  std::optional<appliers::Inventory> new_mirror;  ///< to be written with the next status
  model::Hash128 mirrored;        ///< digest of the inventory that the status shows, UIDs left out
  std::size_t mirrored_size = 0;  ///< objects of it, as an earlier process left it
  std::vector<HookNote> hooks;    ///< of the current render
  std::string written_status;     ///< the last status queued, to write only what differs
  std::size_t failures = 0;       ///< passes that failed in a row
  std::uint64_t epoch = 0;  ///< names the spec; never used twice, also not by a unit made anew
  std::uint64_t running_epoch = 0;  ///< of the running pass: the end of another one is not ours
  std::uint64_t running_since = 0;  ///< UnitController::news_ when it began
  std::uint64_t news = 0;           ///< UnitController::news_ when it last told others something
  bool running = false;
  bool run_again = false;
  bool render_anew = false;
  bool obstructed = false;  ///< it could not run at all when it was to run last
  /// Why the last pass left objects that other units may still want; empty: it left none.
  std::string prune_wait;
  std::set<appliers::UnitKey> owners;  ///< units that have objects which the last pass wanted
  /// When a removal begins that waits for other units; absent: it has not been asked for.
  std::optional<model::SteadyTime> removal_due;
  bool awaits_fetch = false;  ///< the removal waits for the source to be looked at
  /// Applied, with `wait` or health checks: Ready follows health until the deadline.
  bool awaits_health = false;
  bool polls_health = false;  ///< a look at objects of nobody is under way
  std::map<model::ObjectId, appliers::Health> foreign_health;  ///< of them, as seen last
  std::set<model::ObjectId> reverted_meanwhile;    ///< by reverts that ended while a pass ran
  std::vector<model::ObjectId> terminating;        ///< deleted with the unit, waited for
  model::SteadyTime termination_end;               ///< when that wait is given up
  io::Timer poll_timer;                            ///< of looks at objects that no watch shows
  std::map<model::ObjectId, std::string> drifted;  ///< left as they are and told of: what differs
  bool was_paused = false;                         ///< the unit itself, when it was looked at last
  bool is_held = false;                            ///< the last pass was not to write, for a pause
  appliers::Pauses held;                           ///< objects that the last pass left for a pause
  io::Timer pause_timer;                           ///< of the next pause that ends
  std::optional<Admission> admission;              ///< the root unit's, where there is a gate
  io::Timer timer;
  io::Timer health_timer;
  io::Timer status_timer;  ///< of a wait, when statuses of before begin to count

  /// GVK of the unit's object; of the ConfigMap for the root unit.
  [[nodiscard]] model::Gvk gvk() const;
  /// Whether the object's request carries a plan that no pass answered yet.
  [[nodiscard]] bool has_open_plan() const {
    return !meta.plan.empty() && meta.requested_at != handled;
  }
  [[nodiscard]] bool is_ready() const { return conditions.is_true("Ready"); }
  /// Whether it waits for what the unit `other` does.
  [[nodiscard]] bool awaits(const appliers::UnitKey& other) const {
    return !prune_wait.empty() || owners.contains(other);
  }
  [[nodiscard]] bool is_release() const { return key.kind == appliers::UnitKind::helm_release; }
  [[nodiscard]] appliers::DriftMode drift_mode() const {
    return meta.policy.drift.value_or(spec.drift_mode);
  }
  [[nodiscard]] bool judges_health() const { return spec.wait || !spec.health_checks.empty(); }
};

/// The ConfigMap that stands for the root unit.
inline constexpr std::string_view root_config_map = "reconcile-root";

/// Whether only a change of the object ends `reason`: nothing is tried again, the unit is Stalled.
bool is_terminal(std::string_view reason);

/// Takes over what the object's status says of the past.
void read_status(Unit& unit, model::Value status);

/// The same for the root unit, from its ConfigMap's data; nothing where that tells of another path.
void read_root_data(Unit& unit, model::Value data);

/// Lets the next status show the inventory that a pass left, where it shows another one: also what
/// an earlier pass stored that could not tell of it, and an earlier process.
void mirror_inventory(Unit& unit, const PassOutcome& outcome);

/// The merge patch with the unit's status; for the root unit with the ConfigMap's data.
std::string status_patch(const Unit& unit);
StatusTarget status_target(const Unit& unit);
/// The unit's object as the cluster gave it last, with the status that is being written.
model::Document object_now(const Unit& unit);

/// Flux's lines of a change event: "Deployment/apps/podinfo configured"; empty without changes.
std::string changed_lines(const std::vector<diff::ObjectChange>& changes);

}  // namespace reconcile::engine
