#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "reconcile/appliers/answers.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/diff/managed_fields.hpp"

namespace reconcile::appliers {

/// What all writes of a pass share. Everything referenced outlives the pass.
struct WriteContext {
  const UnitKey& unit;
  const PassOptions& options;
  LiveState& live;
  const model::Clock& clock;
  bool definitions_change = false;  ///< a CRD is written in this pass: unknown kinds are waited for
};

/// What is known of an object before it is written.
struct WriteStart {
  std::uint64_t resource_version = 0;  ///< 0: unknown or not there
  bool exists = false;                 ///< known to be there
  std::uint8_t live_flags = 0;         ///< diff::ManagementFlag bits of the live object
  diff::Reason reason = diff::Reason::change;
  model::Document seen;          ///< metadata from first sight; absent where it was not looked up
  model::Document take_over_of;  ///< metadata whose managers are to be taken over; or absent
  bool wait_until_current = false;  ///< stage definitions and classes
  /// The live object may have fields in other hands: it is read before desired is applied to it.
  bool reads_first = false;
  model::Document whole;  ///< that object, where it was read already
};

/// The body of an apply of `object`: desired without what is left to others, as far as `start`
/// knows the live object.
std::string apply_body(const PreparedObject& object, const WriteStart& start);
/// Whether the live object has to be read before that is known.
bool needs_look(const PreparedObject& object, const WriteStart& start);
/// Whether it may be deleted and applied anew where the server cannot change it: with force only,
/// and never where a deletion takes more along than the object.
bool may_recreate(const PreparedObject& object, const WriteStart& start,
                  const PassOptions& options);

/// One object on its way into the cluster: take-over, apply, recreate, waits. Takes answers,
/// returns the next request; knows no socket and no timer.
class ObjectWrite {
 public:
  /// `object` and `context` must outlive the write.
  ObjectWrite(const PreparedObject& object, WriteStart start, const WriteContext& context);
  /// Ends a write that was given up half-way.
  ~ObjectWrite();
  ObjectWrite(const ObjectWrite&) = delete;
  ObjectWrite& operator=(const ObjectWrite&) = delete;

  /// The first request. Tells the live state that a write begins.
  ClusterRequest begin();
  std::optional<FollowUp> on_answer(ClusterAnswer answer);

  // Results, once on_answer answered nothing.
  [[nodiscard]] const diff::ObjectChange& change() const noexcept { return change_; }
  [[nodiscard]] const std::optional<ObjectFailure>& failure() const noexcept { return failure_; }
  [[nodiscard]] bool drifted_meanwhile() const noexcept { return drifted_meanwhile_; }
  /// An answer said that nobody serves the kind.
  [[nodiscard]] bool kind_unknown() const noexcept { return kind_unknown_; }

 private:
  enum class Phase {
    taking_over,
    reading,  ///< after a conflict of the take-over
    looking,  ///< at the fields that others have
    applying,
    removing,
    until_gone,
    until_current,
  };

  [[nodiscard]] ClusterRequest request(Verb verb) const;
  [[nodiscard]] ClusterRequest apply_request() const;
  /// The apply, or the look that has to come before it.
  ClusterRequest next_apply();
  std::optional<FollowUp> on_look(const ClusterAnswer& answer);
  std::optional<FollowUp> on_take_over(const ClusterAnswer& answer);
  std::optional<FollowUp> on_read(const ClusterAnswer& answer);
  std::optional<FollowUp> on_apply(ClusterAnswer answer);
  std::optional<FollowUp> on_remove(const ClusterAnswer& answer);
  std::optional<FollowUp> on_gone_check(const ClusterAnswer& answer);
  std::optional<FollowUp> on_current_check(const ClusterAnswer& answer);
  std::optional<FollowUp> recreate(const ClusterAnswer& answer);
  std::optional<FollowUp> wait_until_gone(const ClusterAnswer& answer);
  std::optional<FollowUp> repeat(ClusterRequest next, const ClusterAnswer& answer);
  std::optional<FollowUp> check_current(model::Value object);
  std::optional<FollowUp> poll(Phase phase, std::chrono::milliseconds limit,
                               const std::string& what);
  std::optional<FollowUp> take_over_request(const model::Document& metadata);
  /// Whether the apply removed an empty map or list that desired has.
  [[nodiscard]] bool lacks_empty(model::Value answer) const;
  void record(const ClusterAnswer& answer);
  std::optional<FollowUp> fail(AnswerClass answer, std::string message);

  const PreparedObject& object_;
  WriteStart start_;
  const WriteContext& context_;
  Phase phase_ = Phase::applying;
  std::size_t attempts_ = 0;
  std::size_t take_overs_ = 0;
  std::size_t polls_ = 0;
  std::size_t gone_rounds_ = 0;
  std::optional<model::SteadyTime> wait_end_;
  bool write_open_ = false;
  bool recreated_ = false;
  bool applied_again_ = false;  ///< for an empty map or list that the first apply removed
  bool drifted_meanwhile_ = false;
  bool kind_unknown_ = false;
  diff::ObjectChange change_;
  std::optional<ObjectFailure> failure_;
};

}  // namespace reconcile::appliers
