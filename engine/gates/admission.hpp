#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/gates/chain.hpp"
#include "engine/gates/policy.hpp"
#include "reconcile/sources/commit_graph.hpp"

namespace reconcile::engine::gates {

/// A unit as a commit would make it, rendered but not applied.
struct CandidateUnit {
  std::string unit;  ///< as UnitEvidence::unit
  std::string label;
  std::string read_set_digest;
  std::string render_digest;
  std::vector<std::string> depends_on;
  bool changed = false;  ///< differs from what is admitted (new units too)
  /// Where changed: paths of all kinds of read-set entries that differ from the admitted unit's
  /// (new, gone, other value), without a bound. A new unit: every path it reads, and the file that
  /// declares it where that is known.
  std::vector<std::string> changed_paths;
  /// Where changed: sensitive_changes() from the admitted unit's objects to the candidate's.
  std::vector<std::string> sensitive_changes;
};

/// What a candidate commit would make of the units.
struct Candidate {
  std::vector<CandidateUnit> units;  ///< all of them
  std::vector<std::string> removed;  ///< units that would go
  std::string error;                 ///< why it could not be rendered; empty where it could
};

/// How a unit was proven; the first that matches counts.
enum class Proof : std::uint8_t {
  none,
  unchanged,  ///< not judged: the candidate does not change it
  ancestor,   ///< E0: an attested ancestor, and nothing but overlay paths or admitted blobs on top
  own,        ///< E-own: ran here, healthy, within the rollback window
  overlay,    ///< only overlay paths differ from what is admitted, and the policy applies those
};
std::string_view to_string(Proof proof);

/// What one unit of a candidate waits for.
struct UnitVerdict {
  std::string unit;
  Proof proof = Proof::none;
  std::string environment;  ///< that proved it, or is waited for
  std::string commit;       ///< attested upstream; empty where there is none
  /// A condition's reason; empty where proven: "SoakNotReached", "UpstreamNotHealthy",
  /// "UpstreamPending", "UpstreamUnknown", "UpstreamUnstable" (budgets), "NotProven",
  /// "UnitAbsentUpstream", "OverlayNeedsApproval", or a chain's "Evidence…".
  std::string reason;
  std::string message;                   ///< one sentence for people
  std::optional<model::WallTime> since;  ///< of what upstream says: healthy since, or observed at
  std::optional<model::WallTime>
      earliest;  ///< when it can pass by itself, where time alone is missing
};

/// Judgement of one commit.
struct CommitVerdict {
  sources::CommitInfo commit;
  bool admitted = false;
  std::string reason;  ///< of the first unit that does not pass, or "HistoryDropped", "BuildFailed"
  std::string message;
  /// Of judged units only; a unit that several environments hold back stands there once for each.
  std::vector<UnitVerdict> units;
  std::optional<model::WallTime>
      earliest;  ///< when all of it can pass, where time alone is missing
};

/// What the gate decided about a tip.
struct Decision {
  enum class Outcome : std::uint8_t {
    admit,  ///< run `commit`, which is new
    keep,   ///< the tip is what is admitted
    hold,   ///< run what is admitted; `reason` says why
  };
  Outcome outcome = Outcome::hold;
  std::string commit;  ///< to run; empty where nothing may run yet
  std::string tip;
  std::string reason;                            ///< "Admitted", "UpToDate", or why the tip is held
  std::string message;                           ///< for people
  std::optional<sources::CommitInfo> running;    ///< of `commit`, where the graph has it
  std::optional<sources::CommitInfo> waiting;    ///< of the tip, where it is held
  std::optional<model::WallTime> running_since;  ///< set by the caller, where known
  std::string running_because;  ///< set by the caller: message of the decision that admitted it
  std::optional<model::WallTime> waiting_since;  ///< set by the caller: the tip was first seen
  std::optional<std::uint64_t> reset_seq;        ///< of the reset that was followed
  std::vector<CommitVerdict> skipped;  ///< newer than `commit`, each with its reason, newest first
  std::optional<CommitVerdict> verdict;  ///< of `commit` where it is new
  std::optional<model::WallTime>
      look_again;  ///< earliest time at which the answer can change by time
};

std::string_view to_string(Decision::Outcome outcome);

/// A root key's word: run this commit, whatever the policy says.
struct PolicyReset {
  std::string cluster;
  std::string commit;
  std::string reason;
  std::uint64_t seq = 0;  ///< one is used once: higher than the last that was followed
  model::WallTime issued_at;
  std::optional<model::WallTime> expires_at;
  [[nodiscard]] std::string statement() const;
  /// Throws Error(invalid_input) naming the field.
  static PolicyReset parse(std::string_view statement);
};
/// Opens a reset's file (an envelope as `sign` writes it). Throws Error(unauthorized) where no root
/// key signed it or it is another cluster's, Error(invalid_input|limit_exceeded) where it is
/// malformed; the messages name key id and reason.
PolicyReset open_reset(std::string_view text, const std::vector<model::PublicKey>& root_keys,
                       std::string_view cluster);

struct AdmissionInput {
  Policy policy;         ///< in force: of the admitted commit
  std::string admitted;  ///< commit that runs; empty on a first run
  /// Where `graph` no longer has `admitted` (amended, fresh pod): a commit of `graph` with the same
  /// tree, such as the one under refs/gitops/admitted. Empty: then nothing new is admitted.
  std::string admitted_stand_in;
  std::string tip;                              ///< empty where the branch is gone
  std::string bootstrap;                        ///< --gate-bootstrap; read on a first run only
  std::optional<PolicyReset> reset;             ///< opened by open_reset; the newest one
  std::uint64_t reset_seq_followed = 0;         ///< resets up to this one are done with
  const sources::CommitGraph* graph = nullptr;  ///< of the infrastructure repository
  /// Upstream environment → its chain, and this environment's own.
  std::map<std::string, Chain> upstream;
  Chain own;
  model::WallTime now;
  std::chrono::seconds clock_tolerance{60};
  /// Renders a commit; asked for few commits only, memoised by the caller.
  std::function<Candidate(const std::string& commit)> candidate;
  std::size_t walk_max = 500;       ///< commits looked at from the tip back
  std::size_t candidates_max = 50;  ///< commits judged
};

/// Which commit may run: the newest, from the tip back to what is admitted, that passes. No I/O but
/// the graph's; throws nothing for what evidence or commits contain.
Decision decide(const AdmissionInput& input);

}  // namespace reconcile::engine::gates
