#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/controllers/unit.hpp"
#include "engine/gates/chain.hpp"
#include "engine/gates/health_streak.hpp"
#include "engine/pipeline/pass.hpp"
#include "reconcile/appliers/live_state.hpp"

namespace reconcile::engine {

/// What the witness looks at beside passes.
struct WitnessPorts {
  const appliers::LiveState& live;
  /// Whether the watches hear from the server; a unit is not judged where they do not.
  std::function<bool()> hears;
  std::string digest_key;
};

/// Sees what becomes of units and says it as evidence does: the state of each, since when, and how
/// often it was otherwise. Called on the control queue; time is handed in.
class UnitWitness {
 public:
  explicit UnitWitness(WitnessPorts ports) : ports_(std::move(ports)) {}

  /// What the agent before this one recorded: units that run the same go on where it stopped.
  void resume(const gates::ChainMoment& last);
  /// A pass of a gated unit ended.
  void on_pass(const Unit& unit, const PassOutcome& outcome, model::WallTime now);
  /// Something was written to an object of the unit beside passes, or differs.
  void on_write(const appliers::UnitKey& key, model::WallTime now);
  /// Looks at a unit. False where it is not known.
  bool observe(const appliers::UnitKey& key, model::WallTime now);
  /// Looks at every unit that is not settled; at all where `all`.
  void observe_unsettled(model::WallTime now, bool all);
  void remove(const appliers::UnitKey& key) { units_.erase(key); }

  /// Units recorded before that are not among `known` are gone.
  void forget_others(const std::set<std::string>& known);
  /// All units by name, as a record carries them.
  [[nodiscard]] std::map<std::string, gates::UnitEvidence> evidence(model::WallTime now) const;
  /// Counts changes of what units say, time that runs on left out.
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

 private:
  struct Seen {
    gates::UnitEvidence said;
    gates::HealthStreak streak;
    PassOutcome::End end = PassOutcome::End::applied;
    std::string error;
    bool suspended = false;
    bool prune_left = false;  ///< held or waiting
    std::string prune_reason;
    std::optional<model::WallTime> written_at;
  };
  struct Sight {
    gates::UnitState state = gates::UnitState::unknown;
    std::string failing;
  };
  Sight look(const appliers::UnitKey& key, const Seen& seen, model::WallTime now) const;
  void note(const appliers::UnitKey& key, Seen& seen, model::WallTime now);
  void take_render(Seen& seen, const Rendered& rendered, const std::string& commit);
  std::string change_set_digest(const diff::ChangeSet& changes) const;

  WitnessPorts ports_;
  std::map<appliers::UnitKey, Seen> units_;
  std::map<std::string, gates::UnitEvidence> resumed_;  ///< of units not seen yet
  model::WallTime resumed_at_;
  std::uint64_t changes_ = 0;
};

}  // namespace reconcile::engine
