#include "engine/gates/chain.hpp"

#include <algorithm>

#include "engine/gates/envelope.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view problem_reasons[] = {"",
                                                "EvidenceMissing",
                                                "EvidenceNotTrusted",
                                                "EvidenceMalformed",
                                                "EvidenceReplayed",
                                                "EvidenceForked",
                                                "EvidenceStale"};

/// Why a record is refused.
struct Refusal {
  ChainProblem problem;
  std::string reason;
};

/// Verifies records one after the other on top of what is known.
class Verifier {
 public:
  Verifier(Chain chain, const ChainTrust& trust) : chain_(std::move(chain)), trust_(trust) {
    for (const TrustedKey& key : trust.keys) keys_.push_back(key.key);
  }

  /// False where the record is refused and verification ends.
  bool take(const RecordFile& file) {
    seq_ = 0;
    key_id_.clear();
    try {
      accept(file);
      return true;
    } catch (const Refusal& refusal) {
      refuse(file, refusal);
    } catch (const Error& error) {
      const bool untrusted = error.code() == ErrorCode::unauthorized;
      refuse(file, {untrusted ? ChainProblem::not_trusted : ChainProblem::malformed, error.what()});
    }
    return false;
  }

  Chain result() { return std::move(chain_); }

 private:
  void refuse(const RecordFile& file, const Refusal& refusal) {
    chain_.problem = refusal.problem;
    std::string what = seq_ > 0 ? "record " + std::to_string(seq_)
                                : "the record after " + std::to_string(chain_.seq);
    what += " of " + trust_.environment + " (commit " + file.commit.substr(0, 12);
    if (!key_id_.empty()) what += ", key " + key_id_.substr(0, 16);
    chain_.detail = what + "): " + refusal.reason;
  }

  void accept(const RecordFile& file) {
    // The ref is a line: nothing is judged that does not stand on what was seen before.
    if (!chain_.commit_on_ref.empty() &&
        (file.parents.size() != 1 || file.parents.front() != chain_.commit_on_ref)) {
      throw Refusal{ChainProblem::forked, "the ref does not follow from commit " +
                                              chain_.commit_on_ref.substr(0, 12) +
                                              ", which was seen before"};
    }
    if (file.parents.size() > 1) {
      throw Refusal{ChainProblem::forked, "the commit has more than one parent"};
    }
    const Signed opened = open_signed(file.text, keys_, record_bytes_max);
    key_id_ = opened.key.id();
    const EvidenceRecord record = EvidenceRecord::parse(opened.payload);
    seq_ = record.seq;
    check_author(record, opened.key);
    check_times(record);
    const std::string digest = record_digest(file.text);
    check_order(record, digest);
    append(record, file, digest);
  }

  void check_author(const EvidenceRecord& record, const model::PublicKey& key) const {
    if (record.cluster != trust_.cluster || record.environment != trust_.environment) {
      throw Refusal{ChainProblem::not_trusted, "it speaks for " + record.environment +
                                                   " on cluster " + record.cluster + ", expected " +
                                                   trust_.environment + " on " + trust_.cluster};
    }
    const bool valid =
        std::any_of(trust_.keys.begin(), trust_.keys.end(), [&](const TrustedKey& trusted) {
          return trusted.key == key &&
                 (!trusted.not_before || *trusted.not_before <= record.observed_at) &&
                 (!trusted.not_after || record.observed_at < *trusted.not_after);
        });
    if (!valid) {
      throw Refusal{ChainProblem::not_trusted,
                    "the key was not valid at " + model::format_rfc3339(record.observed_at)};
    }
  }

  static void check_times(const EvidenceRecord& record) {
    if (record.valid_until <= record.observed_at ||
        record.valid_until - record.observed_at > record_validity_max) {
      throw Refusal{ChainProblem::malformed, "it is valid until " +
                                                 model::format_rfc3339(record.valid_until) +
                                                 ", expected at most 24 hours after " +
                                                 model::format_rfc3339(record.observed_at)};
    }
  }

  void check_order(const EvidenceRecord& record, const std::string& digest) const {
    if (chain_.seq == 0) {
      if (record.whole) return;
      throw Refusal{ChainProblem::malformed,
                    "verification begins here and it does not carry every unit"};
    }
    const std::string expected = std::to_string(chain_.seq + 1);
    if (record.seq == chain_.seq && digest != chain_.digest) {
      throw Refusal{ChainProblem::forked, "there is another record " + std::to_string(record.seq)};
    }
    if (record.seq <= chain_.seq) {
      throw Refusal{ChainProblem::replayed, "it is an old one again, expected record " + expected};
    }
    if (record.seq != chain_.seq + 1) {
      throw Refusal{ChainProblem::replayed, "records before it are missing, expected " + expected};
    }
    if (record.prev != chain_.digest) {
      throw Refusal{ChainProblem::forked, "it follows another record " +
                                              std::to_string(chain_.seq) + " than the one here"};
    }
  }

  void append(const EvidenceRecord& record, const RecordFile& file, const std::string& digest) {
    if (!is_heartbeat(record)) {
      change(record);
    } else {
      check_root(record, chain_.leaves);
    }
    ChainMoment& newest = chain_.moments.back();
    newest.seq = record.seq;
    newest.tree = record.tree;
    newest.branch = record.branch;
    newest.policy_digest = record.policy_digest;
    newest.observed_at = record.observed_at;
    newest.valid_until = record.valid_until;
    root_ = record.merkle_root;
    chain_.seq = record.seq;
    chain_.digest = digest;
    chain_.commit_on_ref = file.commit;
    chain_.problem = ChainProblem::none;
    chain_.detail.clear();
  }

  /// Whether the newest moment stands as it is, but for its times.
  [[nodiscard]] bool is_heartbeat(const EvidenceRecord& record) const {
    return record.units.empty() && record.removed.empty() && !record.whole &&
           !chain_.moments.empty() && chain_.moments.back().commit == record.commit;
  }

  /// Puts a new moment at the end; nothing is changed where the record is refused.
  void change(const EvidenceRecord& record) {
    ChainMoment moment;
    std::map<std::string, std::string> leaves;
    if (!record.whole && !chain_.moments.empty()) {
      moment.units = chain_.moments.back().units;
      leaves = chain_.leaves;
    }
    for (const std::string& unit : record.removed) {
      if (moment.units.erase(unit) == 0 && !record.whole) {
        throw Refusal{ChainProblem::malformed, "it removes " + unit + ", which was not there"};
      }
      leaves.erase(unit);
    }
    for (const UnitEvidence& unit : record.units) {
      leaves[unit.unit] = merkle_leaf(unit);
      moment.units[unit.unit] = std::make_shared<const UnitEvidence>(unit);
    }
    check_root(record, leaves);
    moment.commit = record.commit;
    keep(std::move(moment));
    chain_.leaves = std::move(leaves);
  }

  void check_root(const EvidenceRecord& record, const std::map<std::string, std::string>& leaves) {
    if (record.unit_count != leaves.size()) {
      throw Refusal{ChainProblem::malformed, "it counts " + std::to_string(record.unit_count) +
                                                 " units, expected " +
                                                 std::to_string(leaves.size())};
    }
    // A heartbeat's root is the one before: nothing to compute.
    if (is_heartbeat(record) && record.merkle_root == root_) return;
    std::vector<std::string_view> in_order;
    in_order.reserve(leaves.size());
    for (const auto& [unit, leaf] : leaves) in_order.push_back(leaf);
    const std::string root = merkle_root(in_order);
    if (record.merkle_root != root) {
      throw Refusal{ChainProblem::malformed,
                    "its Merkle root is " + record.merkle_root + ", expected " + root};
    }
  }

  /// One moment a commit: the newest takes the place of an older one, at the end.
  void keep(ChainMoment moment) {
    std::vector<ChainMoment>& moments = chain_.moments;
    std::erase_if(moments, [&](const ChainMoment& other) { return other.commit == moment.commit; });
    moments.push_back(std::move(moment));
    if (moments.size() > chain_moments_max) moments.erase(moments.begin());
  }

  Chain chain_;
  const ChainTrust& trust_;
  std::vector<model::PublicKey> keys_;
  std::string root_;  ///< of the newest verified record, where this call verified it
  std::uint64_t seq_ = 0;
  std::string key_id_;
};

}  // namespace

std::string_view to_string(ChainProblem problem) {
  return problem_reasons[static_cast<std::size_t>(problem)];
}

std::string record_digest(std::string_view file_text) {
  if (file_text.ends_with('\n')) file_text.remove_suffix(1);
  return "sha256:" + model::sha256_hex(file_text);
}

const UnitEvidence* ChainMoment::find(const std::string& unit) const {
  const auto found = units.find(unit);
  return found == units.end() ? nullptr : found->second.get();
}

Chain extend(const Chain& known, const std::vector<RecordFile>& files, const ChainTrust& trust) {
  if (known.problem == ChainProblem::forked) return known;
  if (files.empty()) {
    // The ref is where it was: what was refused beyond it is gone.
    Chain chain = known;
    chain.problem = chain.seq == 0 ? ChainProblem::missing : ChainProblem::none;
    chain.detail.clear();
    return chain;
  }
  Verifier verifier(known, trust);
  for (const RecordFile& file : files) {
    if (!verifier.take(file)) break;
  }
  return verifier.result();
}

ChainProblem problem_at(const Chain& chain, model::WallTime now, std::chrono::seconds tolerance) {
  if (chain.problem != ChainProblem::none) return chain.problem;
  const ChainMoment* newest = chain.newest();
  if (newest == nullptr) return ChainProblem::missing;
  if (newest->observed_at - tolerance > now) return ChainProblem::not_trusted;
  return newest->valid_until + tolerance <= now ? ChainProblem::stale : ChainProblem::none;
}

}  // namespace reconcile::engine::gates
