// Writing evidence: what the next record says, and how it gets onto the ref.

#include <utility>

#include "engine/controllers/gate_judge.hpp"
#include "engine/gates/envelope.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using gates::EvidenceRecord;
using gates::UnitEvidence;
using model::Error;
using model::ErrorCode;

constexpr std::chrono::minutes record_validity(45);
constexpr std::chrono::hours whole_after(24);
/// Times that a record is composed anew because another one came first.
constexpr int conflicts_max = 3;

/// Whether the two say different things; unhealthy time that merely runs on is none.
bool differs(UnitEvidence published, const UnitEvidence& now) {
  published.unhealthy = now.unhealthy;
  return !(published == now);
}

}  // namespace

gates::EvidenceRecord next_record(const gates::ChainMoment* newest,
                                  const std::map<std::string, UnitEvidence>& units, bool whole) {
  EvidenceRecord record;
  record.whole = whole;
  std::map<std::string, UnitEvidence> all;
  for (const auto& [name, given] : units) {
    const UnitEvidence unit = gates::cleaned(given);
    const UnitEvidence* published = newest == nullptr ? nullptr : newest->find(name);
    const bool is_new = whole || published == nullptr || differs(*published, unit);
    all[name] = is_new ? unit : *published;
    if (is_new) record.units.push_back(unit);
  }
  if (newest != nullptr) {
    for (const auto& [name, unit] : newest->units) {
      if (!units.contains(name)) record.removed.push_back(name);
    }
  }
  record.merkle_root = gates::merkle_root(all);
  record.unit_count = all.size();
  return record;
}

/// One unit that is not at `commit` yet runs something else: what it says of itself is no word
/// about the commit.
std::map<std::string, UnitEvidence> about_commit(std::map<std::string, UnitEvidence> units,
                                                 const std::string& commit) {
  for (auto& [name, unit] : units) {
    if (unit.revision == commit || unit.state == gates::UnitState::failed) continue;
    if (unit.state == gates::UnitState::green) unit.failing = "not at the admitted commit yet";
    unit.state = gates::UnitState::pending;
    unit.applied = false;
    unit.healthy_since.reset();
  }
  return units;
}

void GateJudge::record(const GateRound& round, GateOutcome& outcome) {
  if (memory_.admitted.empty() || outcome.recorded) return;
  try {
    if (!refs_.fetched()) refs_.fetch(policy_ ? &policy_->policy : nullptr);
    const auto units = about_commit(round.units, memory_.admitted);
    for (int tries = 0; tries < conflicts_max && !outcome.recorded; ++tries) {
      outcome.foreign = refs_.foreign();
      // On what another wrote nothing follows: it is for a person to look at.
      if (!refs_.may_append()) return;
      outcome.recorded = try_record(units);
      if (!outcome.recorded) refs_.fetch(policy_ ? &policy_->policy : nullptr);
    }
    outcome.foreign = refs_.foreign();
    outcome.recorded_commit = memory_.admitted;
    if (!outcome.recorded)
      outcome.evidence_error = "others write to the evidence ref at the same time";
  } catch (const Error& error) {
    outcome.evidence_error = error.what();
    io::log().warning("Evidence not recorded", {{"err", error.what()}});
  }
}

/// Signs and pushes one record; false where another one came first.
bool GateJudge::try_record(const std::map<std::string, UnitEvidence>& units) {
  const gates::Chain& own = refs_.own();
  const model::WallTime now = options_.gate.clock->wall_now();
  const bool whole =
      own.seq == 0 || !refs_.foreign().empty() || !whole_at_ || now - *whole_at_ >= whole_after;
  EvidenceRecord record = next_record(own.newest(), units, whole);
  record.cluster = options_.gate.cluster_name();
  record.environment = options_.gate.environment;
  record.seq = own.seq + 1;
  record.prev = own.digest;
  record.branch = branch();
  record.commit = memory_.admitted;
  record.tree = memory_.tree;
  if (policy_) record.policy_digest = policy_->policy.digest;
  record.agent_version = options_.gate.agent_version;
  record.observed_at = now;
  record.valid_until = now + record_validity;
  const std::string text = gates::sign(record.statement(), key_).text();
  require_lead();
  try {
    refs_.append(text, "Record " + std::to_string(record.seq) + " of " + record.cluster, now);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::conflict) return false;
    throw;
  }
  if (whole) whole_at_ = now;
  io::log().info("Evidence recorded", {{"seq", record.seq},
                                       {"commit", record.commit},
                                       {"units", record.units.size()},
                                       {"whole", whole}});
  return true;
}

}  // namespace reconcile::engine
