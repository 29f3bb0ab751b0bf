#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "appliers/apply/live_verdict.hpp"
#include "appliers/apply/old_statuses.hpp"
#include "reconcile/appliers/live_state.hpp"

namespace reconcile::appliers {

/// What LiveState keeps. Functions are called under the lock unless they say that they take it.
/// There is one record an object, so what many objects share is kept once.
struct LiveState::State {
  struct Record;
  using Entry = std::pair<const model::ObjectId, Record>;
  /// The objects of one unit.
  struct Members {
    std::vector<Entry*> entries;
    /// Digest of the prepared unit whose objects were all found settled, as long as that holds.
    std::optional<model::Hash128> settled;
  };
  using Owner = std::pair<const UnitKey, Members>;

  /// See LiveRecord.
  struct Record {
    Owner* owner = nullptr;
    std::size_t place = 0;                 ///< in the owner's entries
    const std::string* version = nullptr;  ///< of the kind as applied, in `versions`
    model::Hash128 desired;
    diff::Fingerprint fingerprint;
    /// diff::body_digest of the event that `fingerprint` is of; zero: not known.
    model::Hash128 body;
    Health health;
    bool drifted = false;
  };

  struct Held {
    std::size_t writes = 0;
    /// By the version that the watch tells of: which one counts is known when the writes have
    /// ended.
    std::map<std::string, Seen> newest;

    void note(const std::string& version, const Seen& seen) {
      const auto [known, fresh] = newest.try_emplace(version, seen);
      if (known->second.fingerprint.resource_version < seen.fingerprint.resource_version)
        known->second = seen;
    }
    /// What is to be judged against a record of `version`; null: nothing.
    [[nodiscard]] const Seen* newest_for(const std::string& version) const {
      const Seen* found = nullptr;
      for (const auto& [seen_at, seen] : newest)
        if (counts(seen.type, seen_at, version) &&
            (found == nullptr ||
             found->fingerprint.resource_version < seen.fingerprint.resource_version))
          found = &seen;
      return found;
    }
  };

  /// Whether what is seen at one version of a kind says something of an object that was applied at
  /// `applied`: the values and our entry read otherwise at another version, but what is gone is
  /// gone.
  static bool counts(WatchEventType type, const std::string& seen, const std::string& applied) {
    return seen == applied || type == WatchEventType::deleted;
  }

  State(std::string key, const model::Clock& given) : secret_key(std::move(key)), clock(given) {}

  std::string secret_key;
  const model::Clock& clock;
  mutable std::mutex mutex;
  std::condition_variable write_ended;  ///< all writes to one object
  std::unordered_map<model::ObjectId, Record> records;
  std::unordered_map<UnitKey, Members> units;  ///< that have records
  std::set<std::string> versions;
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
    const auto found = expressions.find(record->second.owner->first);
    return found == expressions.end() ? nullptr : found->second;
  }

  [[nodiscard]] Health health_of(const Entry& entry) const {
    return old_statuses.judge(entry.first, entry.second.health, clock);
  }

  /// The record as others see it.
  [[nodiscard]] LiveRecord shown(const Entry& entry) const {
    const Record& record = entry.second;
    return {record.owner->first, entry.first,      gvk_of(entry), record.desired,
            record.fingerprint,  health_of(entry), record.drifted};
  }

  [[nodiscard]] static model::Gvk gvk_of(const Entry& entry) {
    return {entry.first.group, *entry.second.version, entry.first.kind};
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

  void put(LiveRecord given) {
    strangers.erase(std::hash<model::ObjectId>()(given.id));
    Owner& owner = *units.try_emplace(std::move(given.unit)).first;
    const auto [position, fresh] = records.try_emplace(std::move(given.id));
    Record& record = position->second;
    if (!fresh && record.owner != &owner) leave_owner(record);
    if (record.owner != &owner) {
      record.owner = &owner;
      record.place = owner.second.entries.size();
      owner.second.entries.push_back(&*position);
    }
    owner.second.settled.reset();
    record.version = &*versions.insert(std::move(given.gvk.version)).first;
    record.desired = given.desired;
    record.fingerprint = given.fingerprint;
    record.body = {};
    record.health = std::move(given.health);
    record.drifted = given.drifted;
  }

  void remove(const model::ObjectId& id) {
    const auto found = records.find(id);
    if (found == records.end()) return;
    leave_owner(found->second);
    records.erase(found);
  }

  void leave_owner(Record& record) {
    Owner& owner = *std::exchange(record.owner, nullptr);
    Members& members = owner.second;
    members.settled.reset();
    Entry*& vacant = members.entries[record.place];
    vacant = members.entries.back();
    vacant->second.place = record.place;
    members.entries.pop_back();
    if (members.entries.empty()) units.erase(owner.first);
  }

  [[nodiscard]] const std::vector<Entry*>& entries_of(const UnitKey& unit) const {
    static const std::vector<Entry*> none;
    const auto found = units.find(unit);
    return found == units.end() ? none : found->second.entries;
  }

  [[nodiscard]] bool is_settled(const UnitKey& unit, const model::ObjectId& id,
                                model::Hash128 desired) const {
    const auto found = records.find(id);
    return found != records.end() && !found->second.drifted && found->second.desired == desired &&
           found->second.owner->first == unit;
  }

  static void mark_drifted(Record& record) {
    record.drifted = true;
    record.owner->second.settled.reset();
  }

  /// What an event means where that needs no look at the object: it is nobody's, it is not newer
  /// than what is known, or it is of another version of the kind. Absent elsewhere. Under the lock.
  std::optional<Observation> observe_unread(WatchEventType type, const std::string& kind_version,
                                            const model::ObjectId& id, std::uint64_t version) {
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
    const Record& record = found->second;
    if (version > record.fingerprint.resource_version &&
        counts(type, kind_version, *record.version))
      return std::nullopt;
    result.verdict = LiveVerdict::stale;
    result.unit = record.owner->first;
    result.known_to_differ = record.drifted;
    result.known_version = record.fingerprint.resource_version;
    result.health = health_of(*found);
    return result;
  }

  /// What `fold` would say of an event whose body has this digest, if it changed nothing but the
  /// status; absent where it may have. Takes the lock.
  std::optional<diff::Fingerprint> fold_unchanged(const model::ObjectId& id, model::Hash128 body,
                                                  std::uint64_t version) const {
    const std::lock_guard lock(mutex);
    const auto found = records.find(id);
    if (body == model::Hash128{} || found == records.end() || found->second.body != body)
      return std::nullopt;
    diff::Fingerprint same = found->second.fingerprint;
    same.resource_version = version;
    return same;
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
  static void move_on(Record& record, const Seen& seen, LiveVerdict verdict) {
    record.body = {};
    if (verdict == LiveVerdict::equal) {
      record.fingerprint = seen.fingerprint;
      record.body = seen.body;
      record.drifted = false;
    }
    if (is_difference(verdict)) mark_drifted(record);
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
    const Held ended = std::move(found->second);
    held.erase(found);
    write_ended.notify_all();
    const auto record = records.find(id);
    if (record == records.end()) return LiveVerdict::stale;
    const Seen* newest = ended.newest_for(*record->second.version);
    if (newest == nullptr) return LiveVerdict::stale;
    const LiveVerdict verdict = judge(record->second.fingerprint, *newest);
    if (verdict != LiveVerdict::stale) {
      set_policy(id, newest->policy);
      old_statuses.see(id, newest->status);
    }
    move_on(record->second, *newest, verdict);
    return verdict;
  }
};

}  // namespace reconcile::appliers
