#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "reconcile/appliers/health.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// What is kept of one managed object.
struct LiveRecord {
  UnitKey unit;
  model::ObjectId id;
  model::Gvk gvk;                 ///< as applied
  model::Hash128 desired;         ///< digest of the desired object that was applied last
  diff::Fingerprint fingerprint;  ///< after that apply, moved on by equal events
  Health health;
  bool drifted = false;  ///< an event differed and no apply was recorded since
};

/// The objects of a unit taken together.
struct LiveSummary {
  std::size_t objects = 0;
  Health health;                           ///< of all, see summarize_health
  std::optional<model::ObjectId> drifted;  ///< the first by id that differs; absent: none does
};

/// The health of a unit from the health of its objects: the worst state (failed, terminating,
/// not_found, in_progress, unknown, current), the message naming up to three objects of that state.
Health summarize_health(const std::vector<LiveRecord>& records);

}  // namespace reconcile::appliers
