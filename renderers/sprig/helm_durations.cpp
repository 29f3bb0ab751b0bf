// The duration functions that Helm 4 adds.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/rune_class.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

constexpr std::int64_t minute = 60 * nanoseconds_per_second;
constexpr std::int64_t hour = 60 * minute;

std::int64_t from_whole_seconds(std::int64_t seconds) {
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(seconds, nanoseconds_per_second, &nanoseconds)) {
    throw FunctionError("duration seconds overflow: " + std::to_string(seconds));
  }
  return nanoseconds;
}

std::int64_t from_seconds(double seconds) {
  const auto fail = [](const char* what, double value) {
    std::string text = what;
    gotemplate::append_float(text, value);
    throw FunctionError(text);
  };
  constexpr double most = 9223372036854775807.0;
  if (!std::isfinite(seconds)) fail("invalid duration seconds: ", seconds);
  if (seconds > most / 1e9 || seconds < -most / 1e9) fail("duration seconds overflow: ", seconds);
  return truncated(seconds * 1e9);
}

std::int64_t from_text(std::string_view text) {
  const std::string_view trimmed = trim_space(text);
  if (trimmed.empty()) throw FunctionError("empty duration");
  try {
    return parse_go_duration(trimmed);
  } catch (const FunctionError&) {
    if (const auto seconds = parse_float(trimmed)) return from_seconds(*seconds);
    throw FunctionError("could not parse duration " + gotemplate::quote(text));
  }
}

/// Texts such as "1h2m3s", and numbers of seconds.
std::int64_t duration_of(const GoValue& value) {
  const GoType type = value.type();
  if (value.is_nil()) throw FunctionError("invalid duration");
  if (type == GoType::duration) return value.as_integer();
  if (value.is_string()) return from_text(value.as_text());
  if (gotemplate::is_float_type(type)) return from_seconds(value.as_floating());
  if (gotemplate::is_unsigned_type(type) && value.as_integer() < 0) {
    throw FunctionError("duration seconds overflow: " + std::to_string(value.as_unsigned()));
  }
  if (gotemplate::is_signed_type(type) || gotemplate::is_unsigned_type(type)) {
    return from_whole_seconds(value.as_integer());
  }
  throw FunctionError("unsupported duration type " + std::string(value.type_name()));
}

/// The duration; what cannot be read is `fallback`.
std::int64_t duration_or(const GoValue& value, std::int64_t fallback) {
  try {
    return duration_of(value);
  } catch (const FunctionError&) {
    return fallback;
  }
}

GoValue must_to_duration(Call& call) {
  return GoValue::integer(duration_of(call[0]), GoType::duration);
}

template <std::int64_t unit>
GoValue whole_units(Call& call) {
  return GoValue::integer(duration_or(call[0], 0) / unit, GoType::int64);
}
template <std::int64_t unit>
GoValue fractional_units(Call& call) {
  return GoValue::floating(duration_in(duration_or(call[0], 0), unit));
}
GoValue days(Call& call) {
  return GoValue::floating(duration_in(duration_or(call[0], 0), hour) / 24.0);
}
GoValue weeks(Call& call) {
  return GoValue::floating(duration_in(duration_or(call[0], 0), hour) / 24.0 / 7.0);
}

template <std::int64_t (*adjust)(std::int64_t, std::int64_t) noexcept>
GoValue adjusted(Call& call) {
  // A multiple that cannot be read leaves the duration as it is.
  return GoValue::integer(adjust(duration_or(call[0], 0), duration_or(call[1], 0)),
                          GoType::duration);
}

constexpr Function functions[] = {
    {"mustToDuration", "a", must_to_duration},
    {"durationNanoseconds", "a", whole_units<1>},
    {"durationMicroseconds", "a", whole_units<1000>},
    {"durationMilliseconds", "a", whole_units<1'000'000>},
    {"durationSeconds", "a", fractional_units<nanoseconds_per_second>},
    {"durationMinutes", "a", fractional_units<minute>},
    {"durationHours", "a", fractional_units<hour>},
    {"durationDays", "a", days},
    {"durationWeeks", "a", weeks},
    {"durationRoundTo", "aa", adjusted<rounded_duration>},
    {"durationTruncateTo", "aa", adjusted<truncated_duration>},
};

}  // namespace

std::span<const Function> helm4_duration_functions() {
  return functions;
}

}  // namespace reconcile::sprig
