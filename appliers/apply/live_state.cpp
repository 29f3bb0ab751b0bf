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

#include "reconcile/model/digest.hpp"

namespace reconcile::appliers {

namespace {

model::ObjectId id_of(const model::Gvk& gvk, model::Value object) {
  return {gvk.group, gvk.kind, std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text())};
}

/// One event, folded.
struct Seen {
  WatchEventType type = WatchEventType::modified;
  diff::Fingerprint fingerprint;
  Health health;
  ObjectPolicy policy;
};

/// Annotations that decide whether we write at all: a change of them asks for a decision.
constexpr std::uint8_t rule_flags = diff::reconcile_disabled | diff::ssa_ignore;

LiveVerdict judge(const LiveRecord& record, const Seen& seen) {
  const diff::Fingerprint& known = record.fingerprint;
  if (seen.fingerprint.resource_version <= known.resource_version) return LiveVerdict::stale;
  if (seen.type == WatchEventType::deleted) return LiveVerdict::gone;
  if ((seen.fingerprint.flags & diff::terminating) != 0) return LiveVerdict::vanishing;
  const bool same_rules = ((seen.fingerprint.flags ^ known.flags) & rule_flags) == 0;
  if (same_rules && seen.fingerprint.same_content(known)) return LiveVerdict::equal;
  if (!same_rules) return LiveVerdict::drifted;
  if (!seen.fingerprint.has_entry() || seen.fingerprint.uid != known.uid)
    return LiveVerdict::disowned;
  return LiveVerdict::drifted;
}

bool is_difference(LiveVerdict verdict) {
  return verdict == LiveVerdict::gone || verdict == LiveVerdict::vanishing ||
         verdict == LiveVerdict::disowned || verdict == LiveVerdict::drifted;
}

}  // namespace

std::string_view to_string(LiveVerdict verdict) {
  switch (verdict) {
    case LiveVerdict::untracked:
      return "untracked";
    case LiveVerdict::stale:
      return "stale";
    case LiveVerdict::equal:
      return "equal";
    case LiveVerdict::pending:
      return "pending";
    case LiveVerdict::drifted:
      return "drifted";
    case LiveVerdict::disowned:
      return "disowned";
    case LiveVerdict::vanishing:
      return "vanishing";
    case LiveVerdict::gone:
      return "gone";
  }
  return "";
}

struct LiveState::State {
  struct Held {
    std::size_t writes = 0;
    std::optional<Seen> newest;
  };

  std::string secret_key;
  mutable std::mutex mutex;
  std::unordered_map<model::ObjectId, LiveRecord> records;
  std::unordered_map<UnitKey, std::set<const model::ObjectId*>> by_unit;
  std::unordered_map<model::ObjectId, Held> held;
  /// Of the recorded objects whose annotations say something.
  std::unordered_map<model::ObjectId, ObjectPolicy> policies;
  /// Of the objects that have such fields.
  std::unordered_map<model::ObjectId, diff::LeftFields> left;
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

  /// Takes the lock.
  [[nodiscard]] diff::Fingerprint fold(const model::ObjectId& id, model::Value object) const {
    diff::LeftFields fields;
    {
      const std::lock_guard lock(mutex);
      const auto found = left.find(id);
      if (found != left.end()) fields = found->second;
    }
    diff::FoldOptions options{.manager = diff::field_manager, .secret_key = secret_key, .left = {}};
    if (fields != nullptr) options.left = *fields;
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
    if (verdict != LiveVerdict::stale) set_policy(id, newest->policy);
    move_on(record->second, *newest, verdict);
    return verdict;
  }
};

LiveState::LiveState(std::string secret_key) : state_(std::make_unique<State>()) {
  state_->secret_key = secret_key.empty() ? model::random_bytes(32) : std::move(secret_key);
}

LiveState::~LiveState() = default;

const std::string& LiveState::secret_key() const noexcept {
  return state_->secret_key;
}

Observation LiveState::observe(WatchEventType type, const model::Gvk& gvk, model::Value object) {
  const model::ObjectId id = id_of(gvk, object);
  const auto expressions = state_->expressions_of(id);
  const Seen seen{type, state_->fold(id, object),
                  type == WatchEventType::deleted ? Health{HealthState::not_found, "deleted"}
                                                  : assess_health(gvk, object, expressions.get()),
                  type == WatchEventType::deleted ? ObjectPolicy{} : read_policy(object)};
  Observation result;
  const std::lock_guard lock(state_->mutex);
  if (const auto writing = state_->held.find(id); writing != state_->held.end()) {
    std::optional<Seen>& newest = writing->second.newest;
    if (!newest || newest->fingerprint.resource_version < seen.fingerprint.resource_version)
      newest = seen;
    result.verdict = LiveVerdict::pending;
  }
  const auto found = state_->records.find(id);
  if (found == state_->records.end()) return result;
  LiveRecord& record = found->second;
  result.unit = record.unit;
  if (result.verdict == LiveVerdict::pending) {
    result.health = record.health;
    return result;
  }
  result.known_to_differ = record.drifted;
  result.verdict = judge(record, seen);
  if (result.verdict != LiveVerdict::stale) {
    result.health_changed = record.health != seen.health;
    result.policy_changed = state_->set_policy(id, seen.policy);
    result.drift_ended = record.drifted && result.verdict == LiveVerdict::equal;
    State::move_on(record, seen, result.verdict);
  }
  result.health = record.health;
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
                                 model::Value object) {
  const Health health = assess_health(gvk, object, state_->expressions_of(unit).get());
  const model::ObjectId id = id_of(gvk, object);
  LiveRecord record{unit, id, gvk, desired, state_->fold(id, object), health, false};
  const ObjectPolicy policy = read_policy(object);
  const std::lock_guard lock(state_->mutex);
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
  if (expressions == nullptr) {
    state_->expressions.erase(unit);
  } else {
    state_->expressions[unit] = std::move(expressions);
  }
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
  state_->left.erase(id);
}

void LiveState::set_left_fields(const model::ObjectId& id, const diff::LeftFields& left) {
  const std::lock_guard lock(state_->mutex);
  if (left != nullptr)
    state_->left[id] = left;
  else if (!state_->left.empty())
    state_->left.erase(id);
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
  return found->second;
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
    for (const model::ObjectId* id : found->second) result.push_back(state_->records.at(*id));
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
