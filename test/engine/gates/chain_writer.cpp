#include "test/engine/gates/chain_writer.hpp"

#include "engine/gates/envelope.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::test {

using namespace engine::gates;

ChainTrust ChainWriter::trust() const {
  return {cluster_, environment_, {{key_.public_key(), {}, {}}}};
}

EvidenceRecord ChainWriter::next(const std::string& commit, model::WallTime at, bool whole) {
  EvidenceRecord record;
  record.cluster = cluster_;
  record.environment = environment_;
  record.seq = seq_ + 1;
  record.prev = prev_;
  record.branch = environment_;
  record.commit = commit;
  record.tree = model::sha1_hex("tree of " + commit);
  record.agent_version = "0.1.0";
  record.observed_at = at;
  record.valid_until = at + std::chrono::minutes(45);
  record.whole = whole || seq_ == 0;
  for (const auto& [name, unit] : units_) {
    const auto before = written_.find(name);
    if (record.whole || before == written_.end() || before->second != unit) {
      record.units.push_back(unit);
    }
  }
  for (const auto& [name, unit] : written_) {
    if (!record.whole && !units_.contains(name)) record.removed.push_back(name);
  }
  record.merkle_root = merkle_root(units_);
  record.unit_count = units_.size();
  return record;
}

RecordFile ChainWriter::append(const EvidenceRecord& record) {
  RecordFile file;
  file.text = sign(record.statement(), key_).text() + "\n";
  file.commit = model::sha1_hex(file.text + std::to_string(files_.size()));
  if (!files_.empty()) file.parents = {files_.back().commit};
  files_.push_back(file);
  seq_ = record.seq;
  prev_ = record_digest(file.text);
  written_ = units_;
  return file;
}

RecordFile ChainWriter::write(const std::string& commit, model::WallTime at) {
  return append(next(commit, at, false));
}

Chain ChainWriter::chain() const {
  return extend({}, files_, trust());
}

std::string commit_id(const std::string& name) {
  return model::sha1_hex("commit " + name);
}

}  // namespace reconcile::test
