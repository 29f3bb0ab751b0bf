#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "engine/controllers/fight_log.hpp"
#include "engine/controllers/object_watches.hpp"
#include "engine/controllers/revert_throttle.hpp"
#include "engine/controllers/source_controller.hpp"
#include "engine/controllers/unit.hpp"
#include "engine/pipeline/pass.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/appliers/found_inventories.hpp"
#include "reconcile/appliers/unit_pass.hpp"

namespace reconcile::engine {

struct UnitOptions {
  std::string agent_namespace = "reconcile-system";
  bool observe_only = false;
  double jitter_percent = 5;  ///< of the interval, in both directions
  std::chrono::nanoseconds dependency_retry{std::chrono::seconds(30)};
  /// Rules of a file, behind a unit's own healthCheckExprs; null: none.
  std::shared_ptr<const appliers::HealthExpressions> health_rules = {};
  /// See appliers::PassOptions.
  std::vector<std::string> take_over_managers = appliers::PassOptions::default_take_over_managers();
};

struct UnitServices {
  io::Executor& executor;
  kube::Client& client;
  StatusQueue& statuses;
  SourceController& sources;
  PassServices passes;
  WorkPool& pass_pool;
  WorkPool& revert_pool;
  io::Metrics& metrics;
  /// Hears of the end of every pass, after its conditions were set; may be empty.
  std::function<void(const Unit&, const PassOutcome&)> on_pass = {};
  /// Whether this replica leads now; empty: always. Nothing runs while it does not.
  std::function<bool()> may_write = {};
};

/// Drives the units: decides when a pass runs, turns outcomes into conditions, starts what waited
/// for them, reverts drift as it is seen, removes units. Every member is called on the control
/// queue unless it says otherwise; passes and reverts run on their pools.
class UnitController {
 public:
  UnitController(UnitServices services, io::SerialQueue& control, UnitOptions options);
  ~UnitController();

  /// The root unit: `path` of the root source. `data` is its ConfigMap's, of earlier passes.
  void set_root(const UnitSpec& spec, const ResourceMeta& config_map, model::Value data = {});
  /// The root unit's ConfigMap changed: a request may be on it.
  void on_root_config_map(const ResourceMeta& config_map);
  /// A Kustomization or HelmRelease was added or changed.
  void upsert(appliers::UnitKind kind, const model::Document& object);
  /// Its object is gone.
  void remove(const appliers::UnitKey& key);
  void on_source_change(const SourceKey& source);
  void on_health(const appliers::UnitKey& key);
  /// A managed object differs. `live` is absent where it is gone.
  void on_drift(const appliers::UnitKey& key, const model::ObjectId& id,
                const model::Document& live);
  /// No autoscaler scales a managed object any more, and its replicas are still claimed by one.
  void on_free_replicas(const appliers::UnitKey& key, const model::ObjectId& id);
  /// The annotations of a managed object changed, or its drift is over.
  void on_policy(const appliers::UnitKey& key, const model::ObjectId& id);
  /// Runs a pass now, as if the object had been annotated with `value`: the annotation that follows
  /// is no second request. Nothing where there is no such unit.
  void request(const appliers::UnitKey& key, const std::string& value);
  /// Runs a pass now, or once more after the running one.
  void trigger(const appliers::UnitKey& key);
  /// What the gate lets run and holds: shown beside the root unit's conditions.
  void show_admission(const Admission& admission);
  /// See PassServices. Before the first unit.
  void set_digest_key(std::string key) { services_.passes.digest_key = std::move(key); }
  /// Looks at every unit.
  void for_each(const std::function<void(const Unit&)>& look) const;
  /// The writes under way are about to be cut off, since another replica may lead: passes that fail
  /// by that change nothing of what their units say. From any thread.
  void interrupt() noexcept { ++interruptions_; }
  /// This replica leads again, after a while in which nothing ran and nobody else led.
  void resume();
  /// The root unit's ConfigMap was made anew and is empty.
  void publish_root_anew();
  /// All units that were there at the start were told of.
  void end_listing();
  /// No pass starts any more.
  void stop();
  /// Whether every unit had a pass that ended since the start, for /readyz.
  [[nodiscard]] std::size_t size() const noexcept { return units_.size(); }

 private:
  void start_pass(Unit& unit);
  PassRequest request_of(Unit& unit);
  /// Why a unit cannot run at all, as its condition says it; an empty reason: it can.
  struct Obstacle {
    std::string reason;
    std::string message;
  };
  bool can_run(Unit& unit);
  [[nodiscard]] bool may_write() const { return !services_.may_write || services_.may_write(); }
  Obstacle obstacle_of(const Unit& unit) const;
  void start_removal(Unit& unit);
  void finish_removal(const appliers::UnitKey& key, std::uint64_t epoch,
                      const appliers::PruneResult& result, const std::string& error);
  void await_termination(Unit& unit, const appliers::PruneResult& result);
  void look_at_terminating(Unit& unit);
  void drop_finalizer(Unit& unit);
  void finish_pass(const appliers::UnitKey& key, std::uint64_t epoch, PassOutcome outcome);
  bool is_news(const Unit& unit) const;
  /// Takes the plan that the unit's request carries into the next pass. False: no pass is to run,
  /// the plan waits for the source or was refused.
  bool take_plan(Unit& unit);
  void refuse_plan(Unit& unit, const std::string& reason);
  void judge_plan(Unit& unit, const PassOutcome& outcome);
  void take_render(Unit& unit, const PassOutcome& outcome);
  void judge_outcome(Unit& unit, const PassOutcome& outcome);
  void judge_failed(Unit& unit, const PassOutcome& outcome);
  void judge_applied(Unit& unit, const PassOutcome& outcome);
  void judge_observed(Unit& unit, const PassOutcome& outcome);
  void await_health(Unit& unit);
  void end_health_wait(const appliers::UnitKey& key);
  void judge_health(Unit& unit);
  appliers::Health health_of(const Unit& unit) const;
  void schedule_retry(Unit& unit);
  void fail_health(Unit& unit, const std::string& text);
  void look_at_foreign_objects(Unit& unit);
  void succeed(Unit& unit);
  void record(Unit& unit, const std::string& status);
  void set_healthy(Unit& unit, ConditionStatus status, const std::string& reason,
                   const std::string& text);
  /// Writes an event about the unit with the reason of its Ready condition.
  enum class EventType : std::uint8_t { normal, warning };
  void announce(const Unit& unit, EventType type, const std::string& message);
  void announce(const Unit& unit, EventType type, const std::string& reason,
                const std::string& message);
  void set_ready(Unit& unit, ConditionStatus status, const std::string& reason,
                 const std::string& text);
  /// Whether the removal of a unit's objects is to begin later: `start_pass` asks again.
  bool removal_waits(Unit& unit);
  void start_followers(const Unit& unit);
  std::string missing_dependency(const Unit& unit) const;
  bool is_ready_by(const cel::Expression& expression, const Unit& unit, const Unit& other,
                   std::string& problem) const;
  void wake_expecting(const Unit& unit);
  void follow_expressions(const appliers::UnitKey& key, const UnitSpec& spec) const;
  void schedule(Unit& unit, std::chrono::nanoseconds delay);
  /// Its objects are free to be taken by others from now on.
  void forget_render(const appliers::UnitKey& key);
  /// What other units wait for may have come with `by`.
  void wake_awaiting(const appliers::UnitKey& by);
  /// Whether what the unit waits for may have come while its pass ran.
  [[nodiscard]] bool has_news(const Unit& unit) const;
  void publish(Unit& unit);
  void trim_memory_soon();
  void report(const Unit& unit, const PassOutcome& outcome, std::chrono::nanoseconds duration,
              const std::string& trace);
  void report_objects(const Unit& unit, const appliers::PassResult& result,
                      const std::string& trace);
  /// What a revert needs to know on its pool.
  struct Drift {
    appliers::UnitKey unit;
    model::ObjectId id;
    model::Document live;
    appliers::DriftMode mode = appliers::DriftMode::revert;
  };
  /// Of a drift that may be reverted: asks once more whether it is to be, since it may have waited.
  void start_revert(Drift drift);
  void revert(const Drift& drift);
  /// What becomes of an object's drift now; absent where nothing is to be written at all.
  [[nodiscard]] std::optional<appliers::DriftMode> drift_mode_of(const appliers::UnitKey& key,
                                                                 const model::ObjectId& id) const;
  void free_replicas(const Drift& drift, const model::Gvk& gvk);
  /// Whether it was written, or tried to; false where it is to stay as it is.
  bool revert_now(const Drift& drift);
  /// After a revert: it may have written what an older render wanted, or nothing, since the object
  /// is another unit's by now.
  void look_at_reverted(const appliers::UnitKey& key, const model::ObjectId& id, bool was_tried);
  /// After a pass: what drifted or was reverted while it ran.
  void revert_again(Unit& unit, const appliers::PassResult& result);
  void note_revert(const appliers::UnitKey& key, const diff::ObjectChange& change);
  bool is_paused(const Unit& unit) const;
  /// Sets the condition of a state that people must know of; removes it where `text` is empty.
  void set_note(Unit& unit, const std::string& type, const std::string& reason,
                const std::string& text);
  static void note_left_drift(Unit& unit, const appliers::PassResult& result);
  /// Both say whether a pass is on its way, since a pause is over that held something.
  bool show_notes(Unit& unit);
  bool show_pauses(Unit& unit);
  void look_at_drift(Unit& unit);
  void end_pause(const appliers::UnitKey& key);
  Unit& unit_of(const appliers::UnitKey& key);

  UnitServices services_;
  io::SerialQueue& control_;
  UnitOptions options_;
  std::shared_ptr<appliers::FoundInventories> inventories_;
  std::map<appliers::UnitKey, std::unique_ptr<Unit>> units_;
  std::unordered_set<model::ObjectId> reverting_;
  RevertThrottle throttle_;
  FightLog fights_;
  io::Timer trim_timer_;
  std::uint64_t epochs_ = 0;  ///< the last one given out
  /// Passes that ended, and units that went, that other units may have waited for.
  std::uint64_t news_ = 0;
  std::atomic<std::uint64_t> interruptions_{0};
  bool stopping_ = false;
};

}  // namespace reconcile::engine
