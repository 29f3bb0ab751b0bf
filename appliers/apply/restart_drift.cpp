// Tests: test/appliers/apply/object_policy_test.cpp.
#include "appliers/apply/restart_drift.hpp"

#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

/// One object: GET, then a dry run of the apply.
struct Look {
  model::Document live;
  model::Document applied;  ///< what the apply would make of it
};

ClusterRequest get_request(const PreparedObject& object) {
  ClusterRequest request;
  request.verb = Verb::get;
  request.gvk = object.object.gvk();
  request.namespace_name = object.object.id().namespace_name;
  request.name = object.object.id().name;
  return request;
}

ClusterRequest dry_request(const PreparedObject& object, model::Value live) {
  ClusterRequest request = get_request(object);
  request.verb = Verb::apply;
  request.body = model::write_json(object.body_for(live).root());
  request.field_manager = diff::field_manager;
  request.force = true;
  request.dry_run = true;
  return request;
}

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
      [&](std::size_t index) { return get_request(*decisions[index]->object); },
      [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
        Look& look = looks[index];
        if (!answer.ok()) return std::nullopt;
        if (look.live.present()) {
          look.applied = std::move(answer.object);
          return std::nullopt;
        }
        look.live = std::move(answer.object);
        return FollowUp{dry_request(*decisions[index]->object, look.live.root()), {}};
      });
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (looks[i].applied.present()) record(looks[i], context, *decisions[i]);
}

}  // namespace reconcile::appliers
