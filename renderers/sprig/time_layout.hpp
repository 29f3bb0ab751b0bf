#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace reconcile::sprig {

/// An element of a reference layout ("2006", "Jan", "-07:00" …).
enum class TimeElement : std::uint8_t {
  none,
  long_month,
  month,
  number_month,
  zero_month,
  long_weekday,
  weekday,
  day,
  under_day,
  zero_day,
  under_year_day,
  zero_year_day,
  hour,
  hour12,
  zero_hour12,
  minute,
  zero_minute,
  second,
  zero_second,
  long_year,
  year,
  upper_pm,
  lower_pm,
  zone_name,
  iso_zone,  ///< these and the following have `Z` for UTC
  iso_seconds_zone,
  iso_short_zone,
  iso_colon_zone,
  iso_colon_seconds_zone,
  zone,
  seconds_zone,
  short_zone,
  colon_zone,
  colon_seconds_zone,
  fraction_zeros,  ///< ".000"
  fraction_nines,  ///< ".999"
};

/// The first element of a layout, with the text before it.
struct TimeChunk {
  std::string_view prefix;
  TimeElement element = TimeElement::none;
  std::string_view text;  ///< the element as it is written
  std::string_view rest;  ///< the layout behind it
};
TimeChunk next_time_chunk(std::string_view layout);

inline constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> weekday_names = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

}  // namespace reconcile::sprig
