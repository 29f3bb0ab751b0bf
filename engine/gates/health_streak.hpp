#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/gates/evidence.hpp"

namespace reconcile::engine::gates {

/// Keeps a unit's continuous healthy time from what is observed of it. One thread.
class HealthStreak {
 public:
  /// Another revision is applied: everything begins anew, unless `same_content` (read-set and
  /// render digests are equal): then only the revision moves.
  void begin(const std::string& revision, bool same_content);
  /// The streak of an agent before this one, from its newest record: paused since then.
  static HealthStreak resumed(const UnitEvidence& last, model::WallTime observed_at);
  /// What is seen now. green continues or begins the streak, pending and failed end it (a flap
  /// where it was green; pending by a scaling at the same generation and pod template must not be
  /// reported as such), unknown pauses it.
  void observe(UnitState state, model::WallTime now);

  [[nodiscard]] UnitState state() const noexcept { return state_; }
  /// Absent unless green; pauses are taken out by moving it forward.
  [[nodiscard]] std::optional<model::WallTime> healthy_since() const;
  [[nodiscard]] const std::string& revision() const noexcept { return revision_; }
  /// Time failed, and time pending after the first green (the way there is no illness).
  [[nodiscard]] std::chrono::seconds unhealthy(model::WallTime now) const;
  [[nodiscard]] std::uint32_t flaps() const noexcept { return flaps_; }

 private:
  void end_unhealthy(model::WallTime now);

  std::string revision_;
  UnitState state_ = UnitState::unknown;
  std::optional<model::WallTime> since_;         ///< of the streak
  std::optional<model::WallTime> paused_since_;  ///< of the pause under way
  std::optional<model::WallTime> unhealthy_since_;
  std::chrono::nanoseconds unhealthy_{0};
  std::uint32_t flaps_ = 0;
  bool was_green_ = false;
};

}  // namespace reconcile::engine::gates
