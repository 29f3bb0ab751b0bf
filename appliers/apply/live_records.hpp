#pragma once

#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "appliers/apply/live_verdict.hpp"
#include "appliers/apply/old_statuses.hpp"
#include "reconcile/appliers/live_state.hpp"

namespace reconcile::appliers {

/// What LiveState keeps. Functions are called under the lock unless they say that they take it.
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
  /// Hashes of ids that watches told of and that nobody recorded; may hold more.
  std::unordered_set<std::size_t> strangers;
  /// Kinds with the labels of which every object is told of.
  std::set<std::pair<model::Gvk, std::string>> watched;
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
    strangers.erase(std::hash<model::ObjectId>()(record.id));
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

  /// What an event means where that needs no look at the object: it is nobody's, or it is not newer
  /// than what is known. Absent elsewhere. Under the lock.
  std::optional<Observation> observe_unread(WatchEventType type, const model::ObjectId& id,
                                            std::uint64_t version) {
    if (held.contains(id)) return std::nullopt;
    Observation result;
    const auto found = records.find(id);
    if (found == records.end()) {
      const std::size_t hash = std::hash<model::ObjectId>()(id);
      if (type == WatchEventType::deleted)
        strangers.erase(hash);
      else
        strangers.insert(hash);
      return result;
    }
    const LiveRecord& record = found->second;
    if (version > record.fingerprint.resource_version) return std::nullopt;
    result.verdict = LiveVerdict::stale;
    result.unit = record.unit;
    result.known_to_differ = record.drifted;
    result.health = health_of(record);
    return result;
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
      record.fingerprint.autoscaled = seen.fingerprint.autoscaled;
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

}  // namespace reconcile::appliers
