#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/gates/evidence.hpp"
#include "reconcile/model/signature.hpp"

namespace reconcile::engine::gates {

/// A record file of a ref, as fetched.
struct RecordFile {
  std::string commit;  ///< on the evidence ref
  std::vector<std::string> parents;
  std::string text;  ///< record.json
};

/// A key that an environment's evidence may be signed with.
struct TrustedKey {
  model::PublicKey key;
  std::optional<model::WallTime> not_before;
  std::optional<model::WallTime> not_after;
};

/// Who may write a chain.
struct ChainTrust {
  std::string cluster;
  std::string environment;
  std::vector<TrustedKey> keys;
};

/// A record may be valid for no longer than this.
inline constexpr std::chrono::hours record_validity_max{24};
/// Commits whose last moment is kept.
inline constexpr std::size_t chain_moments_max = 200;

/// "sha256:…" of a record's file, a final newline left out: the next record's `prev`.
std::string record_digest(std::string_view file_text);

/// Why a chain proves nothing (more).
enum class ChainProblem : std::uint8_t {
  none,
  missing,      ///< no record at all
  not_trusted,  ///< unknown key, wrong signature, key of another environment, key expired
  malformed,    ///< does not parse, too large, wrong statement
  replayed,     ///< seq or prev do not follow
  forked,       ///< two records with one seq, or a tip that is older than what was seen
  stale,        ///< the newest record's validity has ended
};
/// Conditions' reasons: "EvidenceMissing", "EvidenceNotTrusted", "EvidenceMalformed",
/// "EvidenceReplayed", "EvidenceForked", "EvidenceStale"; empty for none.
std::string_view to_string(ChainProblem problem);

/// What an environment ran: its units while one commit was applied. Kept for the rollback window
/// (own chain) and for walks (upstream).
struct ChainMoment {
  std::uint64_t seq = 0;
  std::string commit;
  std::string tree;
  std::string branch;
  std::string policy_digest;
  model::WallTime observed_at;
  model::WallTime valid_until;
  /// All units at that record; units that did not change are shared between moments.
  std::map<std::string, std::shared_ptr<const UnitEvidence>> units;
  /// Null where the moment has no such unit.
  [[nodiscard]] const UnitEvidence* find(const std::string& unit) const;
};

/// A ref's records as far as they are verified. A value; extended by `extend` so that old records
/// are verified once.
struct Chain {
  std::uint64_t seq = 0;      ///< of the newest verified record; 0 = none
  std::string digest;         ///< "sha256:…" of its file: the next record's prev
  std::string commit_on_ref;  ///< where the ref was then
  /// The last moment of each applied commit, and the newest one; oldest first, at most 200.
  std::vector<ChainMoment> moments;
  std::map<std::string, std::string> leaves;  ///< of the newest moment: unit → merkle_leaf
  ChainProblem problem = ChainProblem::missing;
  std::string detail;  ///< names record, key and reason; for people

  [[nodiscard]] const ChainMoment* newest() const {
    return moments.empty() ? nullptr : &moments.back();
  }
};

/// Verifies `files` (oldest first, all that follow `known` on its ref; or, where `known` is empty,
/// from the newest but one `whole` record on: the first must be whole) and answers the longer
/// chain. A bad record ends the verification: the chain keeps what was proven before and names the
/// problem, and the next call goes on from there; a fork or a rewritten ref (the ref does not
/// descend from known.commit_on_ref; pass what the ref holds) is `forked` and stays so until
/// acknowledged by an empty `known`. No files: the ref is where it was, and problems but a fork are
/// gone. Time plays no part here but for the keys' validity, judged at `observed_at`.
Chain extend(const Chain& known, const std::vector<RecordFile>& files, const ChainTrust& trust);

/// `chain.problem`; or `stale` where the newest record's validity ended more than `tolerance` ago,
/// `not_trusted` where it was observed more than `tolerance` in the future.
ChainProblem problem_at(const Chain& chain, model::WallTime now, std::chrono::seconds tolerance);

}  // namespace reconcile::engine::gates
