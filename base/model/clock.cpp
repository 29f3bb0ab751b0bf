#include "reconcile/model/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall_now() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
};

/// Nanoseconds in 64 bits: the years 1677 to 2262. A second less at the end, for fractions.
constexpr seconds seconds_min = std::chrono::ceil<seconds>(WallTime::min().time_since_epoch());
constexpr seconds seconds_max =
    std::chrono::floor<seconds>(WallTime::max().time_since_epoch()) - seconds(1);

std::string format_seconds(WallTime time) {
  const std::time_t whole = std::chrono::system_clock::to_time_t(std::chrono::floor<seconds>(time));
  std::tm parts{};
  gmtime_r(&whole, &parts);
  char buffer[32];
  const std::size_t size = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &parts);
  return {buffer, size};
}

[[noreturn]] void bad_time(std::string_view text) {
  throw Error(ErrorCode::invalid_input,
              "expected an RFC 3339 time such as 2026-01-31T08:00:00Z, found \"" +
                  std::string(text.substr(0, 64)) + "\"");
}

/// Reads exactly `digits` digits at `offset`.
int read_digits(std::string_view text, std::size_t offset, std::size_t digits) {
  if (offset + digits > text.size()) bad_time(text);
  int value = 0;
  for (std::size_t i = offset; i < offset + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') bad_time(text);
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void expect_char(std::string_view text, std::size_t offset, std::string_view allowed) {
  if (offset >= text.size() || allowed.find(text[offset]) == std::string_view::npos) bad_time(text);
}

/// Reads a fraction at `offset` (which points at '.') and moves `offset` behind it.
nanoseconds read_fraction(std::string_view text, std::size_t& offset) {
  std::int64_t value = 0;
  int digits = 0;
  for (++offset; offset < text.size() && text[offset] >= '0' && text[offset] <= '9'; ++offset) {
    if (digits < 9) value = value * 10 + (text[offset] - '0');
    ++digits;
  }
  if (digits == 0) bad_time(text);
  for (; digits < 9; ++digits) value *= 10;
  return nanoseconds(value);
}

seconds read_offset(std::string_view text, std::size_t offset) {
  expect_char(text, offset, "Zz+-");
  if (text[offset] == 'Z' || text[offset] == 'z') {
    if (offset + 1 != text.size()) bad_time(text);
    return seconds(0);
  }
  const int hours = read_digits(text, offset + 1, 2);
  expect_char(text, offset + 3, ":");
  const int minutes = read_digits(text, offset + 4, 2);
  if (offset + 6 != text.size() || hours > 23 || minutes > 59) bad_time(text);
  const seconds value = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[offset] == '-' ? -value : value;
}

struct DurationUnit {
  std::string_view name;
  double nanoseconds_each;
};

constexpr DurationUnit duration_units[] = {
    {"ns", 1}, {"us", 1e3}, {"\xc2\xb5s", 1e3}, {"ms", 1e6}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9},
};

constexpr double duration_max_nanoseconds = 10.0 * 366 * 86400 * 1e9;

[[noreturn]] void bad_duration(std::string_view text) {
  throw Error(ErrorCode::invalid_input, "expected a duration such as 5m or 1h30m, found \"" +
                                            std::string(text.substr(0, 64)) + "\"");
}

/// Reads "<number><unit>" at `offset`, moves behind it and answers nanoseconds.
double read_duration_part(std::string_view text, std::size_t& offset) {
  const std::size_t start = offset;
  while (offset < text.size() &&
         ((text[offset] >= '0' && text[offset] <= '9') || text[offset] == '.')) {
    ++offset;
  }
  if (offset == start || offset - start > 20) bad_duration(text);
  double number = 0;
  try {
    std::size_t used = 0;
    const std::string digits(text.substr(start, offset - start));
    number = std::stod(digits, &used);
    if (used != digits.size()) bad_duration(text);
  } catch (const std::logic_error&) {
    bad_duration(text);
  }
  for (const DurationUnit& unit : duration_units) {
    if (text.substr(offset, unit.name.size()) != unit.name) continue;
    offset += unit.name.size();
    return number * unit.nanoseconds_each;
  }
  bad_duration(text);
}

std::string trim_fraction(std::int64_t whole, std::int64_t fraction, int digits) {
  std::string text = std::to_string(whole);
  if (fraction == 0) return text;
  char buffer[24];
  std::snprintf(buffer, sizeof buffer, "%0*lld", digits, static_cast<long long>(fraction));
  std::string tail = buffer;
  while (tail.back() == '0') tail.pop_back();
  return text + "." + tail;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_rfc3339(WallTime time) {
  return format_seconds(time) + "Z";
}

std::string format_rfc3339_nano(WallTime time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const auto fraction = std::chrono::duration_cast<nanoseconds>(time - whole).count();
  std::string text = format_seconds(time);
  if (fraction == 0) return text + "Z";
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, ".%09lld", static_cast<long long>(fraction));
  std::string tail = buffer;
  while (tail.back() == '0') tail.pop_back();
  return text + tail + "Z";
}

WallTime parse_rfc3339(std::string_view text) {
  std::tm parts{};
  parts.tm_year = read_digits(text, 0, 4) - 1900;
  expect_char(text, 4, "-");
  parts.tm_mon = read_digits(text, 5, 2) - 1;
  expect_char(text, 7, "-");
  parts.tm_mday = read_digits(text, 8, 2);
  expect_char(text, 10, "Tt ");
  parts.tm_hour = read_digits(text, 11, 2);
  expect_char(text, 13, ":");
  parts.tm_min = read_digits(text, 14, 2);
  expect_char(text, 16, ":");
  parts.tm_sec = read_digits(text, 17, 2);
  const bool in_range = parts.tm_mon >= 0 && parts.tm_mon < 12 && parts.tm_mday >= 1 &&
                        parts.tm_mday <= 31 && parts.tm_hour < 24 && parts.tm_min < 60 &&
                        parts.tm_sec <= 60;
  if (!in_range) bad_time(text);
  std::size_t offset = 19;
  nanoseconds fraction(0);
  if (offset < text.size() && text[offset] == '.') fraction = read_fraction(text, offset);
  const seconds zone = read_offset(text, offset);
  const seconds whole = std::clamp(seconds(timegm(&parts)) - zone, seconds_min, seconds_max);
  return WallTime(std::chrono::duration_cast<WallTime::duration>(whole + fraction));
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
  if (text == "0") return nanoseconds(0);
  if (text.empty()) bad_duration(text);
  double total = 0;
  for (std::size_t offset = 0; offset < text.size();) total += read_duration_part(text, offset);
  if (total > duration_max_nanoseconds) {
    throw Error(ErrorCode::limit_exceeded, "expected a duration of at most 10 years, found \"" +
                                               std::string(text.substr(0, 64)) + "\"");
  }
  return nanoseconds(static_cast<std::int64_t>(total));
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const std::int64_t total = duration.count();
  if (total == 0) return "0s";
  if (total < 0) return "-" + format_duration(-duration);
  if (total < 1'000) return std::to_string(total) + "ns";
  if (total < 1'000'000) return trim_fraction(total / 1'000, total % 1'000, 3) + "\xc2\xb5s";
  if (total < 1'000'000'000) return trim_fraction(total / 1'000'000, total % 1'000'000, 6) + "ms";
  const std::int64_t whole = total / 1'000'000'000;
  const std::string tail = trim_fraction(whole % 60, total % 1'000'000'000, 9) + "s";
  if (whole < 60) return tail;
  const std::int64_t minutes = whole / 60;
  if (minutes < 60) return std::to_string(minutes) + "m" + tail;
  return std::to_string(minutes / 60) + "h" + std::to_string(minutes % 60) + "m" + tail;
}

}  // namespace reconcile::model
