// Texts of instants and durations, as Go 1.26 reads and writes them. Tests: test/cel/time_test.cpp.
#include "base/cel/time_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "reconcile/model/civil_time.hpp"

namespace reconcile::cel {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads an RFC 3339 text from its front; a failure sticks.
class InstantReader {
 public:
  explicit InstantReader(std::string_view text) : rest_(text) {}

  std::optional<Instant> run() {
    model::CivilTime civil;
    civil.year = digits(4, 4);
    literal('-');
    civil.month = digits(2, 2);
    literal('-');
    civil.day = digits(2, 2);
    literal('T');
    civil.hour = digits(1, 2);
    literal(':');
    civil.minute = digits(2, 2);
    literal(':');
    civil.second = digits(2, 2);
    Instant instant;
    instant.nanoseconds = fraction();
    instant.offset_seconds = offset();
    if (failed_ || !rest_.empty() || !valid(civil)) return std::nullopt;
    instant.seconds = model::seconds_from_civil(civil) - instant.offset_seconds;
    return instant;
  }

 private:
  static bool valid(const model::CivilTime& civil) {
    return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
           civil.day <= model::days_in_month(civil.month, civil.year) && civil.hour < 24 &&
           civil.minute < 60 && civil.second < 60;
  }

  int digits(std::size_t count_min, std::size_t count_max) {
    int value = 0;
    std::size_t count = 0;
    while (count < count_max && count < rest_.size() && is_digit(rest_[count])) {
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count < count_min) failed_ = true;
    rest_.remove_prefix(count);
    return value;
  }

  void literal(char c) {
    if (!rest_.starts_with(c)) {
      failed_ = true;
      return;
    }
    rest_.remove_prefix(1);
  }

  std::int32_t fraction() {
    if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !is_digit(rest_[1])) return 0;
    rest_.remove_prefix(1);
    std::int32_t value = 0;
    int count = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
      if (count++ < 9) value = value * 10 + (rest_.front() - '0');
    }
    for (; count < 9; ++count) value *= 10;
    return value;
  }

  std::int32_t offset() {
    if (rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      return 0;
    }
    const bool negative = rest_.starts_with('-');
    if (!negative && !rest_.starts_with('+')) {
      failed_ = true;
      return 0;
    }
    rest_.remove_prefix(1);
    const int hours = digits(2, 2);
    literal(':');
    const int minutes = digits(2, 2);
    // Go takes offsets of 24 hours and of 60 minutes.
    if (hours > 24 || minutes > 60) failed_ = true;
    const int seconds = (hours * 60 + minutes) * 60;
    return negative ? -seconds : seconds;
  }

  std::string_view rest_;
  bool failed_ = false;
};

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::array<Unit, 8> units = {{{"ns", 1},
                                        {"us", 1'000},
                                        {"\xC2\xB5s", 1'000},
                                        {"\xCE\xBCs", 1'000},
                                        {"ms", 1'000'000},
                                        {"s", 1'000'000'000},
                                        {"m", 60'000'000'000},
                                        {"h", 3'600'000'000'000}}};

constexpr std::uint64_t duration_limit = std::uint64_t{1} << 63U;

/// One number with its unit, such as "1.5h"; absent where it is none or does not fit.
std::optional<std::uint64_t> read_part(std::string_view& rest) {
  std::uint64_t whole = 0;
  std::size_t count = 0;
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), ++count) {
    if (whole > duration_limit / 10) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    if (whole > duration_limit) return std::nullopt;
  }
  std::uint64_t fraction = 0;
  double scale = 1;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    bool full = false;
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), ++count) {
      if (full || fraction > (duration_limit - 1) / 10) {
        full = true;
        continue;
      }
      const std::uint64_t next = fraction * 10 + static_cast<std::uint64_t>(rest.front() - '0');
      full = next > duration_limit;
      if (full) continue;
      fraction = next;
      scale *= 10;
    }
  }
  if (count == 0) return std::nullopt;
  std::size_t size = 0;
  while (size < rest.size() && rest[size] != '.' && !is_digit(rest[size])) ++size;
  for (const Unit& unit : units) {
    if (unit.name != rest.substr(0, size)) continue;
    rest.remove_prefix(size);
    if (whole > duration_limit / unit.nanoseconds) return std::nullopt;
    std::uint64_t value = whole * unit.nanoseconds;
    if (fraction > 0) {
      const double unit_size = static_cast<double>(unit.nanoseconds);
      value += static_cast<std::uint64_t>(static_cast<double>(fraction) * (unit_size / scale));
      if (value > duration_limit) return std::nullopt;
    }
    return value;
  }
  return std::nullopt;
}

/// `value` with at most nine digits behind the point, without zeros at the end.
std::string with_fraction(std::uint64_t whole, std::uint64_t fraction, int digits) {
  std::string text = std::to_string(whole);
  if (fraction == 0) return text;
  std::string tail = std::to_string(fraction);
  tail.insert(0, static_cast<std::size_t>(digits) - tail.size(), '0');
  tail.erase(tail.find_last_not_of('0') + 1);
  return text + '.' + tail;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  return InstantReader(text).run();
}

std::string format_instant(const Instant& instant) {
  const model::CivilTime civil =
      model::civil_from_seconds(instant.seconds + instant.offset_seconds);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04lld-%02d-%02dT%02d:%02d:%02d",
                static_cast<long long>(civil.year), civil.month, civil.day, civil.hour,
                civil.minute, civil.second);
  std::string text = buffer.data();
  if (instant.nanoseconds != 0) {
    text += with_fraction(0, static_cast<std::uint64_t>(instant.nanoseconds), 9).substr(1);
  }
  if (instant.offset_seconds == 0) return text + 'Z';
  const int minutes = std::abs(instant.offset_seconds) / 60;
  std::snprintf(buffer.data(), buffer.size(), "%c%02d:%02d", instant.offset_seconds < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return text + buffer.data();
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  std::uint64_t total = 0;
  while (!text.empty()) {
    const std::optional<std::uint64_t> part = read_part(text);
    if (!part) return std::nullopt;
    total += *part;
    if (total > duration_limit) return std::nullopt;
  }
  if (negative) return static_cast<std::int64_t>(0 - total);
  if (total > duration_limit - 1) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

std::string format_duration(std::int64_t nanoseconds) {
  const double seconds = static_cast<double>(nanoseconds / nanoseconds_per_second) +
                         static_cast<double>(nanoseconds % nanoseconds_per_second) / 1e9;
  std::string text;
  append_fixed(seconds, text);
  return text + 's';
}

std::string duration_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const std::string sign = nanoseconds < 0 ? "-" : "";
  const std::uint64_t size = nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds)
                                             : static_cast<std::uint64_t>(nanoseconds);
  if (size < 1'000) return sign + std::to_string(size) + "ns";
  if (size < 1'000'000) return sign + with_fraction(size / 1'000, size % 1'000, 3) + "\xC2\xB5s";
  if (size < 1'000'000'000) {
    return sign + with_fraction(size / 1'000'000, size % 1'000'000, 6) + "ms";
  }
  const std::uint64_t seconds = size / 1'000'000'000;
  std::string text = with_fraction(seconds % 60, size % 1'000'000'000, 9) + 's';
  if (seconds >= 60) text.insert(0, std::to_string(seconds / 60 % 60) + 'm');
  if (seconds >= 3600) text.insert(0, std::to_string(seconds / 3600) + 'h');
  return sign + text;
}

void append_fixed(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                    std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));
  const std::size_t mark = text.find('e');
  std::string digits(text.substr(0, 1));
  if (mark > 2) digits += text.substr(2, mark - 2);
  const int exponent = std::atoi(text.data() + mark + 1);
  if (std::signbit(value)) out += '-';
  if (exponent < 0) {
    out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    out += digits + std::string(whole - digits.size(), '0');
  } else {
    out += digits.substr(0, whole) + '.' + digits.substr(whole);
  }
}

}  // namespace reconcile::cel
