#pragma once

#include <optional>
#include <string>

#include "engine/gates/admission.hpp"

namespace reconcile::engine::gates {

/// What is missing for a proof; nothing where `reason` is empty.
struct Finding {
  std::string reason;   ///< as UnitVerdict::reason
  std::string message;  ///< as UnitVerdict::message
  std::optional<model::WallTime> since;
  std::optional<model::WallTime> earliest;
  [[nodiscard]] bool proven() const { return reason.empty(); }
};

/// An environment upstream as one decision sees it: what its chain proves now.
///
/// A unit is proven by a moment where it was green there with the moment's commit and the soak is
/// reached: by the record's own times, or by the time since where nothing newer says otherwise.
/// Where upstream has moved on, healthy time goes on as long as the unit's content (read-set and
/// render digests) stays the same; content that turns red later is not proven any more.
class Upstream {
 public:
  /// `input` must outlive it.
  Upstream(std::string name, const AdmissionInput& input);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// What keeps the whole chain from counting.
  [[nodiscard]] const Finding& standing() const noexcept { return standing_; }
  /// Oldest first.
  [[nodiscard]] const std::vector<ChainMoment>& moments() const noexcept;
  [[nodiscard]] Finding check(std::size_t moment, const CandidateUnit& unit) const;
  /// Whether the moment has the unit, by label or name.
  [[nodiscard]] bool has(std::size_t moment, const CandidateUnit& unit) const;

 private:
  [[nodiscard]] Finding soak(std::size_t moment, const CandidateUnit& unit,
                             const UnitEvidence& evidence) const;
  [[nodiscard]] Finding budgets(const UnitEvidence& evidence) const;

  std::string name_;
  const AdmissionInput& input_;
  const Chain* chain_ = nullptr;
  Finding standing_;
};

}  // namespace reconcile::engine::gates
