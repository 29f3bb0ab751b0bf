#include "reconcile/model/civil_time.hpp"

namespace reconcile::model {
namespace {

constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

constexpr std::int64_t seconds_per_day = 86400;
constexpr int before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

}  // namespace

bool is_leap_year(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_before_month(int month) noexcept {
  return before_month[month - 1];
}

int days_in_month(int month, std::int64_t year) noexcept {
  if (month == 2 && is_leap_year(year)) return 29;
  return before_month[month] - before_month[month - 1];
}

std::int64_t days_from_civil(std::int64_t year, int month, std::int64_t day) noexcept {
  year += floor_div(month - 1, 12);
  month = static_cast<int>(month - 1 - floor_div(month - 1, 12) * 12) + 1;
  // Years from March on, so that the leap day is the last of its year; 400 years are an era.
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468 + (day - 1);
}

CivilTime civil_from_seconds(std::int64_t seconds) noexcept {
  const std::int64_t days = floor_div(seconds, seconds_per_day);
  const std::int64_t rest = seconds - days * seconds_per_day;
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = floor_div(shifted, 146097);
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
  civil.month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = static_cast<int>(rest / 3600);
  civil.minute = static_cast<int>(rest / 60 % 60);
  civil.second = static_cast<int>(rest % 60);
  civil.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  civil.year_day = static_cast<int>(days - days_from_civil(civil.year, 1, 1) + 1);
  return civil;
}

std::int64_t seconds_from_civil(const CivilTime& civil) noexcept {
  return days_from_civil(civil.year, civil.month, civil.day) * seconds_per_day +
         civil.hour * std::int64_t{3600} + civil.minute * std::int64_t{60} + civil.second;
}

}  // namespace reconcile::model
