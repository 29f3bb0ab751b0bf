#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "reconcile/model/civil_time.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/time_zone.hpp"

namespace reconcile::sprig {

using model::civil_from_seconds;
using model::CivilTime;
using model::days_before_month;
using model::days_from_civil;
using model::days_in_month;
using model::is_leap_year;
using model::seconds_from_civil;
using model::TimeZone;

/// Go's time.Time without the monotonic reading: an instant and the zone it is shown in.
struct GoTime {
  std::int64_t seconds = -62135596800;  ///< since 1970-01-01 UTC; Go's zero time is the year 1
  std::int32_t nanoseconds = 0;         ///< 0 to 999999999
  std::shared_ptr<const TimeZone> zone = TimeZone::utc();

  static GoTime from_wall(model::WallTime time, std::shared_ptr<const TimeZone> zone);
  /// The instant at which clocks in `zone` show `civil`.
  static GoTime from_civil(const CivilTime& civil, std::int32_t nanoseconds,
                           std::shared_ptr<const TimeZone> zone);

  [[nodiscard]] bool is_zero() const { return seconds == -62135596800 && nanoseconds == 0; }
  [[nodiscard]] CivilTime civil() const;
  /// The same instant `nanoseconds_added` later.
  [[nodiscard]] GoTime plus(std::int64_t nanoseconds_added) const;
  /// The duration since `other` in nanoseconds, at most what fits 64 bits.
  [[nodiscard]] std::int64_t since(const GoTime& other) const;
  [[nodiscard]] GoTime in(std::shared_ptr<const TimeZone> other) const {
    return {seconds, nanoseconds, std::move(other)};
  }
  /// -1, 0 or 1.
  [[nodiscard]] int compare(const GoTime& other) const;
  /// Multiples of a duration since the zero time, as Time.Truncate and Time.Round.
  [[nodiscard]] GoTime truncated(std::int64_t multiple) const;
  [[nodiscard]] GoTime rounded(std::int64_t multiple) const;

  /// Time.Format with Go's reference layouts.
  [[nodiscard]] std::string format(std::string_view layout) const;
  /// time.ParseInLocation. Throws FunctionError with Go's text.
  static GoTime parse(std::string_view layout, std::string_view text,
                      const std::shared_ptr<const TimeZone>& local);
};

inline constexpr std::string_view rfc3339_nano = "2006-01-02T15:04:05.999999999Z07:00";
inline constexpr std::string_view printed_layout = "2006-01-02 15:04:05.999999999 -0700 MST";

}  // namespace reconcile::sprig
