#include "engine/gates/health_streak.hpp"

#include <algorithm>

namespace reconcile::engine::gates {

namespace {
constexpr std::chrono::nanoseconds no_time{0};
}

// One streak has three clocks: `since_` of the healthy time, `paused_since_` of a pause in it, and
// `unhealthy_since_` of what is neither. A clock that steps back never makes a time negative.
void HealthStreak::begin(const std::string& revision, bool same_content) {
  revision_ = revision;
  if (same_content) return;
  state_ = UnitState::pending;
  since_.reset();
  paused_since_.reset();
  // Until it is green for the first time it is on its way, not unhealthy.
  unhealthy_since_.reset();
  unhealthy_ = std::chrono::nanoseconds(0);
  flaps_ = 0;
  was_green_ = false;
}

HealthStreak HealthStreak::resumed(const UnitEvidence& last, model::WallTime observed_at) {
  HealthStreak streak;
  streak.revision_ = last.revision;
  streak.since_ = last.healthy_since;
  if (last.healthy_since) streak.paused_since_ = observed_at;
  streak.unhealthy_ = last.unhealthy;
  streak.flaps_ = last.flaps;
  streak.was_green_ = last.healthy_since.has_value() || last.flaps > 0;
  return streak;
}

void HealthStreak::observe(UnitState state, model::WallTime now) {
  state_ = state;
  switch (state) {
    case UnitState::green:
      end_unhealthy(now);
      if (since_ && paused_since_) *since_ += std::max(now - *paused_since_, no_time);
      if (!since_) since_ = now;
      paused_since_.reset();
      was_green_ = true;
      return;
    case UnitState::unknown:
      end_unhealthy(now);
      if (since_ && !paused_since_) paused_since_ = now;
      return;
    case UnitState::pending:
    case UnitState::failed:
      if (since_) ++flaps_;
      since_.reset();
      paused_since_.reset();
      if (!unhealthy_since_ && (was_green_ || state == UnitState::failed)) unhealthy_since_ = now;
      return;
  }
}

std::optional<model::WallTime> HealthStreak::healthy_since() const {
  return state_ == UnitState::green ? since_ : std::nullopt;
}

std::chrono::seconds HealthStreak::unhealthy(model::WallTime now) const {
  std::chrono::nanoseconds sum = unhealthy_;
  if (unhealthy_since_) sum += std::max(now - *unhealthy_since_, no_time);
  return std::chrono::duration_cast<std::chrono::seconds>(sum);
}

void HealthStreak::end_unhealthy(model::WallTime now) {
  if (!unhealthy_since_) return;
  unhealthy_ += std::max(now - *unhealthy_since_, no_time);
  unhealthy_since_.reset();
}

}  // namespace reconcile::engine::gates
