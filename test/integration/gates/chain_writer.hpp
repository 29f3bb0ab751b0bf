#pragma once

#include <map>
#include <string>

#include "engine/gates/evidence.hpp"
#include "reconcile/model/signature.hpp"
#include "test/integration/gates/evidence_repository.hpp"

namespace reconcile::test {

/// An environment whose agent is only simulated: writes a chain of records by hand, well-formed or
/// not.
class ChainWriter {
 public:
  /// Its cluster is called as the environment.
  ChainWriter(EvidenceRepository& repository, const std::string& environment,
              const model::SigningKey& key);

  [[nodiscard]] const std::string& ref() const noexcept { return ref_; }
  /// Says of `unit`, from the next record on, that it runs `commit` and is healthy since `since`.
  void set_green(const std::string& unit, const std::string& commit, model::WallTime since);
  void set_failed(const std::string& unit, const std::string& commit, const std::string& failing);
  engine::gates::UnitEvidence& unit(const std::string& name) { return units_[name]; }
  void forget(const std::string& unit) { units_.erase(unit); }

  /// The record that follows the last one: whole, valid for 45 min from `now` on.
  [[nodiscard]] engine::gates::EvidenceRecord draft(const std::string& commit,
                                                    model::WallTime now) const;
  /// The envelope of a record, signed by `key`.
  [[nodiscard]] static std::string envelope(const engine::gates::EvidenceRecord& record,
                                            const model::SigningKey& key);
  /// Signs `record`, appends it and goes on from it; answers the commit on the ref.
  std::string append(const engine::gates::EvidenceRecord& record);
  std::string append(const std::string& commit, model::WallTime now) {
    return append(draft(commit, now));
  }

 private:
  EvidenceRepository& repository_;
  std::string environment_;
  std::string ref_;
  model::SigningKey key_;
  std::map<std::string, engine::gates::UnitEvidence> units_;
  std::uint64_t seq_ = 0;
  std::string digest_;
};

}  // namespace reconcile::test
