#include "test/integration/gates/chain_writer.hpp"

#include "engine/gates/envelope.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::test {

using engine::gates::EvidenceRecord;
using engine::gates::UnitEvidence;
using engine::gates::UnitState;

ChainWriter::ChainWriter(EvidenceRepository& repository, const std::string& environment,
                         const model::SigningKey& key)
    : repository_(repository),
      environment_(environment),
      ref_("refs/gitops/evidence/" + environment),
      key_(key) {
}

void ChainWriter::set_green(const std::string& unit, const std::string& commit,
                            model::WallTime since) {
  UnitEvidence& said = units_[unit];
  said.unit = unit;
  said.revision = commit;
  said.read_set_digest = "sha256:" + model::sha256_hex(commit);
  said.render_digest = "hmac-sha256:" + model::sha256_hex("render " + commit);
  said.change_set_digest = "hmac-sha256:" + model::sha256_hex("change " + commit);
  said.applied = true;
  said.state = UnitState::green;
  said.healthy_since = since;
  said.failing.clear();
}

void ChainWriter::set_failed(const std::string& unit, const std::string& commit,
                             const std::string& failing) {
  set_green(unit, commit, {});
  UnitEvidence& said = units_[unit];
  said.state = UnitState::failed;
  said.healthy_since.reset();
  said.failing = failing;
}

EvidenceRecord ChainWriter::draft(const std::string& commit, model::WallTime now) const {
  EvidenceRecord record;
  record.cluster = environment_;
  record.environment = environment_;
  record.seq = seq_ + 1;
  record.prev = digest_;
  record.branch = environment_;
  record.commit = commit;
  record.tree = commit;
  record.agent_version = "0.1.0";
  record.observed_at = now;
  record.valid_until = now + std::chrono::minutes(45);
  record.whole = true;
  for (const auto& [name, said] : units_) record.units.push_back(said);
  record.merkle_root = engine::gates::merkle_root(units_);
  record.unit_count = units_.size();
  return record;
}

std::string ChainWriter::envelope(const EvidenceRecord& record, const model::SigningKey& key) {
  return engine::gates::sign(record.statement(), key).text();
}

std::string ChainWriter::append(const EvidenceRecord& record) {
  const std::string text = envelope(record, key_);
  seq_ = record.seq;
  digest_ = "sha256:" + model::sha256_hex(text);
  return repository_.append(ref_, text);
}

}  // namespace reconcile::test
