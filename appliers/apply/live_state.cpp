// The fingerprints of all managed objects. Our own writes echo on the watch, before or after the
// answer to the write: events that come while a write is under way are held (only the newest), and
// an event that is not newer than the record is stale. Tests:
// test/appliers/apply/live_state_test.cpp.
#include "reconcile/appliers/live_state.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "appliers/apply/live_verdict.hpp"
#include "appliers/apply/old_statuses.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::appliers {

namespace {

model::ObjectId id_of(const model::Gvk& gvk, model::Value object) {
  return {gvk.group, gvk.kind, std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text())};
}

}  // namespace

struct LiveState::State {
  struct Held {
    std::size_t writes = 0;
    std::optional<Seen> newest;
  };

  State(std::string key, const model::Clock& given) : secret_key(std::move(key)), clock(given) {}

  std::string secret_key;
  const model::Clock& clock;
  mutable std::mutex mutex;
  std::unordered_map<model::ObjectId, LiveRecord> records;
  std::unordered_map<UnitKey, std::set<const model::ObjectId*>> by_unit;
  std::unordered_map<model::ObjectId, Held> held;
  /// Of the recorded objects whose annotations say something.
  std::unordered_map<model::ObjectId, ObjectPolicy> policies;
  /// Fields that are left to others and places of empty lists, of the objects that have some.
  std::unordered_map<model::ObjectId, std::pair<diff::LeftFields, std::string>> fields;
  OldStatuses old_statuses;
  /// Of the units that have some.
  std::unordered_map<UnitKey, std::shared_ptr<const HealthExpressions>> expressions;

  /// Takes the lock.
  std::shared_ptr<const HealthExpressions> expressions_of(const UnitKey& unit) const {
    const std::lock_guard lock(mutex);
    const auto found = expressions.find(unit);
    return found == expressions.end() ? nullptr : found->second;
  }

  /// Those of the unit that owns the object. Takes the lock.
  std::shared_ptr<const HealthExpressions> expressions_of(const model::ObjectId& id) const {
    const std::lock_guard lock(mutex);
    if (expressions.empty()) return nullptr;
    const auto record = records.find(id);
    if (record == records.end()) return nullptr;
    const auto found = expressions.find(record->second.unit);
    return found == expressions.end() ? nullptr : found->second;
  }

  [[nodiscard]] Health health_of(const LiveRecord& record) const {
    return old_statuses.judge(record.id, record.health, clock);
  }

  /// The record as others see it.
  [[nodiscard]] LiveRecord shown(const LiveRecord& record) const {
    LiveRecord copy = record;
    copy.health = health_of(record);
    return copy;
  }

  /// Takes the lock.
  [[nodiscard]] diff::Fingerprint fold(const model::ObjectId& id, model::Value object) const {
    std::pair<diff::LeftFields, std::string> known;
    {
      const std::lock_guard lock(mutex);
      const auto found = fields.find(id);
      if (found != fields.end()) known = found->second;
    }
    diff::FoldOptions options;
    options.secret_key = secret_key;
    options.empty_lists = known.second;
    if (known.first != nullptr) options.left = *known.first;
    return diff::fold(object, options);
  }

  void put(LiveRecord record) {
    remove(record.id);
    const auto [position, fresh] = records.emplace(record.id, std::move(record));
    (void)fresh;
    by_unit[position->second.unit].insert(&position->first);
  }

  void remove(const model::ObjectId& id) {
    const auto found = records.find(id);
    if (found == records.end()) return;
    const auto unit = by_unit.find(found->second.unit);
    unit->second.erase(&found->first);
    if (unit->second.empty()) by_unit.erase(unit);
    records.erase(found);
  }

  /// Whether it says something else than before.
  bool set_policy(const model::ObjectId& id, const ObjectPolicy& policy) {
    const auto found = policies.find(id);
    if (policy.says_nothing() ? found == policies.end()
                              : found != policies.end() && found->second == policy)
      return false;
    if (policy.says_nothing())
      policies.erase(found);
    else
      policies[id] = policy;
    return true;
  }

  /// Moves the record on by an event that was judged.
  static void move_on(LiveRecord& record, const Seen& seen, LiveVerdict verdict) {
    if (verdict == LiveVerdict::equal) {
      record.fingerprint = seen.fingerprint;
      record.drifted = false;
    }
    if (is_difference(verdict)) record.drifted = true;
    if (is_difference(verdict) && verdict != LiveVerdict::gone) {
      // A pass may come before the revert: it must know who has a say now.
      record.fingerprint.flags = seen.fingerprint.flags;
      record.fingerprint.shares_fields = seen.fingerprint.shares_fields;
    }
    if (verdict != LiveVerdict::stale) record.health = seen.health;
  }

  /// A write ended: judges what was held meanwhile.
  LiveVerdict release(const model::ObjectId& id) {
    const auto found = held.find(id);
    if (found == held.end()) return LiveVerdict::stale;
    if (found->second.writes > 1) {
      --found->second.writes;
      return LiveVerdict::stale;
    }
    const std::optional<Seen> newest = found->second.newest;
    held.erase(found);
    const auto record = records.find(id);
    if (!newest || record == records.end()) return LiveVerdict::stale;
    const LiveVerdict verdict = judge(record->second, *newest);
    if (verdict != LiveVerdict::stale) {
      set_policy(id, newest->policy);
      old_statuses.see(id, newest->status);
    }
    move_on(record->second, *newest, verdict);
    return verdict;
  }
};

LiveState::LiveState(std::string secret_key, const model::Clock& clock)
    : state_(std::make_unique<State>(
          secret_key.empty() ? model::random_bytes(32) : std::move(secret_key), clock)) {
}

LiveState::~LiveState() = default;

const std::string& LiveState::secret_key() const noexcept {
  return state_->secret_key;
}

Observation LiveState::observe(WatchEventType type, const model::Gvk& gvk, model::Value object) {
  const model::ObjectId id = id_of(gvk, object);
  const auto expressions = state_->expressions_of(id);
  Seen seen{type,
            state_->fold(id, object),
            type == WatchEventType::deleted ? Health{HealthState::not_found, "deleted"}
                                            : assess_health(gvk, object, expressions.get()),
            type == WatchEventType::deleted ? ObjectPolicy{} : read_policy(object),
            {}};
  Observation result;
  const std::lock_guard lock(state_->mutex);
  if (const auto writing = state_->held.find(id); writing != state_->held.end()) {
    std::optional<Seen>& newest = writing->second.newest;
    seen.status = OldStatuses::digest_of(object);
    if (!newest || newest->fingerprint.resource_version < seen.fingerprint.resource_version)
      newest = seen;
    result.verdict = LiveVerdict::pending;
  }
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return result;
  LiveRecord& record = found->second;
  result.unit = record.unit;
  if (result.verdict == LiveVerdict::pending) {
    result.health = state_->health_of(record);
    return result;
  }
  result.known_to_differ = record.drifted;
  result.verdict = judge(record, seen);
  if (result.verdict != LiveVerdict::stale) {
    const Health before = state_->health_of(record);
    if (state_->old_statuses.contains(id))
      state_->old_statuses.see(id, OldStatuses::digest_of(object));
    result.policy_changed = state_->set_policy(id, seen.policy);
    result.drift_ended = record.drifted && result.verdict == LiveVerdict::equal;
    State::move_on(record, seen, result.verdict);
    result.health_changed = before != state_->health_of(record);
  }
  result.health = state_->health_of(record);
  return result;
}

void LiveState::mark_missing(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return;
  found->second.drifted = true;
  found->second.health = {HealthState::not_found, "not found"};
}

void LiveState::mark_drifted(const model::ObjectId& id) {
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->records.find(id); found != state_->records.end())
    found->second.drifted = true;
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
  const auto objects = state_->by_unit.find(unit);
  if (objects != state_->by_unit.end()) {
    for (const model::ObjectId* id : objects->second) {
      LiveRecord& record = state_->records.at(*id);
      const bool judged = (before != nullptr && before->supports(record.gvk)) ||
                          (expressions != nullptr && expressions->supports(record.gvk));
      if (!judged || record.health.state == HealthState::not_found) continue;
      record.health = {HealthState::unknown, "not looked at since its expressions changed"};
      unknown.push_back(record);
    }
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
  state_->remove(id);
  state_->policies.erase(id);
  state_->fields.erase(id);
  state_->old_statuses.forget(id);
}

void LiveState::set_left_fields(const model::ObjectId& id, const diff::LeftFields& left,
                                std::string empty_lists) {
  const std::lock_guard lock(state_->mutex);
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
    if (record != state_->records.end() && record->second.unit == unit) result.emplace(id, policy);
  }
  return result;
}

void LiveState::forget_versions(const model::Gvk& gvk) {
  const std::lock_guard lock(state_->mutex);
  for (auto& [id, record] : state_->records)
    if (record.gvk == gvk) record.fingerprint.resource_version = 0;
}

std::optional<LiveRecord> LiveState::find(const model::ObjectId& id) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return std::nullopt;
  return state_->shown(found->second);
}

bool LiveState::is_settled(const UnitKey& unit, const model::ObjectId& id,
                           model::Hash128 desired) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->records.find(id);
  return found != state_->records.end() && !found->second.drifted &&
         found->second.desired == desired && found->second.unit == unit;
}

std::vector<LiveRecord> LiveState::records_of(const UnitKey& unit) const {
  std::vector<LiveRecord> result;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->by_unit.find(unit);
    if (found == state_->by_unit.end()) return result;
    result.reserve(found->second.size());
    for (const model::ObjectId* id : found->second)
      result.push_back(state_->shown(state_->records.at(*id)));
  }
  std::sort(result.begin(), result.end(),
            [](const LiveRecord& left, const LiveRecord& right) { return left.id < right.id; });
  return result;
}

std::size_t LiveState::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->records.size();
}

}  // namespace reconcile::appliers
