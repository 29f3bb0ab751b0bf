#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/appliers/health_expressions.hpp"
#include "reconcile/appliers/live_record.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/observation.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/diff/left_fields.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// The fingerprints of everything that was applied, fed by applies and by watches. Owned by the
/// agent, shared by all units; safe from any thread (one lock, held for look-ups only: folding
/// happens outside).
class LiveState {
 public:
  /// A status that does not say of which generation it is, and was there before our write changed
  /// the spec, is not believed until it is written anew, for so long at most: a controller that has
  /// nothing to change in it writes none.
  static constexpr std::chrono::seconds status_grace{15};

  /// `secret_key`: see diff::FoldOptions; empty draws one. `clock` must outlive the state.
  explicit LiveState(std::string secret_key = {},
                     const model::Clock& clock = model::system_clock());
  ~LiveState();
  LiveState(const LiveState&) = delete;
  LiveState& operator=(const LiveState&) = delete;

  [[nodiscard]] const std::string& secret_key() const noexcept;

  /// Folds a watch event, from any watch, also of objects that are not managed: one of another
  /// version of the kind than was applied says no more than that the object is gone. `json`, the
  /// object's text where it is at hand, spares that where only the status changed.
  Observation observe(WatchEventType type, const model::Gvk& gvk, model::Value object,
                      std::string_view json = {});
  /// As `observe` for an object that a list shows, where no more than its id is to be looked at: no
  /// unit applied it, and nothing is being written to it. False elsewhere, and nothing happened.
  bool observe_stranger(const model::ObjectId& id);
  /// As `observe` for an object that a GET found missing or without our labels: forgets nothing,
  /// marks the record as drifted so that the next pass applies it.
  void mark_missing(const model::ObjectId& id);
  /// The next pass (or UnitApplier::revert) writes the object whatever the record says.
  void mark_drifted(const model::ObjectId& id);

  /// A write to `id` begins: events about it are held until the write ends. Writes nest (the
  /// counter counts). Ended by end_write or, where the answer failed, abort_write.
  void begin_write(const model::ObjectId& id);
  /// The write returned `object`: it is the new record. Answers `stale`, or what the newest held
  /// event (one that is newer than the answer) means against the record. `generation_before` is the
  /// object's before the write where that was seen, else 0.
  LiveVerdict end_write(const UnitKey& unit, const model::Gvk& gvk, model::Hash128 desired,
                        model::Value object, std::int64_t generation_before = 0);
  /// The write failed: held events are judged against the old record.
  LiveVerdict abort_write(const model::ObjectId& id);
  /// As begin_write, for a revert, outside of the unit's passes, and ended by abort_write whatever
  /// became of it. False, and nothing began, where `id` is not recorded for `unit` any more.
  bool begin_revert(const UnitKey& unit, const model::ObjectId& id);
  /// Blocks until no write to `id` is under way; false where one still is at `end`.
  bool await_writes(const model::ObjectId& id, std::chrono::steady_clock::time_point end);

  /// Takes over an object without writing: after a restart one of which diff::proves_unchanged (or
  /// a dry run) says so, or one that an annotation forbids to write. `live` counts as what was
  /// applied; where it is metadata only, `health` stands for what it does not show.
  void adopt(const UnitKey& unit, const model::Gvk& gvk, model::Hash128 desired, model::Value live,
             const std::optional<Health>& health = {});
  /// How the health of the unit's objects is judged from now on; null: as everybody's. Answers the
  /// objects whose health is not known any more for that: `reassess` them.
  std::vector<LiveRecord> set_health_expressions(
      const UnitKey& unit, std::shared_ptr<const HealthExpressions> expressions);
  /// Judges the health of a managed object as a GET shows it now; absent: it is not there.
  void reassess(const model::ObjectId& id, model::Value live);
  /// The fields of an object that are left to others: what becomes of them is no drift. And where
  /// desired has empty lists (diff::empty_lists): that they are there counts. Before the object is
  /// adopted or written; kept until it is forgotten. Null, empty: none.
  void set_left_fields(const model::ObjectId& id, const diff::LeftFields& left,
                       std::string empty_lists = {});
  /// What the annotations of the live object say; nothing where it was not seen.
  [[nodiscard]] ObjectPolicy policy_of(const model::ObjectId& id) const;
  /// The objects of a unit whose annotations say something. Costs nothing where none does.
  [[nodiscard]] std::map<model::ObjectId, ObjectPolicy> policies_of(const UnitKey& unit) const;
  /// Drops an object that the unit no longer owns (pruned, handed to nobody).
  void forget(const model::ObjectId& id);
  /// Whether every object of a kind that carries the owner label `label` is told of by a watch:
  /// then others are known not to carry it.
  void set_label_watched(const model::Gvk& gvk, const std::string& label, bool watched);
  /// Whether an object that is not recorded may carry `label`; false only where a watch of its kind
  /// would have told of it.
  [[nodiscard]] bool may_carry_label(const std::string& label, const model::Gvk& gvk,
                                     const model::ObjectId& id) const;
  /// The server's resource versions of a kind went back (a restored etcd): the next events are
  /// judged by content, whatever their version.
  void forget_versions(const model::Gvk& gvk);

  [[nodiscard]] std::optional<LiveRecord> find(const model::ObjectId& id) const;
  /// Whether `id` is recorded for `unit` with this digest and not drifted: nothing to send. Costs
  /// one hash look-up, no copy.
  [[nodiscard]] bool is_settled(const UnitKey& unit, const model::ObjectId& id,
                                model::Hash128 desired) const;
  /// Whether that is so of every object of the unit. Costs one look-up as long as nothing of the
  /// unit changed since it was so, whatever the number of its objects.
  [[nodiscard]] bool is_settled(const PreparedUnit& unit) const;
  /// What a unit's records say in sum. No copy of them where all are current.
  [[nodiscard]] LiveSummary summary_of(const UnitKey& unit) const;
  /// All records of a unit, sorted by id.
  [[nodiscard]] std::vector<LiveRecord> records_of(const UnitKey& unit) const;
  /// The objects of a unit whose replicas the controller of autoscalers claims, in no order.
  [[nodiscard]] std::vector<model::ObjectId> autoscaled_of(const UnitKey& unit) const;
  /// Objects recorded, for metrics.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reconcile::appliers
