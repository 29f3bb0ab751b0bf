#include "renderers/sprig/go_time.hpp"

#include <chrono>
#include <limits>
#include <utility>

#include "renderers/sprig/duration.hpp"

namespace reconcile::sprig {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t zero_seconds = -62135596800;  // the year 1

/// Nanoseconds since Go's zero time.
Wide since_zero(const GoTime& time) {
  return (static_cast<Wide>(time.seconds) - zero_seconds) * nanoseconds_per_second +
         time.nanoseconds;
}

}  // namespace

GoTime GoTime::from_wall(model::WallTime time, std::shared_ptr<const TimeZone> zone) {
  using std::chrono::nanoseconds;
  const auto total = std::chrono::duration_cast<nanoseconds>(time.time_since_epoch()).count();
  GoTime made;
  made.seconds = total / nanoseconds_per_second;
  made.nanoseconds = static_cast<std::int32_t>(total % nanoseconds_per_second);
  if (made.nanoseconds < 0) {
    made.nanoseconds += static_cast<std::int32_t>(nanoseconds_per_second);
    --made.seconds;
  }
  made.zone = std::move(zone);
  return made;
}

GoTime GoTime::from_civil(const CivilTime& civil, std::int32_t nanoseconds,
                          std::shared_ptr<const TimeZone> zone) {
  const std::int64_t shown = seconds_from_civil(civil);
  // Go guesses with the offset at the shown time, then looks again at the instant found.
  std::int64_t offset = zone->at(shown).seconds;
  if (offset != 0) {
    const std::int64_t again = zone->at(shown - offset).seconds;
    if (again != offset) {
      const std::int64_t other = shown - again;
      if (zone->at(other).seconds == again) offset = again;
    }
  }
  return {shown - offset, nanoseconds, std::move(zone)};
}

CivilTime GoTime::civil() const {
  return civil_from_seconds(seconds + zone->at(seconds).seconds);
}

GoTime GoTime::plus(std::int64_t nanoseconds_added) const {
  GoTime later = *this;
  later.seconds += nanoseconds_added / nanoseconds_per_second;
  std::int64_t rest = nanoseconds + nanoseconds_added % nanoseconds_per_second;
  if (rest < 0) {
    rest += nanoseconds_per_second;
    --later.seconds;
  } else if (rest >= nanoseconds_per_second) {
    rest -= nanoseconds_per_second;
    ++later.seconds;
  }
  later.nanoseconds = static_cast<std::int32_t>(rest);
  return later;
}

std::int64_t GoTime::since(const GoTime& other) const {
  using Limits = std::numeric_limits<std::int64_t>;
  const Wide difference = since_zero(*this) - since_zero(other);
  if (difference > Limits::max()) return Limits::max();
  if (difference < Limits::min()) return Limits::min();
  return static_cast<std::int64_t>(difference);
}

int GoTime::compare(const GoTime& other) const {
  const Wide difference = since_zero(*this) - since_zero(other);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

GoTime GoTime::truncated(std::int64_t multiple) const {
  if (multiple <= 0) return *this;
  Wide rest = since_zero(*this) % multiple;
  if (rest < 0) rest += multiple;
  return plus(-static_cast<std::int64_t>(rest));
}

GoTime GoTime::rounded(std::int64_t multiple) const {
  if (multiple <= 0) return *this;
  Wide rest = since_zero(*this) % multiple;
  if (rest < 0) rest += multiple;
  if (rest * 2 < multiple) return plus(-static_cast<std::int64_t>(rest));
  return plus(static_cast<std::int64_t>(multiple - rest));
}

}  // namespace reconcile::sprig
