// One pass of a unit. The order is what makes a crash harmless: nothing is written before the
// inventory names it, and nothing leaves the inventory before it is deleted. Tests:
// test/appliers/apply/unit_pass_test.cpp.
#include "appliers/apply/unit_pass.hpp"

#include <algorithm>
#include <unordered_set>

#include "appliers/apply/expecting_port.hpp"

#include "appliers/apply/rehearsal.hpp"
#include "appliers/apply/restart_drift.hpp"
#include "appliers/apply/unwatched_objects.hpp"

namespace reconcile::appliers {

UnitPass::UnitPass(ClusterPort& port, LiveState& live, const model::Clock& clock,
                   const PreparedUnit& unit, InventoryStore& inventory, const PassOptions& options,
                   const UnitNeighbours& neighbours)
    : port_(port),
      unit_(unit),
      inventory_(inventory),
      options_(options),
      neighbours_(neighbours),
      live_(live),
      context_{unit.unit, options, live, clock, false} {
}

PassResult UnitPass::run() {
  result_.warnings = unit_.warnings;
  const std::size_t writes_before = inventory_.writes();
  if (!options_.unwatched.empty()) look_at_unwatched(port_, live_, unit_, options_.unwatched);
  if (options_.only == nullptr && inventory_.holds(unit_.inventory_digest) &&
      live_.is_settled(unit_)) {
    result_.settled = true;
    result_.pruned = true;
    result_.requests = port_.requests();
    return std::move(result_);
  }
  wanted_ = unit_.inventory();
  old_ = inventory_.load();
  decide_all();
  if (options_.atomic && !rehearse_all()) {
    result_.inventory = old_;
    result_.requests = port_.requests();
    return std::move(result_);
  }
  inventory_.save(old_.united_with(wanted_));
  apply_stages();
  finish();
  result_.requests = port_.requests() + inventory_.writes() - writes_before;
  return std::move(result_);
}

void UnitPass::decide_all() {
  std::vector<SightingTarget> targets;
  for (const PreparedObject& object : unit_.objects) {
    live_.set_left_fields(object.object.id(), object.left, object.empty_lists);
    if (!live_.find(object.object.id()))
      targets.emplace_back(object.object.id(), object.object.gvk());
  }
  SightingOptions looks;
  looks.label = unit_.unit.name_label().first;
  looks.may_carry_label = [&](const model::Gvk& gvk, const model::ObjectId& id) {
    return live_.may_carry_label(looks.label, gvk, id);
  };
  const std::map<model::ObjectId, Sighting> sightings = look_up(port_, targets, looks);
  std::unordered_set<model::ObjectId> owned;
  for (const InventoryEntry& entry : old_.entries) owned.insert(entry.id);
  decisions_.reserve(unit_.objects.size());
  for (const PreparedObject& object : unit_.objects) {
    const model::ObjectId& id = object.object.id();
    const auto seen = sightings.find(id);
    decisions_.push_back(decide(object, context_, neighbours_,
                                seen == sightings.end() ? nullptr : &seen->second,
                                owned.contains(id)));
    Decision& decision = decisions_.back();
    if (decision.kind == Decision::Kind::write && decision.former_unit && !await_reverts(id)) {
      decision.kind = Decision::Kind::refuse;
      decision.awaits_owner = true;
      decision.message = "is still being written for " + decision.former_unit->display();
    }
    if (decision.kind == Decision::Kind::write && id.kind == "CustomResourceDefinition")
      context_.definitions_change = true;
    if (decision.kind == Decision::Kind::refuse)
      std::erase_if(wanted_.entries, [&](const InventoryEntry& entry) { return entry.id == id; });
  }
  if (options_.only != nullptr)
    for (Decision& decision : decisions_) keep_to(*options_.only, decision);
  if (options_.only != nullptr || !options_.applied_before) return;
  std::vector<Decision*> restarted;
  for (Decision& decision : decisions_)
    if (decision.kind == Decision::Kind::write && decision.drift_mode != DriftMode::revert &&
        decision.live.present() && owned.contains(decision.object->object.id()))
      restarted.push_back(&decision);
  if (!restarted.empty()) judge_restarted(port_, restarted, context_);
}

bool UnitPass::await_reverts(const model::ObjectId& id) {
  if (!reverts_end_) reverts_end_ = std::chrono::steady_clock::now() + options_.revert_wait_max;
  return live_.await_writes(id, *reverts_end_);
}

bool UnitPass::rehearse_all() {
  std::vector<const Decision*> writes;
  for (const Decision& decision : decisions_)
    if (decision.kind == Decision::Kind::write) writes.push_back(&decision);
  result_.failures = rehearse(port_, writes, context_);
  if (result_.ok()) return true;
  for (const Decision* write : writes) {
    const model::ObjectId& id = write->object->object.id();
    diff::ObjectChange change{id,
                              diff::Action::skipped,
                              diff::Reason::stage_failed,
                              "another object of the atomic unit would fail",
                              {}};
    for (const ObjectFailure& failure : result_.failures) {
      if (failure.id != id) continue;
      change.reason = diff::Reason::failed;
      change.message = failure.message;
    }
    result_.changes.objects.push_back(std::move(change));
  }
  return false;
}

void UnitPass::apply_stages() {
  bool blocked = false;
  for (std::size_t begin = 0; begin < decisions_.size();) {
    const Stage stage = stage_of(decisions_[begin].object->object.id(), unit_.stages);
    std::size_t end = begin;
    while (end < decisions_.size() &&
           stage_of(decisions_[end].object->object.id(), unit_.stages) == stage)
      ++end;
    apply_stage(begin, end, blocked);
    if (stage == Stage::definitions && context_.definitions_change) port_.forget_kinds();
    blocked = blocked || !result_.ok();
    begin = end;
  }
}

void UnitPass::apply_stage(std::size_t begin, std::size_t end, bool blocked) {
  std::vector<const Decision*> writes;
  for (std::size_t i = begin; i < end; ++i) {
    const Decision& decision = decisions_[i];
    diff::ObjectChange change{decision.object->object.id(),
                              diff::Action::skipped,
                              diff::Reason::none,
                              decision.message,
                              {}};
    switch (decision.kind) {
      case Decision::Kind::settled:
        change.action = diff::Action::unchanged;
        break;
      case Decision::Kind::skip:
        change.reason = diff::Reason::disabled;
        settle_skipped(decision);
        break;
      case Decision::Kind::refuse:
        change.reason = decision.awaits_owner ? diff::Reason::held : diff::Reason::refused;
        result_.failures.push_back(
            {change.id, decision.awaits_owner ? AnswerClass::retry : AnswerClass::permanent,
             change.message, decision.former_unit});
        break;
      case Decision::Kind::pause:
        change.reason = diff::Reason::held;
        if (decision.pause) result_.paused.emplace(change.id, *decision.pause);
        break;
      case Decision::Kind::leave:
        change.reason = diff::Reason::drift;
        break;
      case Decision::Kind::ignore:
        change.reason = diff::Reason::disabled;
        break;
      case Decision::Kind::write:
        if (!blocked) {
          writes.push_back(&decision);
          continue;
        }
        change.reason = diff::Reason::stage_failed;
        change.message = "an earlier stage failed";
        break;
    }
    result_.changes.objects.push_back(std::move(change));
  }
  if (!writes.empty()) run_stage(port_, writes, context_, result_);
}

/// A skipped object is recorded as it is, so that the next pass needs no look at it.
void UnitPass::settle_skipped(const Decision& decision) {
  const PreparedObject& object = *decision.object;
  if (!decision.live.present() && live_.find(object.object.id())) return;
  const model::Document stands = decision.live.present() ? decision.live : object.object.document();
  live_.adopt(unit_.unit, object.object.gvk(), object.digest, stands.root(),
              Health{HealthState::current, {}});
}

void UnitPass::finish() {
  const std::vector<InventoryEntry> obsolete = old_.without(wanted_);
  // Where nothing is obsolete there is nothing to wait for.
  if (!obsolete.empty() && options_.prune && neighbours_.prune_wait)
    result_.prune_wait = neighbours_.prune_wait();
  const bool prunes_wait = !result_.prune_wait.empty();
  if (result_.ok() && !prunes_wait && options_.prune) await_reverts_of(obsolete);
  if (!result_.ok() || prunes_wait || (!options_.prune && !obsolete.empty())) {
    // Without spec.prune what is no longer rendered is let go, as Flux does; an error keeps
    // everything.
    const bool let_go = result_.ok() && !prunes_wait;
    result_.inventory = let_go ? wanted_ : old_.united_with(wanted_);
    if (!let_go) return;
    inventory_.save(wanted_);
    forget_all(obsolete);
    return;
  }
  result_.pruned = true;
  Inventory next = wanted_;
  if (!obsolete.empty()) {
    PruneResult pruned = prune(port_, prune_request(obsolete));
    result_.prune_guard = pruned.guard;
    result_.pruned =
        pruned.guard.allowed && !pruned.failed && !pruned.awaits_others && pruned.paused.empty();
    result_.prune_failed = pruned.failed;
    if (pruned.awaits_others) result_.prune_wait = "another unit is to apply what moved to it";
    take_prune(pruned);
    Inventory remaining;
    remaining.entries = std::move(pruned.remaining);
    forget_all(old_.without(wanted_.united_with(remaining)));
    next = remaining.united_with(wanted_);
  }
  inventory_.save(next);
  result_.inventory = std::move(next);
}

void UnitPass::await_reverts_of(const std::vector<InventoryEntry>& obsolete) {
  for (const InventoryEntry& entry : obsolete) {
    // The unit that takes it over waits itself.
    if (neighbours_.any_other_renders && neighbours_.any_other_renders(entry.id)) continue;
    if (!await_reverts(entry.id))
      result_.failures.push_back(
          {entry.id, AnswerClass::retry, "a revert of it is still on its way"});
  }
}

PruneRequest UnitPass::prune_request(std::vector<InventoryEntry> obsolete) const {
  PruneRequest request;
  request.unit = unit_.unit;
  request.inventory_size = old_.entries.size();
  request.obsolete = std::move(obsolete);
  request.approved = options_.prune_approved;
  request.limits = options_.prune_limits;
  request.in_flight_max = options_.in_flight_max;
  request.now = context_.clock.wall_now();
  request.is_wanted_elsewhere = neighbours_.any_other_renders;
  request.weight = neighbours_.weight;
  request.known_unit = [this](const model::ObjectId& id) {
    const auto record = live_.find(id);
    return record ? std::optional(record->unit) : std::nullopt;
  };
  request.known_uid = [this](const model::ObjectId& id) {
    const auto record = live_.find(id);
    return record ? record->fingerprint.uid.text() : std::string();
  };
  return request;
}

void UnitPass::take_prune(const PruneResult& pruned) {
  result_.paused.insert(pruned.paused.begin(), pruned.paused.end());
  for (const diff::ObjectChange& change : pruned.changes) {
    result_.changes.objects.push_back(change);
    if (change.reason == diff::Reason::failed)
      result_.failures.push_back({change.id, AnswerClass::permanent, change.message});
    if (change.action == diff::Action::deleted && neighbours_.on_deleted)
      neighbours_.on_deleted(change.id);
  }
}

void UnitPass::forget_all(const std::vector<InventoryEntry>& entries) {
  for (const InventoryEntry& entry : entries) {
    const auto record = live_.find(entry.id);
    if (record && record->unit == unit_.unit) live_.forget(entry.id);
  }
}

}  // namespace reconcile::appliers
