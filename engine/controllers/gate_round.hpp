#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/controllers/source_gate.hpp"
#include "engine/gates/admission.hpp"
#include "engine/gates/chain.hpp"
#include "engine/pipeline/candidate_units.hpp"

namespace reconcile::engine {

/// What the gate's thread is asked to do in one go.
struct GateRound {
  std::string tip;             ///< commit of the branch; empty where it is gone or was never seen
  std::vector<LiveUnit> live;  ///< see CommitRenderRequest
  std::map<std::pair<std::string, std::string>, std::string> live_sources;
  bool judges = false;   ///< reads the evidence repository and decides; false: only records
  bool records = false;  ///< a record is due
  /// Units as they are.
  std::map<std::string, gates::UnitEvidence> units;
};

/// An upstream environment as its chain shows it.
struct UpstreamState {
  std::string environment;
  std::string cluster;
  std::uint64_t seq = 0;
  std::string commit;
  std::optional<model::WallTime> observed_at;
  std::string problem;  ///< a condition's reason; empty where the chain is good
  std::string detail;
};

/// What came of a round. A value: the controller turns it into conditions.
struct GateOutcome {
  Admission admission;
  gates::Decision decision;
  bool judged = false;        ///< `decision` is of this round
  bool admitted_new = false;  ///< `admission.commit` is other than before the round
  std::string policy_digest;
  std::string policy_rejected;        ///< why the admitted commit's policy is not in force
  std::vector<std::string> warnings;  ///< of the policy in force
  std::vector<UpstreamState> upstream;
  std::string evidence_error;   ///< why the evidence repository was not read or written; else empty
  std::string foreign;          ///< see EvidenceRefs::foreign
  bool recorded = false;        ///< `units` of the round are in the chain
  std::string recorded_commit;  ///< what that record is about
  std::uint64_t seq = 0;        ///< newest record of the own chain
  std::optional<model::WallTime> recorded_at;
  /// The newest moment of the own chain: what a restart goes on from. Null where there is none.
  std::shared_ptr<const gates::ChainMoment> own;
};

/// What the next record says of the units, against the newest moment of the chain (null: none): its
/// units, removed, merkle_root, unit_count and whole.
gates::EvidenceRecord next_record(const gates::ChainMoment* newest,
                                  const std::map<std::string, gates::UnitEvidence>& units,
                                  bool whole);

/// The units as a record about `commit` may show them: one that is at another commit is not green.
std::map<std::string, gates::UnitEvidence> about_commit(
    std::map<std::string, gates::UnitEvidence> units, const std::string& commit);

}  // namespace reconcile::engine
