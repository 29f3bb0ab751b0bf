#pragma once

#include <string>
#include <vector>

#include "engine/gates/chain.hpp"

namespace reconcile::test {

/// Writes an environment's records as its agent does, signed, without a repository.
class ChainWriter {
 public:
  ChainWriter(std::string cluster, std::string environment)
      : cluster_(std::move(cluster)), environment_(std::move(environment)) {}

  [[nodiscard]] const model::SigningKey& key() const { return key_; }
  /// Trust in this writer alone.
  [[nodiscard]] engine::gates::ChainTrust trust() const;
  /// The units as they are to be in the next record.
  std::map<std::string, engine::gates::UnitEvidence>& units() { return units_; }
  /// The next record; `edit` may break it before its root is computed and it is signed.
  engine::gates::EvidenceRecord next(const std::string& commit, model::WallTime at, bool whole);
  /// Signs `record` as the next file of the ref.
  engine::gates::RecordFile append(const engine::gates::EvidenceRecord& record);
  /// Both.
  engine::gates::RecordFile write(const std::string& commit, model::WallTime at);
  [[nodiscard]] const std::vector<engine::gates::RecordFile>& files() const { return files_; }
  /// All files verified.
  [[nodiscard]] engine::gates::Chain chain() const;

 private:
  model::SigningKey key_ = model::SigningKey::generate();
  std::string cluster_;
  std::string environment_;
  std::uint64_t seq_ = 0;
  std::string prev_;
  std::map<std::string, engine::gates::UnitEvidence> units_;
  std::map<std::string, engine::gates::UnitEvidence> written_;
  std::vector<engine::gates::RecordFile> files_;
};

/// 40 hex digits that stand for the commit `name`.
std::string commit_id(const std::string& name);

}  // namespace reconcile::test
