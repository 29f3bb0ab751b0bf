#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "appliers/apply/expecting_port.hpp"
#include "appliers/apply/object_request.hpp"
#include "appliers/apply/stage_run.hpp"
#include "appliers/apply/unit_pass.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::appliers {

namespace {

/// The state of the server as a sighting, from a watch event or a GET.
Sighting sighting_of(model::Document object) {
  Sighting sighting;
  sighting.owner = owner_of(object.root());
  sighting.object = std::move(object);
  return sighting;
}

/// Why an object that drifted is not written.
diff::Reason reason_of(Decision::Kind kind) {
  switch (kind) {
    case Decision::Kind::pause:
      return diff::Reason::held;
    case Decision::Kind::leave:
      return diff::Reason::drift;
    case Decision::Kind::refuse:
      return diff::Reason::refused;
    default:
      return diff::Reason::disabled;
  }
}

/// Holds an object's events, and passes that would prune it or take it over.
class RevertHold {
 public:
  RevertHold(LiveState& live, const UnitKey& unit, const model::ObjectId& id)
      : live_(live), id_(id), is_ours_(live.begin_revert(unit, id)) {}
  ~RevertHold() {
    if (is_ours_) live_.abort_write(id_);
  }
  RevertHold(const RevertHold&) = delete;
  RevertHold& operator=(const RevertHold&) = delete;

  [[nodiscard]] bool is_ours() const noexcept { return is_ours_; }

 private:
  LiveState& live_;
  const model::ObjectId& id_;
  bool is_ours_;
};

/// Whether our entry lost nothing but fields that are left to others since the last apply.
bool keeps_the_rest(const LiveState& state, const PreparedObject& object, model::Value live) {
  const auto record = state.find(object.object.id());
  if (!record) return false;
  diff::FoldOptions options;
  options.secret_key = state.secret_key();
  options.left = *object.left;
  const diff::Fingerprint now = diff::fold(live, options);
  return now.entry == record->fingerprint.entry && now.uid == record->fingerprint.uid;
}

/// What a revert makes of one state of an object.
struct RevertPlan {
  diff::ObjectChange change;
  Decision decision;
  bool adopts = false;  ///< nothing is to be written: the object counts as it is
};

RevertPlan plan_revert(const PreparedObject& object, model::Value live,
                       const WriteContext& context) {
  const model::Document body = object.body_for(live);
  diff::ThreeWayInput input;
  input.desired = body.root();
  input.live = live;
  input.desired_since = diff::DesiredSince::same;
  RevertPlan plan;
  plan.change = diff::three_way(input);
  // What admission made of our last apply, it makes of the next one too.
  std::erase_if(plan.change.fields, [](const diff::FieldChange& field) {
    return field.reason == diff::Reason::admission;
  });
  const Sighting sighting = sighting_of(model::Document(nullptr, live));
  plan.decision = decide(object, context, {}, live.present() ? &sighting : nullptr, true);
  if (!live.present()) return plan;
  plan.adopts = plan.decision.kind == Decision::Kind::skip;
  if (object.left == nullptr || !plan.decision.message.empty()) return plan;
  plan.decision.start.whole = model::Document(nullptr, live);
  // Another may have taken a field that is left to it.
  plan.adopts = plan.change.action == diff::Action::unchanged ||
                (plan.change.fields.empty() && keeps_the_rest(context.live, object, live));
  return plan;
}

}  // namespace

std::vector<std::string> PassOptions::default_take_over_managers() {
  // Never kubectl-rollout, kubectl-edit, kubectl-patch: merging those removes `restartedAt` and
  // restarts pods (flux2 #2526).
  return {"kubectl-client-side-apply", "kubectl-create",  "before-first-apply", "helm",
          "kustomize-controller",      "helm-controller", "argocd-controller"};
}

bool PassResult::awaits_owners() const noexcept {
  return !ok() && std::all_of(failures.begin(), failures.end(), [](const ObjectFailure& failure) {
    return failure.owner && failure.answer == AnswerClass::retry;
  });
}

UnitApplier::UnitApplier(ClusterPort& port, LiveState& live, const model::Clock& clock)
    : port_(port), live_(live), clock_(clock) {
}

PassResult UnitApplier::apply(const PreparedUnit& unit, InventoryStore& inventory,
                              const PassOptions& options, const UnitNeighbours& neighbours) {
  if (!options.observe_only && options.only != nullptr) {
    ExpectingPort expecting(port_, *options.only);
    return UnitPass(expecting, live_, clock_, unit, inventory, options, neighbours).run();
  }
  if (!options.observe_only)
    return UnitPass(port_, live_, clock_, unit, inventory, options, neighbours).run();
  PassResult result;
  result.inventory = inventory.load();
  result.changes = plan(unit, result.inventory, options);
  result.warnings = unit.warnings;
  for (diff::ObjectChange& change : result.changes.objects) {
    if (change.action == diff::Action::unchanged || change.action == diff::Action::skipped)
      continue;
    change.message = "would be " + std::string(to_string(change.action)) + ": observe only";
    change.action = diff::Action::skipped;
    change.reason = diff::Reason::held;
  }
  return result;
}

diff::ObjectChange UnitApplier::revert(const PreparedUnit& unit, const PreparedObject& object,
                                       model::Value live, const PassOptions& options,
                                       const std::function<bool()>& is_wanted) {
  const model::ObjectId& id = object.object.id();
  const RevertHold hold(live_, unit.unit, id);
  if (!hold.is_ours() || (is_wanted && !is_wanted()))
    return {
        id, diff::Action::skipped, diff::Reason::handed_over, "it is not this unit's any more", {}};
  live_.set_left_fields(id, object.left, object.empty_lists);
  live_.mark_drifted(id);
  const WriteContext context{unit.unit, options, live_, clock_, false};
  model::Document read;
  const auto look = [&] {
    const ClusterAnswer answer = send(port_, object_request(object, Verb::get));
    if (!answer.ok() && answer.code != 404)
      throw model::Error(model::ErrorCode::unavailable, "look at it: " + explain(answer));
    read = answer.ok() ? answer.object : model::Document();
    return read.root();
  };
  const bool was_seen = live.present();
  if (!was_seen) live = look();
  RevertPlan plan = plan_revert(object, live, context);
  // The event may be old, and newer ones counted as this drift: none tells of them again.
  if (plan.adopts && was_seen) {
    live = look();
    plan = plan_revert(object, live, context);
  }
  if (plan.adopts) live_.adopt(unit.unit, object.object.gvk(), object.digest, live);
  diff::ObjectChange& planned = plan.change;
  const Decision& decision = plan.decision;
  if (!decision.message.empty()) {
    planned.action = diff::Action::skipped;
    planned.reason = reason_of(decision.kind);
    planned.message = decision.message;
    return planned;
  }
  if (plan.adopts) {
    planned.action = diff::Action::unchanged;
    planned.reason = diff::Reason::none;
    return planned;
  }
  if (options.observe_only) {
    planned.message = "would be " + std::string(to_string(planned.action)) + ": observe only";
    planned.action = diff::Action::skipped;
    return planned;
  }
  PassResult result;
  run_stage(port_, {&decision}, context, result);
  diff::ObjectChange done = std::move(result.changes.objects.front());
  if (done.action != diff::Action::skipped && done.action != diff::Action::unchanged) {
    done.reason = planned.reason == diff::Reason::none ? diff::Reason::drift : planned.reason;
    done.fields = std::move(planned.fields);
  }
  return done;
}

PruneResult UnitApplier::remove_all(InventoryStore& inventory, const UnitKey& unit,
                                    const PassOptions& options, const UnitNeighbours& neighbours) {
  PreparedUnit nothing;
  nothing.unit = unit;
  const PassResult pass =
      UnitPass(port_, live_, clock_, nothing, inventory, options, neighbours).run();
  PruneResult result;
  result.changes = pass.changes.objects;
  result.guard = pass.prune_guard;
  result.paused = pass.paused;
  result.failed = !pass.ok();
  // A unit that goes waits for no other.
  std::unordered_set<model::ObjectId> handed_over;
  for (const diff::ObjectChange& change : result.changes) {
    if (change.reason != diff::Reason::handed_over) continue;
    handed_over.insert(change.id);
    if (const auto record = live_.find(change.id); record && record->unit == unit)
      live_.forget(change.id);
  }
  std::copy_if(pass.inventory.entries.begin(), pass.inventory.entries.end(),
               std::back_inserter(result.remaining),
               [&](const InventoryEntry& entry) { return !handed_over.contains(entry.id); });
  if (result.remaining.empty()) inventory.remove();
  return result;
}

}  // namespace reconcile::appliers
