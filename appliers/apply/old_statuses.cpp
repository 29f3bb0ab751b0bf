#include "appliers/apply/old_statuses.hpp"

#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

model::Hash128 OldStatuses::digest_of(model::Value object) {
  return model::fast_hash(model::write_json(object["status"]));
}

void OldStatuses::add(const model::ObjectId& id, model::Hash128 status, model::SteadyTime until) {
  statuses_.insert_or_assign(id, OldStatus{status, until});
}

void OldStatuses::see(const model::ObjectId& id, model::Hash128 status) {
  const auto found = statuses_.find(id);
  if (found != statuses_.end() && found->second.digest != status) statuses_.erase(found);
}

Health OldStatuses::judge(const model::ObjectId& id, const Health& health,
                          const model::Clock& clock) const {
  if (statuses_.empty()) return health;
  const bool is_verdict =
      health.state == HealthState::current || health.state == HealthState::failed;
  const auto found = statuses_.find(id);
  if (!is_verdict || found == statuses_.end() || clock.steady_now() >= found->second.until)
    return health;
  return {HealthState::in_progress, "its status is from before the last change"};
}

}  // namespace reconcile::appliers
