#pragma once

#include <cstdint>

namespace reconcile::model {

/// A calendar date and time of day without a zone, in the proleptic Gregorian calendar.
struct CivilTime {
  std::int64_t year = 1;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< from 1
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;   ///< 0 is Sunday
  int year_day = 1;  ///< from 1
};

/// Days from 1970-01-01 to the date; month and day may be out of range and carry over.
std::int64_t days_from_civil(std::int64_t year, int month, std::int64_t day) noexcept;
/// The fields of `seconds` since 1970-01-01 00:00.
CivilTime civil_from_seconds(std::int64_t seconds) noexcept;
/// The inverse; weekday and year_day are not read.
std::int64_t seconds_from_civil(const CivilTime& civil) noexcept;

bool is_leap_year(std::int64_t year) noexcept;
/// Days of month 1 to 12.
int days_in_month(int month, std::int64_t year) noexcept;
/// Days of a common year before `month`, 1 to 13.
int days_before_month(int month) noexcept;

}  // namespace reconcile::model
