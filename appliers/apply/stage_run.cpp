#include "appliers/apply/stage_run.hpp"

#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/diff/fingerprint.hpp"

namespace reconcile::appliers {

namespace {

/// Why desired or live forbid a write; empty where neither does.
std::string_view forbidden(std::uint8_t desired, std::uint8_t live, bool exists) {
  const auto both = static_cast<std::uint8_t>(desired | live);
  if ((both & diff::reconcile_disabled) != 0) return "reconcile: disabled";
  if ((both & diff::ssa_ignore) != 0) return "ssa: Ignore";
  if ((desired & diff::ssa_if_not_present) != 0 && exists) return "ssa: IfNotPresent";
  return {};
}

void start_from_record(const LiveRecord& record, model::Hash128 desired, WriteStart& start) {
  start.exists = record.health.state != HealthState::not_found;
  start.resource_version =
      start.exists && !record.drifted ? record.fingerprint.resource_version : 0;
  start.live_flags = record.fingerprint.flags;
  start.reads_first = start.exists && record.fingerprint.shares_fields;
  if (record.desired == desired)
    start.reason = start.exists ? diff::Reason::drift : diff::Reason::gone;
}

/// `in_inventory` alone does not tell that the object was applied: a pass may have ended before.
void start_from_sighting(const Sighting& sighting, bool in_inventory, std::uint8_t desired_flags,
                         WriteStart& start) {
  const diff::Fingerprint seen = diff::fold(sighting.object.root());
  start.exists = true;
  start.seen = sighting.object;
  start.resource_version = seen.resource_version;
  start.live_flags = seen.flags;
  const bool enters = !in_inventory || !seen.has_entry();
  if (enters && (desired_flags & diff::ssa_merge) == 0) start.take_over_of = sighting.object;
}

/// Whether it is the object of a unit.
bool is_unit(const model::ObjectId& id) {
  const auto is = [&id](UnitKind kind) {
    return id.kind == to_string(kind) && id.group == UnitKey{kind, {}, {}}.label_group();
  };
  return is(UnitKind::kustomization) || is(UnitKind::helm_release);
}

/// Decides about an object that may be written: whether it is written now. `live` is what the
/// server's object says; it goes before what Git says, since a person writes it in an incident.
void heed_policies(const PreparedObject& object, const WriteContext& context,
                   const ObjectPolicy& live, Decision& decision) {
  const ObjectPolicy desired = object.policy == nullptr ? ObjectPolicy() : *object.policy;
  const model::WallTime now = context.clock.wall_now();
  const Pause* pause = live.paused(now);
  // Of a unit, Git pauses what it applies: its object has to come to say so.
  if (pause == nullptr && !is_unit(object.object.id())) pause = desired.paused(now);
  if (pause != nullptr) {
    decision.kind = Decision::Kind::pause;
    decision.pause = *pause;
    decision.message = "paused " + pause->display();
    return;
  }
  const DriftMode mode = live.drift.value_or(desired.drift.value_or(context.options.drift_mode));
  decision.drift_mode = mode;
  if (mode == DriftMode::revert) return;
  const auto record = context.live.find(object.object.id());
  if (!record || record->desired != object.digest || !record->drifted) return;
  decision.kind = mode == DriftMode::warn ? Decision::Kind::leave : Decision::Kind::ignore;
  decision.message = drift_left_message(mode);
}

}  // namespace

Decision decide(const PreparedObject& object, const WriteContext& context,
                const UnitNeighbours& neighbours, const Sighting* sighting, bool in_inventory) {
  Decision decision;
  decision.object = &object;
  const model::ObjectId& id = object.object.id();
  if (context.live.is_settled(context.unit, id, object.digest)) {
    decision.kind = Decision::Kind::settled;
    return decision;
  }
  std::optional<UnitKey> owner;
  if (sighting != nullptr && sighting->exists()) {
    start_from_sighting(*sighting, in_inventory, object.flags, decision.start);
    owner = sighting->owner;
    decision.live = sighting->object;
    decision.start.reads_first =
        object.left != nullptr && diff::may_be_left(sighting->object.root(), *object.left);
  } else if (const auto record = context.live.find(id); record && sighting == nullptr) {
    start_from_record(*record, object.digest, decision.start);
    owner = record->unit;
  }
  if (owner && owner != context.unit) decision.former_unit = owner;
  if (decision.former_unit && neighbours.claim) {
    const OwnerClaim claim = neighbours.claim(*owner, id);
    if (claim != OwnerClaim::none) decision.kind = Decision::Kind::refuse;
    decision.awaits_owner = claim == OwnerClaim::open;
    if (decision.awaits_owner)
      decision.message = "belongs to " + owner->display() + ", which may be about to let go of it";
    else if (claim == OwnerClaim::stands)
      decision.message = "belongs to " + owner->display() + ", which still renders it; " +
                         context.unit.display() + " may not take it";
    if (claim != OwnerClaim::none) return decision;
  }
  decision.message = forbidden(object.flags, decision.start.live_flags, decision.start.exists);
  if (!decision.message.empty()) {
    decision.kind = Decision::Kind::skip;
  } else {
    const bool seen = sighting != nullptr && sighting->exists();
    heed_policies(object, context,
                  seen ? read_policy(sighting->object.root()) : context.live.policy_of(id),
                  decision);
  }
  const Stage stage = stage_of(id);
  // Classes are not awaited: what accepts a class may be applied by a later stage of this unit.
  decision.start.wait_until_current = stage == Stage::definitions;
  return decision;
}

std::string drift_left_message(DriftMode mode) {
  return "drift is not reverted (driftDetection: " + std::string(to_string(mode)) + ")";
}

void run_stage(ClusterPort& port, const std::vector<const Decision*>& decisions,
               const WriteContext& context, PassResult& result) {
  std::vector<std::unique_ptr<ObjectWrite>> writes(decisions.size());
  port.exchange(
      decisions.size(), context.options.in_flight_max,
      [&](std::size_t index) {
        const Decision& decision = *decisions[index];
        writes[index] = std::make_unique<ObjectWrite>(*decision.object, decision.start, context);
        return writes[index]->begin();
      },
      [&](std::size_t index, ClusterAnswer answer) {
        return writes[index]->on_answer(std::move(answer));
      });
  for (const auto& write : writes) {
    result.changes.objects.push_back(write->change());
    if (write->failure()) result.failures.push_back(*write->failure());
    if (write->drifted_meanwhile()) result.drifted_meanwhile.push_back(write->change().id);
  }
}

}  // namespace reconcile::appliers
