// Accessors of timestamps and durations as in cel-go 0.27 with UTC as the default zone. Tests:
// test/cel/time_test.cpp.
#include <charconv>
#include <memory>
#include <optional>

#include "base/cel/functions.hpp"
#include "base/cel/literals.hpp"
#include "reconcile/model/civil_time.hpp"
#include "reconcile/model/time_zone.hpp"

namespace reconcile::cel {
namespace {

using model::CivilTime;

/// A number of hours or minutes as Go's strconv.Atoi reads it.
std::optional<std::int64_t> read_number(Heap& heap, std::string_view text, Value& failure) {
  const std::optional<std::int64_t> number = parse_integer(text, 10);
  if (!number) {
    const bool digits = !text.empty() &&
                        text.find_first_not_of("0123456789", text[0] == '-' || text[0] == '+') ==
                            std::string_view::npos &&
                        text != "-" && text != "+";
    failure = heap.error("strconv.Atoi: parsing \"" + std::string(text) +
                         "\": " + (digits ? "value out of range" : "invalid syntax"));
  }
  return number;
}

/// What Go's time.LoadLocation 1.26 does not look for: a name that could leave the folder of zones.
bool leaves_folder(std::string_view zone) {
  return zone.starts_with('/') || zone.starts_with('\\') ||
         zone.find("..") != std::string_view::npos;
}

/// Seconds east of UTC that hold in `zone` at `seconds`; absent, and `failure` set, where there is
/// no such zone.
std::optional<std::int64_t> offset_at(Heap& heap, std::string_view zone, std::int64_t seconds,
                                      Value& failure) {
  heap.charge(10);
  const std::size_t colon = zone.find(':');
  if (colon == std::string_view::npos) {
    const std::shared_ptr<const model::TimeZone> found = model::TimeZone::load(zone);
    if (found != nullptr) return found->at(seconds).seconds;
    failure = heap.error(leaves_folder(zone) ? "time: invalid location name"
                                             : "unknown time zone " + std::string(zone));
    return std::nullopt;
  }
  const std::optional<std::int64_t> hours = read_number(heap, zone.substr(0, colon), failure);
  if (!hours) return std::nullopt;
  const std::optional<std::int64_t> minutes = read_number(heap, zone.substr(colon + 1), failure);
  if (!minutes) return std::nullopt;
  // Go computes with 64 bits that wrap around.
  const auto wide_hours = static_cast<std::uint64_t>(*hours) * 60;
  const auto wide_minutes = static_cast<std::uint64_t>(*minutes);
  const std::uint64_t total =
      zone.front() == '-' ? wide_hours - wide_minutes : wide_hours + wide_minutes;
  return static_cast<std::int64_t>(total * 60);
}

Value zoned(Heap& heap, Arguments arguments, std::int64_t (*field)(const CivilTime&)) {
  const std::int64_t seconds = arguments[0].instant->seconds;
  Value failure;
  const std::optional<std::int64_t> offset = offset_at(heap, arguments[1].view(), seconds, failure);
  if (!offset) return failure;
  std::int64_t local = 0;
  if (__builtin_add_overflow(seconds, *offset, &local)) local = seconds;
  return make_integer(field(model::civil_from_seconds(local)));
}

Value plain(Arguments arguments, std::int64_t (*field)(const CivilTime&)) {
  return make_integer(field(model::civil_from_seconds(arguments[0].instant->seconds)));
}

std::int64_t full_year(const CivilTime& civil) {
  return civil.year;
}
std::int64_t month(const CivilTime& civil) {
  return civil.month - 1;
}
std::int64_t day_of_year(const CivilTime& civil) {
  return civil.year_day - 1;
}
std::int64_t day_of_month(const CivilTime& civil) {
  return civil.day - 1;
}
std::int64_t date(const CivilTime& civil) {
  return civil.day;
}
std::int64_t day_of_week(const CivilTime& civil) {
  return civil.weekday;
}
std::int64_t hours(const CivilTime& civil) {
  return civil.hour;
}
std::int64_t minutes(const CivilTime& civil) {
  return civil.minute;
}
std::int64_t seconds(const CivilTime& civil) {
  return civil.second;
}

/// Go's Duration.Hours() and the like, which compute in double and are then truncated.
Value duration_in(const Value& duration, std::int64_t unit) {
  const double whole = static_cast<double>(duration.integer / unit);
  const double rest = static_cast<double>(duration.integer % unit) / static_cast<double>(unit);
  return make_integer(static_cast<std::int64_t>(whole + rest));
}

}  // namespace

Value get_full_year(Heap& /*heap*/, Arguments a) {
  return plain(a, full_year);
}
Value get_full_year_in(Heap& heap, Arguments a) {
  return zoned(heap, a, full_year);
}
Value get_month(Heap& /*heap*/, Arguments a) {
  return plain(a, month);
}
Value get_month_in(Heap& heap, Arguments a) {
  return zoned(heap, a, month);
}
Value get_day_of_year(Heap& /*heap*/, Arguments a) {
  return plain(a, day_of_year);
}
Value get_day_of_year_in(Heap& heap, Arguments a) {
  return zoned(heap, a, day_of_year);
}
Value get_day_of_month(Heap& /*heap*/, Arguments a) {
  return plain(a, day_of_month);
}
Value get_day_of_month_in(Heap& heap, Arguments a) {
  return zoned(heap, a, day_of_month);
}
Value get_date(Heap& /*heap*/, Arguments a) {
  return plain(a, date);
}
Value get_date_in(Heap& heap, Arguments a) {
  return zoned(heap, a, date);
}
Value get_day_of_week(Heap& /*heap*/, Arguments a) {
  return plain(a, day_of_week);
}
Value get_day_of_week_in(Heap& heap, Arguments a) {
  return zoned(heap, a, day_of_week);
}
Value get_hours(Heap& /*heap*/, Arguments a) {
  return plain(a, hours);
}
Value get_hours_in(Heap& heap, Arguments a) {
  return zoned(heap, a, hours);
}
Value get_minutes(Heap& /*heap*/, Arguments a) {
  return plain(a, minutes);
}
Value get_minutes_in(Heap& heap, Arguments a) {
  return zoned(heap, a, minutes);
}
Value get_seconds(Heap& /*heap*/, Arguments a) {
  return plain(a, seconds);
}
Value get_seconds_in(Heap& heap, Arguments a) {
  return zoned(heap, a, seconds);
}

Value get_milliseconds(Heap& /*heap*/, Arguments a) {
  return make_integer(a[0].instant->nanoseconds / 1'000'000);
}

Value get_milliseconds_in(Heap& heap, Arguments a) {
  const Value checked = zoned(heap, a, seconds);
  return checked.is_error() ? checked : get_milliseconds(heap, a);
}

Value duration_hours(Heap& /*heap*/, Arguments a) {
  return duration_in(a[0], 3'600'000'000'000);
}
Value duration_minutes(Heap& /*heap*/, Arguments a) {
  return duration_in(a[0], 60'000'000'000);
}
Value duration_seconds(Heap& /*heap*/, Arguments a) {
  return duration_in(a[0], 1'000'000'000);
}
Value duration_milliseconds(Heap& /*heap*/, Arguments a) {
  return make_integer(a[0].integer / 1'000'000);
}

}  // namespace reconcile::cel
