#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

enum class ConditionStatus : std::uint8_t { no, yes, unknown };
/// "False", "True", "Unknown".
std::string_view to_string(ConditionStatus status);

/// One metav1.Condition.
struct Condition {
  std::string type;
  ConditionStatus status = ConditionStatus::unknown;
  std::string reason;
  std::string message;
  std::int64_t observed_generation = 0;
  std::string last_transition_time;  ///< RFC 3339; moves when `status` changes
  bool operator==(const Condition&) const = default;
};

/// Conditions of one object, at most one a type, in the order in which they were set. The contract
/// is Flux's: Ready is always there, Reconciling and Stalled only while they are True.
class Conditions {
 public:
  static Conditions read(model::Value conditions);
  /// Sets a condition; its transition time is `now` where its status changes, else stays.
  void set(std::string type, ConditionStatus status, std::string reason, std::string message,
           std::int64_t generation, model::WallTime now);
  void remove(std::string_view type);
  /// Null where there is no such condition.
  [[nodiscard]] const Condition* find(std::string_view type) const noexcept;
  [[nodiscard]] bool is_true(std::string_view type) const noexcept;
  [[nodiscard]] const std::vector<Condition>& all() const noexcept { return conditions_; }
  [[nodiscard]] model::Node to_node(model::Arena& arena) const;
  bool operator==(const Conditions&) const = default;

 private:
  std::vector<Condition> conditions_;
};

/// Cuts a message to what conditions and events may carry (metav1: 32 KiB; ours 8 KiB).
std::string bounded_message(std::string message);

}  // namespace reconcile::engine
