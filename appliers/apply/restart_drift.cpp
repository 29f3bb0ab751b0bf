// Tests: test/appliers/apply/object_policy_test.cpp.
#include "appliers/apply/restart_drift.hpp"

#include "appliers/apply/object_request.hpp"
#include "reconcile/diff/three_way.hpp"

namespace reconcile::appliers {

namespace {

/// One object: GET, then a dry run of the apply.
struct Look {
  model::Document live;
  model::Document applied;  ///< what the apply would make of it
};

void record(const Look& look, const WriteContext& context, Decision& decision) {
  const PreparedObject& object = *decision.object;
  diff::ThreeWayInput input;
  const model::Document body = object.body_for(look.live.root());
  input.desired = body.root();
  input.live = look.live.root();
  input.dry_run = look.applied.root();
  input.desired_since = diff::DesiredSince::same;
  const diff::ObjectChange change = diff::three_way(input);
  const bool same = change.action == diff::Action::unchanged;
  // What an apply would make of it is what it is held against from now on.
  context.live.adopt(context.unit, object.object.gvk(), object.digest,
                     same ? look.live.root() : look.applied.root(),
                     assess_health(object.object.gvk(), look.live.root()));
  decision.kind = Decision::Kind::settled;
  if (same) return;
  context.live.mark_drifted(object.object.id());
  decision.kind =
      decision.drift_mode == DriftMode::warn ? Decision::Kind::leave : Decision::Kind::ignore;
  decision.message = drift_left_message(decision.drift_mode);
}

}  // namespace

void judge_restarted(ClusterPort& port, const std::vector<Decision*>& decisions,
                     const WriteContext& context) {
  std::vector<Look> looks(decisions.size());
  port.exchange(
      decisions.size(), context.options.in_flight_max,
      [&](std::size_t index) { return object_request(*decisions[index]->object, Verb::get); },
      [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
        Look& look = looks[index];
        if (!answer.ok()) return std::nullopt;
        if (look.live.present()) {
          look.applied = std::move(answer.object);
          return std::nullopt;
        }
        look.live = std::move(answer.object);
        const PreparedObject& object = *decisions[index]->object;
        return FollowUp{dry_run_request(object, object.body_for(look.live.root()).root()), {}};
      });
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (looks[i].applied.present()) record(looks[i], context, *decisions[i]);
}

}  // namespace reconcile::appliers
