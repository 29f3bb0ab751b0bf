// What a pass would do, judged by dry runs. Nothing is written.
#include <algorithm>
#include <unordered_map>

#include "appliers/apply/local_judge.hpp"
#include "appliers/apply/object_request.hpp"
#include "appliers/apply/stage_run.hpp"
#include "reconcile/appliers/unit_plan.hpp"
#include "reconcile/diff/comparison.hpp"
#include "reconcile/diff/three_way.hpp"

namespace reconcile::appliers {

namespace {

/// One object on its way to a verdict.
struct Draft {
  model::Document live;
  std::optional<ClusterAnswer> refusal;  ///< of the dry run, judged when all are known
  std::size_t attempts = 0;
  bool is_done = false;
};

class Planning {
 public:
  Planning(ClusterPort& port, LiveState& live, const model::Clock& clock,
           const PlanRequest& request)
      : port_(port),
        live_(live),
        request_(request),
        objects_(request.unit.objects),
        context_{request.unit.unit, request.options, live, clock, false},
        judge_(request.unit),
        drafts_(objects_.size()) {
    plan_.objects.resize(objects_.size());
    if (request.last_desired == nullptr) return;
    for (const PreparedObject& object : request.last_desired->objects)
      last_desired_[object.object.id()] = object.object.document();
  }

  UnitPlan run() {
    if (!objects_.empty()) {
      exchange(Verb::get, [this](std::size_t index, ClusterAnswer answer) {
        if (answer.ok()) drafts_[index].live = std::move(answer.object);
      });
      exchange(Verb::apply, [this](std::size_t index, ClusterAnswer answer) {
        take_dry_run(index, std::move(answer));
      });
    }
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      if (!drafts_[i].is_done) judge_refused(i);
    if (request_.options.prune) add_prune();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] ClusterRequest request_of(std::size_t index, Verb verb) const {
    const PreparedObject& object = objects_[index];
    if (verb == Verb::get) return object_request(object, verb);
    return dry_run_request(object, object.body_for(drafts_[index].live.root()).root());
  }

  template <typename Take>
  void exchange(Verb verb, Take take) {
    port_.exchange(
        drafts_.size(), request_.options.in_flight_max,
        [&](std::size_t index) { return request_of(index, verb); },
        [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
          Draft& draft = drafts_[index];
          if (classify(answer) == AnswerClass::retry &&
              ++draft.attempts < request_.options.retry.attempts_max)
            return FollowUp{request_of(index, verb),
                            request_.options.retry.delay(draft.attempts, answer)};
          take(index, std::move(answer));
          return std::nullopt;
        });
  }

  /// `body` is to be kept as long as the answer.
  [[nodiscard]] diff::ThreeWayInput input_of(std::size_t index, const model::Document& body) const {
    const model::ObjectId& id = objects_[index].object.id();
    diff::ThreeWayInput input;
    input.desired = body.root();
    input.live = drafts_[index].live.root();
    if (const auto record = live_.find(id))
      input.desired_since = record->desired == objects_[index].digest ? diff::DesiredSince::same
                                                                      : diff::DesiredSince::changed;
    if (const auto last = last_desired_.find(id); last != last_desired_.end())
      input.last_desired = last->second.root();
    return input;
  }

  void take_dry_run(std::size_t index, ClusterAnswer answer) {
    if (!answer.ok()) {
      drafts_[index].refusal = std::move(answer);
      return;
    }
    const model::Document body = objects_[index].body_for(drafts_[index].live.root());
    diff::ThreeWayInput input = input_of(index, body);
    input.dry_run = answer.object.root();
    finish(index, diff::three_way(input));
  }

  /// Says why an object that differs is not written all the same.
  void heed_decision(std::size_t index, diff::ObjectChange& change) const {
    Sighting sighting;
    sighting.object = drafts_[index].live;
    if (sighting.exists()) sighting.owner = owner_of(sighting.object.root());
    const Decision decision =
        decide(objects_[index], context_, {}, sighting.exists() ? &sighting : nullptr, true);
    const bool writes =
        decision.kind == Decision::Kind::write || decision.kind == Decision::Kind::settled;
    if (writes || change.action == diff::Action::unchanged) return;
    change.action = diff::Action::skipped;
    change.message = decision.message;
    change.reason = diff::Reason::held;
    if (decision.kind == Decision::Kind::skip) change.reason = diff::Reason::disabled;
    if (decision.kind == Decision::Kind::refuse) change.reason = diff::Reason::refused;
  }

  void finish(std::size_t index, diff::ObjectChange change) {
    heed_decision(index, change);
    if (change.action == diff::Action::created)
      diff::tell_content(objects_[index].object.document().root(), change);
    const auto owner = owner_of(drafts_[index].live.root());
    if (owner && *owner != request_.unit.unit && change.message.empty())
      change.message = "belongs to " + owner->display() + " now";
    const model::Value metadata = drafts_[index].live["metadata"];
    PlannedObject& planned = plan_.objects[index];
    planned.change = std::move(change);
    planned.version = objects_[index].object.version();
    planned.uid = metadata["uid"].text();
    planned.resource_version = metadata["resourceVersion"].text();
    drafts_[index].is_done = true;
    drafts_[index].live = {};
    drafts_[index].refusal.reset();
  }

  void judge_refused(std::size_t index) {
    const ClusterAnswer& answer = *drafts_[index].refusal;
    const model::PackedObject& object = objects_[index].object;
    const model::Document body = objects_[index].body_for(drafts_[index].live.root());
    diff::ObjectChange change = diff::three_way(input_of(index, body));
    const std::string excuse = excuse_of(index, answer);
    std::string refusal = excuse.empty() ? explain(answer) : judge_.refusal(objects_[index]);
    plan_.objects[index].judged_locally = !excuse.empty();
    change.message = refusal.empty() ? excuse : std::move(refusal);
    if (change.message != excuse) {
      change.action = diff::Action::skipped;
      change.reason = diff::Reason::failed;
      change.fields.clear();
    }
    const bool is_missing = !drafts_[index].live.present() && answer.code == 404;
    if (excuse.empty() && is_missing) {
      // It may come with another unit: nothing is wrong with the object itself.
      change.action = diff::Action::created;
      change.reason = diff::Reason::change;
      change.message = classify(answer) == AnswerClass::no_kind
                           ? object.gvk().kind + " in " + object.gvk().api_version() +
                                 " is not served, and its definition is not part of this unit"
                           : explain(answer) + ", which is not part of this unit";
    }
    finish(index, std::move(change));
  }

  /// Why the server cannot judge an object although nothing need be wrong with it; empty where it
  /// can.
  [[nodiscard]] std::string excuse_of(std::size_t index, const ClusterAnswer& answer) const {
    const model::PackedObject& object = objects_[index].object;
    const AnswerClass found = classify(answer);
    const auto definition = judge_.definition_position(object.gvk());
    if (found == AnswerClass::no_kind && definition)
      return "judged locally: its definition comes with this unit";
    if (found == AnswerClass::not_found && judge_.brings_namespace(object.id()))
      return "judged locally: its namespace comes with this unit";
    const bool changes = definition && *definition < index &&
                         plan_.objects[*definition].change.action != diff::Action::unchanged;
    if (found == AnswerClass::permanent && changes)
      return "judged locally: its definition changes with this unit";
    return {};
  }

  void add_prune() {
    std::vector<InventoryEntry> obsolete = request_.stored.without(request_.unit.inventory());
    if (obsolete.empty()) return;
    std::reverse(obsolete.begin(), obsolete.end());
    const GuardVerdict guard =
        judge_prune(obsolete, request_.stored.entries.size(), {}, request_.options.prune_limits);
    const bool allowed = guard.allowed || request_.options.prune_approved;
    std::vector<SightingTarget> targets;
    for (const InventoryEntry& entry : obsolete) targets.emplace_back(entry.id, entry.gvk());
    const std::map<model::ObjectId, Sighting> seen = look_up(port_, targets);
    for (const InventoryEntry& entry : obsolete) {
      const auto found = seen.find(entry.id);
      if (found == seen.end() || !found->second.exists()) continue;
      const model::Value metadata = found->second.object["metadata"];
      PlannedObject planned;
      planned.change = {
          entry.id, diff::Action::deleted, diff::Reason::obsolete, allowed ? "" : guard.reason, {}};
      planned.version = entry.version;
      planned.uid = metadata["uid"].text();
      planned.resource_version = metadata["resourceVersion"].text();
      plan_.objects.push_back(std::move(planned));
    }
  }

  ClusterPort& port_;
  LiveState& live_;
  const PlanRequest& request_;
  const std::vector<PreparedObject>& objects_;
  WriteContext context_;
  LocalJudge judge_;
  std::vector<Draft> drafts_;
  std::unordered_map<model::ObjectId, model::Document> last_desired_;
  UnitPlan plan_;
};

}  // namespace

diff::ChangeSet UnitPlan::changes() const {
  diff::ChangeSet set;
  set.objects.reserve(objects.size());
  for (const PlannedObject& object : objects) set.objects.push_back(object.change);
  return set;
}

UnitPlan make_plan(ClusterPort& port, LiveState& live, const model::Clock& clock,
                   const PlanRequest& request) {
  return Planning(port, live, clock, request).run();
}

diff::ChangeSet UnitApplier::plan(const PreparedUnit& unit, const Inventory& stored,
                                  const PassOptions& options) {
  return make_plan(port_, live_, clock_, {unit, stored, options}).changes();
}

}  // namespace reconcile::appliers
