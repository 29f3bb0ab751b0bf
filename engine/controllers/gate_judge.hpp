#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "engine/controllers/evidence_refs.hpp"
#include "engine/controllers/gate_memory.hpp"
#include "engine/controllers/gate_options.hpp"
#include "engine/controllers/gate_round.hpp"
#include "engine/pipeline/candidate_units.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Where the judge stands: the installation's part that is not in GateOptions.
struct GateJudgeOptions {
  GateOptions gate;
  sources::GitOptions root;  ///< of the root source: the branch that is gated
  std::string root_path;
  std::string agent_namespace;
  std::string data_dir;
  RenderPorts ports;
  std::function<bool()> may_write = {};  ///< whether this replica leads; empty: it does
  std::size_t push_tries_max = 3;  ///< for the admitted tree, where nothing upstream is waited for
};

/// Does the gate's blocking work: reads and writes the evidence repository, renders candidates,
/// decides, keeps what is admitted before it may run. One round at a time, on one thread, but for
/// `restore` and `cancel`.
class GateJudge {
 public:
  /// `key` signs this environment's evidence. Throws Error(invalid_input) where an option is wrong.
  GateJudge(GateJudgeOptions options, model::SigningKey key);
  ~GateJudge();

  /// Never throws: what goes wrong is in the outcome, and what is admitted stays.
  GateOutcome run(const GateRound& round);
  /// See SourceGate::restore.
  [[nodiscard]] std::optional<sources::Artifact> restore(
      const sources::Revision& revision, const sources::IgnoreOptions& ignore) const;
  /// Ends a running round soon; from any thread.
  void cancel() noexcept {
    stopping_ = true;
    refs_.cancel();
  }

 private:
  struct PolicyInForce {
    gates::Policy policy;
    std::vector<std::string> warnings;
  };
  using Render = std::shared_ptr<const CommitRender>;

  void read_evidence(GateOutcome& outcome);
  void remember_upstream();
  void recover();
  void note_live(const GateRound& round);
  void look_at_keys();
  void read_policy(const std::string& tip, GateOutcome& outcome);
  std::optional<PolicyInForce> policy_of(const std::string& commit, std::string& problem);
  void decide(const GateRound& round, GateOutcome& outcome);
  bool keep_tree(const gates::Decision& decision, GateOutcome& outcome);
  void admit(const gates::Decision& decision, GateOutcome& outcome);
  std::optional<gates::PolicyReset> read_reset(GateOutcome& outcome) const;
  void record(const GateRound& round, GateOutcome& outcome);
  bool try_record(const std::map<std::string, gates::UnitEvidence>& units);
  void describe(GateOutcome& outcome);
  void hold(GateOutcome& outcome, const std::string& tip, const std::string& reason,
            const std::string& message) const;

  Render render(const std::string& commit);
  gates::Candidate candidate(const std::string& commit);
  void require_lead() const;
  void open_graphs();
  std::string stand_in() const;
  [[nodiscard]] std::string branch() const;

  GateJudgeOptions options_;
  model::SigningKey key_;
  std::string digest_key_;
  EvidenceRefs refs_;
  sources::GitSource source_;                          ///< shares its mirror with the root source
  std::shared_ptr<const sources::CommitGraph> main_;   ///< of the branch's repository; may be null
  std::shared_ptr<const sources::CommitGraph> graph_;  ///< with what is kept of it; may be null
  std::atomic<bool> stopping_{false};
  std::string memory_path_;
  GateMemory memory_;
  std::optional<PolicyInForce> policy_;
  std::string policy_base_;      ///< commit whose policy was looked at last
  std::string policy_rejected_;  ///< what it said
  std::vector<LiveUnit> live_;
  std::map<std::pair<std::string, std::string>, std::string> live_sources_;
  std::string live_text_;  ///< names them, to see that others are there
  std::map<std::string, Render> renders_;
  model::SteadyTime renders_since_;
  std::string kept_failed_;  ///< commit whose tree could not be kept
  std::size_t kept_tries_ = 0;
  std::string waiting_tip_;
  std::optional<model::WallTime> waiting_since_;
  std::optional<model::WallTime> whole_at_;  ///< of the last whole record of this process
  mutable std::mutex tree_mutex_;
  std::string admitted_;  ///< copies of memory_'s, for `restore`; guarded by tree_mutex_
  std::string admitted_tree_;
};

}  // namespace reconcile::engine
