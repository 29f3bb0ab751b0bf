// Methods of time.Duration, time.Month and time.Weekday.
#include <limits>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoType;
using gotemplate::GoValue;

constexpr std::int64_t minute = 60 * nanoseconds_per_second;
constexpr std::int64_t hour = 60 * minute;

GoValue text(Call& call) {
  std::string text;
  gotemplate::append_printed(text, call.receiver);
  return call.heap().string(text);
}

template <std::int64_t unit>
GoValue whole_units(Call& call) {
  return GoValue::integer(call.receiver.as_integer() / unit, GoType::int64);
}
template <std::int64_t unit>
GoValue fractional_units(Call& call) {
  return GoValue::floating(duration_in(call.receiver.as_integer(), unit));
}

template <std::int64_t (*adjust)(std::int64_t, std::int64_t) noexcept>
GoValue adjusted(Call& call) {
  return GoValue::integer(adjust(call.receiver.as_integer(), call.integer(0)), GoType::duration);
}

GoValue absolute(Call& call) {
  using Limits = std::numeric_limits<std::int64_t>;
  const std::int64_t value = call.receiver.as_integer();
  return GoValue::integer(value == Limits::min() ? Limits::max()
                          : value < 0            ? -value
                                                 : value,
                          GoType::duration);
}

constexpr Function duration_table[] = {
    {"String", "", text},
    {"Nanoseconds", "", whole_units<1>},
    {"Microseconds", "", whole_units<1000>},
    {"Milliseconds", "", whole_units<1'000'000>},
    {"Seconds", "", fractional_units<nanoseconds_per_second>},
    {"Minutes", "", fractional_units<minute>},
    {"Hours", "", fractional_units<hour>},
    {"Truncate", "d", adjusted<truncated_duration>},
    {"Round", "d", adjusted<rounded_duration>},
    {"Abs", "", absolute},
};
constexpr Function text_table[] = {{"String", "", text}};

}  // namespace

std::span<const Function> duration_methods() {
  return duration_table;
}
std::span<const Function> text_methods() {
  return text_table;
}

}  // namespace reconcile::sprig
