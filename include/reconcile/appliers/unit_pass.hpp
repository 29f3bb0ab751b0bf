#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcile/appliers/answers.hpp"
#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/prune.hpp"
#include "reconcile/appliers/stages.hpp"
#include "reconcile/appliers/unit_neighbours.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::appliers {

/// The state in which an object must be found to be written; both empty: it must not be there.
struct ExpectedState {
  std::string uid;
  std::string resource_version;
};
using ExpectedObjects = std::unordered_map<model::ObjectId, ExpectedState>;

struct PassOptions {
  bool force = false;           ///< spec.force: recreate on immutable fields
  bool prune = true;            ///< spec.prune
  bool prune_approved = false;  ///< see PruneRequest
  bool observe_only = false;    ///< send nothing that writes: differences are reported as held
  DriftMode drift_mode = DriftMode::revert;  ///< of objects that do not say it themselves
  /// What is to be applied was applied before, though perhaps by another process: what differs
  /// is drift.
  bool applied_before = false;
  /// Kinds that no watch tells of now: the unit's objects of these are looked at first. One LIST of
  /// metadata a kind and namespace, or a GET for each of few, and a GET of what has changed.
  std::set<model::Gvk> unwatched;
  /// Nothing is written unless dry runs of all writes pass: one request more for each.
  bool atomic = false;
  std::size_t in_flight_max = 16;
  std::chrono::milliseconds stage_wait_max{
      60'000};  ///< for definitions and classes to become current
  std::chrono::milliseconds gone_wait_max{30'000};  ///< for an object or namespace to be gone
  /// For a revert that is on its way to an object that is pruned or taken from another unit.
  std::chrono::milliseconds revert_wait_max{30'000};
  RetryPolicy retry;
  PruneLimits prune_limits;
  /// Where not null, these objects are written, whatever drift modes say, and no others; one that
  /// is in another state fails. Must outlive the pass.
  const ExpectedObjects* only = nullptr;
  /// Exact names of managers whose fields become ours when an object enters the inventory.
  std::vector<std::string> take_over_managers = default_take_over_managers();

  static std::vector<std::string> default_take_over_managers();
};

/// One object that could not be applied.
struct ObjectFailure {
  model::ObjectId id;
  AnswerClass answer = AnswerClass::permanent;
  std::string message;             ///< without the object's name
  std::optional<UnitKey> owner{};  ///< the unit that has it; with `retry` it may let go of it
};

struct PassResult {
  /// Every object is known to be as the unit wants it: nothing was written, and nothing looked at
  /// but objects of unwatched kinds; `changes` and `inventory` stay empty.
  bool settled = false;
  diff::ChangeSet changes;  ///< every object of the unit, also unchanged ones, in the order of work
  std::vector<ObjectFailure> failures;
  std::vector<Warning> warnings;
  GuardVerdict prune_guard;
  Inventory inventory;        ///< what is stored after the pass
  std::string prune_wait;     ///< why what is to be pruned is left for now; empty: nothing is
  bool pruned = false;        ///< nothing is left to prune or to be taken over by other units
  bool prune_failed = false;  ///< everything was applied; some objects could not be deleted
  std::size_t requests = 0;   ///< sent by this pass, inventory included
  /// What is to be written or deleted and was not, for a pause: run another pass when it is over.
  Pauses paused = {};
  /// Objects that an event changed while they were written: run another pass at once.
  std::vector<model::ObjectId> drifted_meanwhile;

  [[nodiscard]] bool ok() const noexcept { return failures.empty(); }
  /// Whether nothing failed but to have objects that other units may be about to let go of.
  [[nodiscard]] bool awaits_owners() const noexcept;
};

/// Applies units. Holds no state of its own but references; one pass a unit at a time (the caller
/// sees to it), any number of units at once from different threads.
class UnitApplier {
 public:
  /// All must outlive the applier.
  UnitApplier(ClusterPort& port, LiveState& live, const model::Clock& clock);

  /// One pass: nothing to do where every object is settled and the inventory is the same (no
  /// request where all kinds are watched); else first sight, take-over, inventory old ∪ new, staged
  /// applies, prune, inventory new. A failed object never stops its stage, a failed stage stops the
  /// later ones, and nothing is pruned in a pass with failures. Blocks until done. Throws
  /// Error(unavailable|unauthorized|conflict|cancelled) where the inventory or the first sight
  /// cannot be had: then no object was written.
  PassResult apply(const PreparedUnit& unit, InventoryStore& inventory,
                   const PassOptions& options = {}, const UnitNeighbours& neighbours = {});

  /// Applies one object at once because it drifted, without inventory and prune. Where `live` (the
  /// event) is present, the change carries its fields. Skipped as handed over where the object is
  /// not recorded for the unit any more, or `is_wanted` says no: that is asked when passes that
  /// would prune the object or take it over wait already for this revert to end. Empty: yes. Throws
  /// Error(unavailable) where the object has to be looked at and cannot be.
  diff::ObjectChange revert(const PreparedUnit& unit, const PreparedObject& object,
                            model::Value live, const PassOptions& options = {},
                            const std::function<bool()>& is_wanted = {});

  /// Deletes everything the unit owns (its finalizer, with deletionPolicy Delete or MirrorPrune and
  /// prune), under the same guard; the inventory's Secret goes last, where nothing remains.
  PruneResult remove_all(InventoryStore& inventory, const UnitKey& unit,
                         const PassOptions& options = {}, const UnitNeighbours& neighbours = {});

  /// What a pass would do: GET and dry run an object, the prune looked up, nothing written.
  diff::ChangeSet plan(const PreparedUnit& unit, const Inventory& stored,
                       const PassOptions& options = {});

 private:
  ClusterPort& port_;
  LiveState& live_;
  const model::Clock& clock_;
};

}  // namespace reconcile::appliers
