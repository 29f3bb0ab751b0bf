// What a pass would do, judged by dry runs. Nothing is written.
#include <algorithm>

#include "appliers/apply/stage_run.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

struct Plan {
  model::Document live;
  diff::ObjectChange change;
  std::size_t attempts = 0;
};

ClusterRequest request_of(const PreparedObject& object, Verb verb) {
  ClusterRequest request;
  request.verb = verb;
  request.gvk = object.object.gvk();
  request.namespace_name = object.object.id().namespace_name;
  request.name = object.object.id().name;
  request.field_manager = diff::field_manager;
  if (verb == Verb::apply) {
    request.body = model::write_json(object.object.root());
    request.force = true;
    request.dry_run = true;
  }
  return request;
}

/// Judges the answer to the dry run of one object.
diff::ObjectChange judge(const PreparedObject& object, const Plan& plan,
                         const ClusterAnswer& answer, diff::DesiredSince since) {
  diff::ThreeWayInput input;
  input.desired = object.object.root();
  input.live = plan.live.root();
  input.desired_since = since;
  if (answer.ok()) {
    input.dry_run = answer.object.root();
    return diff::three_way(input);
  }
  diff::ObjectChange change = diff::three_way(input);
  const AnswerClass answer_class = classify(answer);
  // Its namespace or CRD may come with the same pass.
  const bool comes_first =
      answer_class == AnswerClass::not_found || answer_class == AnswerClass::no_kind;
  if (comes_first && !plan.live.present()) return change;
  change.action = diff::Action::skipped;
  change.reason = diff::Reason::failed;
  change.message = explain(answer);
  change.fields.clear();
  return change;
}

}  // namespace

diff::ChangeSet UnitApplier::plan(const PreparedUnit& unit, const Inventory& stored,
                                  const PassOptions& options) {
  std::vector<Plan> plans(unit.objects.size());
  const auto run = [&](Verb verb, auto take) {
    port_.exchange(
        plans.size(), options.in_flight_max,
        [&](std::size_t index) { return request_of(unit.objects[index], verb); },
        [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
          Plan& plan = plans[index];
          if (classify(answer) == AnswerClass::retry &&
              ++plan.attempts < options.retry.attempts_max)
            return FollowUp{request_of(unit.objects[index], verb),
                            options.retry.delay(plan.attempts, answer)};
          take(index, std::move(answer));
          return std::nullopt;
        });
  };
  if (!plans.empty()) {
    run(Verb::get, [&](std::size_t index, ClusterAnswer answer) {
      if (answer.ok()) plans[index].live = std::move(answer.object);
    });
    run(Verb::apply, [&](std::size_t index, const ClusterAnswer& answer) {
      const auto record = live_.find(unit.objects[index].object.id());
      diff::DesiredSince since = diff::DesiredSince::unknown;
      if (record)
        since = record->desired == unit.objects[index].digest ? diff::DesiredSince::same
                                                              : diff::DesiredSince::changed;
      plans[index].change = judge(unit.objects[index], plans[index], answer, since);
      plans[index].live = {};
    });
  }
  diff::ChangeSet changes;
  Inventory wanted;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    changes.objects.push_back(std::move(plans[i].change));
    wanted.entries.push_back(
        {unit.objects[i].object.id(), unit.objects[i].object.gvk().version, {}});
  }
  if (!options.prune) return changes;
  std::vector<InventoryEntry> obsolete = stored.without(wanted);
  std::reverse(obsolete.begin(), obsolete.end());
  const GuardVerdict guard = judge_prune(obsolete, stored.entries.size(), {}, options.prune_limits);
  for (const InventoryEntry& entry : obsolete)
    changes.objects.push_back({entry.id,
                               diff::Action::deleted,
                               diff::Reason::obsolete,
                               guard.allowed || options.prune_approved ? "" : guard.reason,
                               {}});
  return changes;
}

}  // namespace reconcile::appliers
