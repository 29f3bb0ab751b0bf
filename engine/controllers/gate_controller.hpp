#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/controllers/gate_judge.hpp"
#include "engine/controllers/gate_status.hpp"
#include "engine/controllers/source_controller.hpp"
#include "engine/controllers/source_gate.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "engine/controllers/unit_witness.hpp"

namespace reconcile::engine {

struct GateServices {
  io::Executor& executor;
  StatusQueue& statuses;
  SourceController& sources;
  UnitController& units;
  io::Metrics& metrics;
  const appliers::LiveState& live;
  std::function<bool()> hears;      ///< see WitnessPorts
  std::function<bool()> may_write;  ///< whether this replica leads; empty: it does
};

/// Governs the branch of the root source: what of it may run, and what this environment says about
/// what runs. Members are called on the control queue unless they say otherwise; what blocks runs
/// on a thread of its own, one round at a time.
class GateController final : public SourceGate {
 public:
  /// Throws Error(invalid_input) where an option is wrong.
  GateController(GateServices services, io::SerialQueue& control, GateJudgeOptions options,
                 const model::SigningKey& key);
  ~GateController() override;

  [[nodiscard]] bool governs(const sources::GitOptions& options) const override;
  [[nodiscard]] const Admission& admission() const override { return admission_; }
  void on_fetched(const SourceKey& source, const std::optional<sources::Revision>& tip,
                  bool branch_gone) override;
  [[nodiscard]] std::optional<sources::Artifact> restore(
      const sources::Revision& revision, const sources::IgnoreOptions& ignore) const override;

  /// Begins to look at time, and decides for the first time.
  void start();
  void on_pass(const Unit& unit, const PassOutcome& outcome);
  void on_health(const appliers::UnitKey& key);
  void on_drift(const appliers::UnitKey& key);
  void on_removed(const appliers::UnitKey& key);

  /// Fetches the root source and the evidence, looks at every unit, decides, and writes what is due
  /// by the gate's clock. The future is ready when all that has ended, the Environment's status
  /// included, however it ended. From any thread.
  std::shared_future<void> poke();
  /// Ends the running round soon; none starts afterwards. Pokes become ready. From the thread that
  /// stops the agent, before the control queue ends.
  void stop();

 private:
  using Promise = std::shared_ptr<std::promise<void>>;

  void tick();
  void schedule_tick();
  /// Starts a round where one is wanted and none runs.
  void pump();
  GateRound make_round(bool records);
  bool record_is_due(model::WallTime now);
  void finish(GateOutcome outcome, std::uint64_t changes, bool records);
  void publish();
  void measure();
  void answer(std::vector<Promise> pokes);

  GateServices services_;
  io::SerialQueue& control_;
  GateJudgeOptions options_;
  SourceKey root_key_;
  GateJudge judge_;
  UnitWitness witness_;
  GateStatus status_;
  WorkPool thread_{"gate", 1};
  Admission admission_;
  GateOutcome outcome_;  ///< of the last round
  std::string tip_;
  bool wanted_ = false;  ///< a decision
  bool running_ = false;
  bool stopping_ = false;
  bool resumed_ = false;
  bool heard_ = true;
  std::atomic<bool> ended_{false};
  std::uint64_t recorded_changes_ = 0;         ///< UnitWitness::changes of the newest record
  std::optional<model::WallTime> changed_at_;  ///< what is not recorded yet
  std::optional<model::WallTime> tried_at_;    ///< a record that failed
  std::size_t failures_ = 0;                   ///< records in a row
  std::string recorded_commit_;
  std::vector<Promise> pokes_waiting_;  ///< for the end of a fetch
  std::vector<Promise> pokes_next_;     ///< for the next round
  io::Timer timer_;
};

}  // namespace reconcile::engine
