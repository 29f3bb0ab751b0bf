#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/appliers/unit_plan.hpp"

namespace reconcile::engine {

/// Condition of a unit: what became of the last plan that it was asked to apply.
inline constexpr std::string_view plan_condition = "Plan";

/// One object that a plan touches, and the state in which it is to be found.
struct SavedObject {
  model::ObjectId id;
  std::string version;           ///< of the API, without the group
  std::string action;            ///< "created", "configured" or "deleted"
  std::string uid;               ///< of the live object; empty where there is none
  std::string resource_version;  ///< as `uid`
  std::string desired;  ///< digest of the desired object, shortened; empty where it is deleted

  [[nodiscard]] model::Gvk gvk() const { return {id.group, version, id.kind}; }
  bool operator==(const SavedObject&) const = default;
};

/// What people saw and agreed to: everything that a pass may do, and what has to be as it was.
/// Digests are HMAC-SHA256 with the UID of the unit's object as key, which the plan does not hold:
/// whoever has the file alone cannot try values of Secrets.
struct SavedPlan {
  appliers::UnitKey unit;
  std::string revision;         ///< of the source
  std::int64_t generation = 0;  ///< of the unit's object
  std::string made_at;          ///< RFC 3339
  std::string desired;          ///< digest of all desired objects
  std::vector<SavedObject> objects;
  bool operator==(const SavedPlan&) const = default;
};

/// A plan that a unit was asked to apply, with the key of its digests.
struct OpenPlan {
  SavedPlan plan;
  std::string unit_uid;
};

/// The digest of one desired object, whole.
std::string plan_digest(const appliers::PreparedObject& object, const std::string& unit_uid);
/// The digest of all of them.
std::string plan_digest(const appliers::PreparedUnit& unit, const std::string& unit_uid);

/// Keeps what `plan` touches of `unit`. `revision`, `generation` and `made_at` are left to the
/// caller. Throws Error(conflict) naming the objects that would fail: such a plan cannot be
/// applied.
SavedPlan save_plan(const appliers::PreparedUnit& unit, const appliers::UnitPlan& plan,
                    const std::string& unit_uid);

/// The file's form, indented JSON with the final line break.
std::string to_json(const SavedPlan& plan);
/// Throws Error(invalid_input) saying what is wrong.
SavedPlan read_saved_plan(std::string_view json);

/// The plan as the annotation's value carries it beside the request's value. Throws
/// Error(limit_exceeded) where it touches more objects than an annotation holds.
std::string plan_annotation(const std::string& request, const SavedPlan& plan);
/// The plan of such a value; absent where it belongs to another request than `request`. Throws
/// Error(invalid_input) where it cannot be read.
std::optional<SavedPlan> plan_of_annotation(std::string_view value, std::string_view request);

/// What is not as the plan says, a line each, at most ten and how many more; empty where nothing
/// moved: what is desired, and the objects of the cluster that the plan touches. `pruned_from` is
/// what the unit owns, or nothing where it does not prune: of that no more may be deleted than the
/// plan says. Asks the server for metadata; throws as appliers::look_up does.
std::string moved_since(const SavedPlan& plan, const appliers::PreparedUnit& unit,
                        const appliers::Inventory& pruned_from, appliers::ClusterPort& port,
                        const std::string& unit_uid);

/// The objects that the plan lets be written, with the state that they must be in.
appliers::ExpectedObjects expected_objects(const SavedPlan& plan);

}  // namespace reconcile::engine
