// The fingerprints of all managed objects. Our own writes echo on the watch, before or after the
// answer to the write: events that come while a write is under way are held (only the newest), and
// an event that is not newer than the record, or of another version of the kind, is stale. Tests:
// test/appliers/apply/live_state_test.cpp.
#include "reconcile/appliers/live_state.hpp"

#include <algorithm>

#include "appliers/apply/live_records.hpp"
#include "reconcile/diff/body_digest.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::appliers {

namespace {

model::ObjectId id_of(const model::Gvk& gvk, model::Value object) {
  return {gvk.group, gvk.kind, std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text())};
}

/// Zero where it is not known. Secrets have none: it is not keyed.
model::Hash128 body_of(const model::Gvk& gvk, std::string_view json) {
  if (json.empty() || gvk.kind == "Secret") return {};
  return diff::body_digest(json).value_or(model::Hash128{});
}

}  // namespace

LiveState::LiveState(std::string secret_key, const model::Clock& clock)
    : state_(std::make_unique<State>(
          secret_key.empty() ? model::random_bytes(32) : std::move(secret_key), clock)) {
}

LiveState::~LiveState() = default;

const std::string& LiveState::secret_key() const noexcept {
  return state_->secret_key;
}

Observation LiveState::observe(WatchEventType type, const model::Gvk& gvk, model::Value object,
                               std::string_view json) {
  const model::ObjectId id = id_of(gvk, object);
  const std::uint64_t version = diff::resource_version(object);
  {
    const std::lock_guard lock(state_->mutex);
    if (auto known = state_->observe_unread(type, gvk.version, id, version))
      return *std::move(known);
  }
  const auto expressions = state_->expressions_of(id);
  const model::Hash128 body = body_of(gvk, json);
  const std::optional<diff::Fingerprint> unchanged = state_->fold_unchanged(id, body, version);
  Seen seen{type,
            unchanged ? *unchanged : state_->fold(id, object),
            type == WatchEventType::deleted ? Health{HealthState::not_found, "deleted"}
                                            : assess_health(gvk, object, expressions.get()),
            type == WatchEventType::deleted ? ObjectPolicy{} : read_policy(object),
            {},
            {}};
  Observation result;
  const std::lock_guard lock(state_->mutex);
  if (const auto writing = state_->held.find(id); writing != state_->held.end()) {
    seen.status = OldStatuses::digest_of(object);
    writing->second.note(gvk.version, seen);
    result.verdict = LiveVerdict::pending;
  }
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return result;
  State::Record& record = found->second;
  result.unit = record.owner->first;
  if (result.verdict == LiveVerdict::pending) {
    result.health = state_->health_of(*found);
    return result;
  }
  seen.body = body;
  result.known_to_differ = record.drifted;
  result.known_version = record.fingerprint.resource_version;
  result.verdict = State::counts(type, gvk.version, *record.version)
                       ? judge(record.fingerprint, seen)
                       : LiveVerdict::stale;
  if (result.verdict != LiveVerdict::stale) {
    const Health before = state_->health_of(*found);
    if (state_->old_statuses.contains(id))
      state_->old_statuses.see(id, OldStatuses::digest_of(object));
    result.policy_changed = state_->set_policy(id, seen.policy);
    result.drift_ended = record.drifted && result.verdict == LiveVerdict::equal;
    State::move_on(record, seen, result.verdict);
    result.health_changed = before != state_->health_of(*found);
  }
  result.health = state_->health_of(*found);
  return result;
}

bool LiveState::observe_stranger(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  if (state_->records.contains(id)) return false;
  return state_->observe_unread(WatchEventType::added, {}, id, 0).has_value();
}

void LiveState::mark_missing(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return;
  State::mark_drifted(found->second);
  found->second.health = {HealthState::not_found, "not found"};
}

void LiveState::mark_drifted(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->records.find(id); found != state_->records.end())
    State::mark_drifted(found->second);
}

void LiveState::begin_write(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  ++state_->held[id].writes;
}

LiveVerdict LiveState::end_write(const UnitKey& unit, const model::Gvk& gvk, model::Hash128 desired,
                                 model::Value object, std::int64_t generation_before) {
  const Health health = assess_health(gvk, object, state_->expressions_of(unit).get());
  const model::ObjectId id = id_of(gvk, object);
  LiveRecord record{unit, id, gvk, desired, state_->fold(id, object), health, false};
  const ObjectPolicy policy = read_policy(object);
  const bool may_be_old = status_may_be_old(gvk, object);
  const std::lock_guard lock(state_->mutex);
  const auto known = state_->records.find(id);
  if (known != state_->records.end() && known->second.fingerprint.uid == record.fingerprint.uid)
    generation_before = known->second.fingerprint.generation;
  if (may_be_old && generation_before != 0 && generation_before < record.fingerprint.generation)
    state_->old_statuses.add(id, OldStatuses::digest_of(object),
                             state_->clock.steady_now() + status_grace);
  state_->put(std::move(record));
  state_->set_policy(id, policy);
  return state_->release(id);
}

LiveVerdict LiveState::abort_write(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  return state_->release(id);
}

bool LiveState::begin_revert(const UnitKey& unit, const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found == state_->records.end() || found->second.owner->first != unit) return false;
  ++state_->held[id].writes;
  return true;
}

bool LiveState::await_writes(const model::ObjectId& id, std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(state_->mutex);
  return state_->write_ended.wait_until(lock, end, [&] { return !state_->held.contains(id); });
}

void LiveState::adopt(const UnitKey& unit, const model::Gvk& gvk, model::Hash128 desired,
                      model::Value live, const std::optional<Health>& health) {
  const Health known =
      health ? *health : assess_health(gvk, live, state_->expressions_of(unit).get());
  const model::ObjectId id = id_of(gvk, live);
  LiveRecord record{unit, id, gvk, desired, state_->fold(id, live), known, false};
  const ObjectPolicy policy = read_policy(live);
  const std::lock_guard lock(state_->mutex);
  state_->put(std::move(record));
  state_->set_policy(id, policy);
}

std::vector<LiveRecord> LiveState::set_health_expressions(
    const UnitKey& unit, std::shared_ptr<const HealthExpressions> expressions) {
  std::vector<LiveRecord> unknown;
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->expressions.find(unit);
  const std::shared_ptr<const HealthExpressions> before =
      found == state_->expressions.end() ? nullptr : found->second;
  if (before == expressions) return unknown;
  for (State::Entry* entry : state_->entries_of(unit)) {
    const model::Gvk gvk = State::gvk_of(*entry);
    const bool judged = (before != nullptr && before->supports(gvk)) ||
                        (expressions != nullptr && expressions->supports(gvk));
    Health& health = entry->second.health;
    if (!judged || health.state == HealthState::not_found) continue;
    health = {HealthState::unknown, "not looked at since its expressions changed"};
    unknown.push_back(state_->shown(*entry));
  }
  if (expressions == nullptr)
    state_->expressions.erase(unit);
  else
    state_->expressions[unit] = std::move(expressions);
  return unknown;
}

void LiveState::reassess(const model::ObjectId& id, model::Value live) {
  const std::optional<LiveRecord> known = find(id);
  if (!known) return;
  const Health health = assess_health(known->gvk, live, state_->expressions_of(known->unit).get());
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found != state_->records.end()) found->second.health = health;
}

void LiveState::forget(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  // It may be there still, with our labels: then no event tells of it again.
  if (state_->records.contains(id)) state_->strangers.insert(std::hash<model::ObjectId>()(id));
  state_->remove(id);
  state_->policies.erase(id);
  state_->fields.erase(id);
  state_->old_statuses.forget(id);
}

void LiveState::set_left_fields(const model::ObjectId& id, const diff::LeftFields& left,
                                std::string empty_lists) {
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->records.find(id); found != state_->records.end())
    found->second.body = {};
  if (left != nullptr || !empty_lists.empty())
    state_->fields[id] = {left, std::move(empty_lists)};
  else if (!state_->fields.empty())
    state_->fields.erase(id);
}

ObjectPolicy LiveState::policy_of(const model::ObjectId& id) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->policies.find(id);
  return found == state_->policies.end() ? ObjectPolicy{} : found->second;
}

std::map<model::ObjectId, ObjectPolicy> LiveState::policies_of(const UnitKey& unit) const {
  std::map<model::ObjectId, ObjectPolicy> result;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [id, policy] : state_->policies) {
    const auto record = state_->records.find(id);
    if (record != state_->records.end() && record->second.owner->first == unit)
      result.emplace(id, policy);
  }
  return result;
}

void LiveState::set_label_watched(const model::Gvk& gvk, const std::string& label, bool watched) {
  const std::lock_guard lock(state_->mutex);
  if (watched)
    state_->watched.emplace(gvk, label);
  else
    state_->watched.erase({gvk, label});
}

bool LiveState::may_carry_label(const std::string& label, const model::Gvk& gvk,
                                const model::ObjectId& id) const {
  const std::lock_guard lock(state_->mutex);
  return !state_->watched.contains({gvk, label}) ||
         state_->strangers.contains(std::hash<model::ObjectId>()(id)) ||
         state_->records.contains(id);
}

void LiveState::forget_versions(const model::Gvk& gvk) {
  const std::lock_guard lock(state_->mutex);
  for (auto& [id, record] : state_->records)
    if (id.kind == gvk.kind && id.group == gvk.group && *record.version == gvk.version)
      record.fingerprint.resource_version = 0;
}

std::optional<LiveRecord> LiveState::find(const model::ObjectId& id) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return std::nullopt;
  return state_->shown(*found);
}

bool LiveState::is_settled(const UnitKey& unit, const model::ObjectId& id,
                           model::Hash128 desired) const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_settled(unit, id, desired);
}

bool LiveState::is_settled(const PreparedUnit& unit) const {
  const std::lock_guard lock(state_->mutex);
  const auto owner = state_->units.find(unit.unit);
  if (owner == state_->units.end()) return unit.objects.empty();
  if (owner->second.settled == unit.digest) return true;
  const bool settled =
      std::all_of(unit.objects.begin(), unit.objects.end(), [&](const PreparedObject& object) {
        return state_->is_settled(unit.unit, object.object.id(), object.digest);
      });
  if (settled) owner->second.settled = unit.digest;
  return settled;
}

std::vector<LiveRecord> LiveState::records_of(const UnitKey& unit) const {
  std::vector<LiveRecord> result;
  {
    const std::lock_guard lock(state_->mutex);
    const std::vector<State::Entry*>& entries = state_->entries_of(unit);
    result.reserve(entries.size());
    for (const State::Entry* entry : entries) result.push_back(state_->shown(*entry));
  }
  std::sort(result.begin(), result.end(),
            [](const LiveRecord& left, const LiveRecord& right) { return left.id < right.id; });
  return result;
}

LiveSummary LiveState::summary_of(const UnitKey& unit) const {
  LiveSummary result;
  bool all_current = true;
  {
    const std::lock_guard lock(state_->mutex);
    for (const State::Entry* entry : state_->entries_of(unit)) {
      ++result.objects;
      all_current = all_current && state_->health_of(*entry).state == HealthState::current;
      if (entry->second.drifted && (!result.drifted || entry->first < *result.drifted))
        result.drifted = entry->first;
    }
  }
  result.health =
      all_current ? Health{HealthState::current, {}} : summarize_health(records_of(unit));
  return result;
}

std::vector<model::ObjectId> LiveState::autoscaled_of(const UnitKey& unit) const {
  std::vector<model::ObjectId> result;
  const std::lock_guard lock(state_->mutex);
  for (const State::Entry* entry : state_->entries_of(unit))
    if (entry->second.fingerprint.autoscaled) result.push_back(entry->first);
  return result;
}

std::size_t LiveState::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->records.size();
}

}  // namespace reconcile::appliers
