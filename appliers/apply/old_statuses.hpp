#pragma once

#include <optional>
#include <unordered_map>

#include "reconcile/appliers/health.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::appliers {

/// Statuses that were there before our write changed the spec: they say nothing of it. Not for
/// several threads.
class OldStatuses {
 public:
  /// The digest of an object's status.
  static model::Hash128 digest_of(model::Value object);

  /// The status of `id` is of before, and is believed from `until` on whatever happens.
  void add(const model::ObjectId& id, model::Hash128 status, model::SteadyTime until);
  /// `status` was seen: another one than of before is believed.
  void see(const model::ObjectId& id, model::Hash128 status);
  void forget(const model::ObjectId& id) { statuses_.erase(id); }
  [[nodiscard]] bool contains(const model::ObjectId& id) const { return statuses_.contains(id); }
  /// What is to be believed of `health`, which was judged by the status that was seen last.
  [[nodiscard]] Health judge(const model::ObjectId& id, const Health& health,
                             const model::Clock& clock) const;

 private:
  struct OldStatus {
    model::Hash128 digest;
    model::SteadyTime until;
  };
  std::unordered_map<model::ObjectId, OldStatus> statuses_;
};

}  // namespace reconcile::appliers
