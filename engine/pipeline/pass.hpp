#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/pipeline/rendered_units.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/sources/source.hpp"

namespace reconcile::engine {

/// What a pass works with beside the unit; shared by all passes, safe from any thread.
struct PassServices {
  appliers::ClusterPort& port;
  appliers::LiveState& live;
  appliers::UnitApplier& applier;
  RenderedUnits& rendered;
  /// Sees to it, within a bound, that every kind of the set is under watch and that what the watch
  /// tells is fresh. Answers the kinds of which that is not so. The trees are of what the unit
  /// wants, where they are at hand.
  std::function<std::set<model::Gvk>(const appliers::UnitKey&, const std::set<model::Gvk>&,
                                     const appliers::ContentTrees&)>
      watch;
  RenderPorts ports;
  std::string digest_key = {};  ///< see unit_digests; empty: none are made
  /// Fields that other controllers set; must outlive the passes.
  const appliers::FieldRules* co_managed = &appliers::FieldRules::built_in();
  /// Where the contents of what units want rest; null: in memory.
  std::shared_ptr<model::SpillFile> spill = {};
};

/// One pass of one unit: what goes in.
struct PassRequest {
  appliers::UnitKey unit;
  UnitSpec spec;
  std::int64_t generation = 0;
  sources::Artifact artifact;
  appliers::InventoryStore* inventory = nullptr;  ///< used by this pass alone while it runs
  bool dependencies_ready = true;                 ///< false: render only
  bool render_anew = false;                       ///< also where nothing of the read-set changed
  bool prune_approved = false;
  bool observe_only = false;
  bool paused = false;  ///< render only
  bool atomic = false;  ///< see appliers::PassOptions
  appliers::DriftMode drift_mode = appliers::DriftMode::revert;
  bool applied_before = false;  ///< see appliers::PassOptions
  /// See appliers::PassOptions.
  std::vector<std::string> take_over_managers = appliers::PassOptions::default_take_over_managers();
  /// The pass does exactly this or nothing; null: whatever is due.
  std::shared_ptr<const OpenPlan> plan = {};
  std::string trace;  ///< id of the pass in the log
};

/// How far a pass came and what it did. A value: the controller turns it into conditions.
struct PassOutcome {
  enum class End {
    applied,  ///< everything was applied (or nothing had to be)
    waiting,  ///< rendered; dependencies are not ready
    paused,   ///< rendered; nothing is to be written for a while
    refused,  ///< not what the plan says, nothing was applied: `error` says what moved
    render_failed,
    awaits_owners,  ///< applied but for objects that other units may be about to let go of
    apply_failed,   ///< objects failed, or the inventory could not be had
    /// Not of `run_pass`: another replica may lead, and what failed may have failed by that.
    interrupted,
  };
  End end = End::applied;
  std::string error;                           ///< for people; empty where applied
  bool render_reused = false;                  ///< nothing that the last render read has changed
  bool render_stored = false;                  ///< `rendered` is new in RenderedUnits
  std::shared_ptr<const Rendered> rendered;    ///< null where the render failed
  std::optional<appliers::PassResult> result;  ///< absent where the apply did not run

  [[nodiscard]] bool failed() const noexcept {
    return end == End::render_failed || end == End::apply_failed;
  }
};

/// Runs the stages of a pass one after the other: render (or reuse), prepare, watch, apply. Blocks.
/// Never throws for what a file, a server or an object can do: that is an outcome.
PassOutcome run_pass(const PassRequest& request, PassServices& services);

}  // namespace reconcile::engine
