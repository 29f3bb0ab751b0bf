#include <cstdint>
#include <string>
#include <utility>

#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/tables.hpp"
#include "renderers/sprig/time_object.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

/// What it takes to find a zone and to write or read a time in it.
constexpr std::uint64_t date_steps = 300;

GoTime now_of(const Call& call) {
  return GoTime::from_wall(call.context.now, local_zone(call.context));
}

/// Times and whole seconds since 1970; every other value is now, as in Sprig.
GoTime time_of(const Call& call, const GoValue& value) {
  if (const GoTime* time = as_time(value)) return *time;
  const GoType type = value.type();
  if (type == GoType::int_ || type == GoType::int64 || type == GoType::int32) {
    GoTime time;
    time.seconds = value.as_integer();
    time.zone = local_zone(call.context);
    return time;
  }
  return now_of(call);
}

GoValue formatted(Call& call, std::string_view layout, const GoValue& value,
                  std::string_view zone_name) {
  call.context.work += date_steps;
  auto zone = zone_name == "Local" ? local_zone(call.context) : TimeZone::load(zone_name);
  if (!zone) zone = TimeZone::utc();
  return call.heap().string(time_of(call, value).in(std::move(zone)).format(layout));
}

constexpr std::string_view html_layout = "2006-01-02";

GoValue date(Call& call) {
  return formatted(call, call.text(0), call[1], "Local");
}
GoValue date_in_zone(Call& call) {
  return formatted(call, call.text(0), call[1], call.text(2));
}
GoValue html_date(Call& call) {
  return formatted(call, html_layout, call[0], "Local");
}
GoValue html_date_in_zone(Call& call) {
  return formatted(call, html_layout, call[0], call.text(1));
}

GoValue now(Call& call) {
  return time_value(call.heap(), now_of(call));
}

GoValue must_date_modify(Call& call) {
  return time_value(call.heap(), as_time(call[1])->plus(parse_go_duration(call.text(0))));
}
GoValue date_modify(Call& call) {
  try {
    return must_date_modify(call);
  } catch (const FunctionError&) {
    return call[1];
  }
}

GoValue must_to_date(Call& call) {
  call.context.work += date_steps;
  return time_value(call.heap(),
                    GoTime::parse(call.text(0), call.text(1), local_zone(call.context)));
}
GoValue to_date(Call& call) {
  try {
    return must_to_date(call);
  } catch (const FunctionError&) {
    return time_value(call.heap(), GoTime());
  }
}

GoValue unix_epoch(Call& call) {
  return call.heap().string(std::to_string(as_time(call[0])->seconds));
}

GoValue ago(Call& call) {
  // An int32 is no date here, though it is one for `date`.
  const GoTime time = call[0].type() == GoType::int32 ? now_of(call) : time_of(call, call[0]);
  const std::int64_t age = now_of(call).since(time);
  return call.heap().string(duration_text(rounded_duration(age, nanoseconds_per_second)));
}

GoValue duration(Call& call) {
  std::int64_t seconds = 0;
  if (call[0].is_string()) {
    seconds = parse_integer(call.text(0), 10).value;
  } else if (call[0].type() == GoType::int64) {
    seconds = call[0].as_integer();
  }
  const auto wrapped =
      static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(nanoseconds_per_second);
  return call.heap().string(duration_text(static_cast<std::int64_t>(wrapped)));
}

std::int64_t duration_of(Call& call) {
  if (call[0].is_string()) {
    try {
      return parse_go_duration(call.text(0));
    } catch (const FunctionError&) {
      return 0;
    }
  }
  if (call[0].type() == GoType::int64) return call[0].as_integer();
  if (const GoTime* time = as_time(call[0])) return now_of(call).since(*time);
  return 0;
}

GoValue duration_round(Call& call) {
  const std::int64_t value = duration_of(call);
  const std::uint64_t magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  constexpr std::uint64_t second = 1'000'000'000;
  static constexpr std::pair<std::uint64_t, std::string_view> units[] = {
      {second * 3600 * 24 * 365, "y"},
      {second * 3600 * 24 * 30, "mo"},
      {second * 3600 * 24, "d"},
      {second * 3600, "h"},
      {second * 60, "m"},
      {second, "s"},
  };
  for (const auto& [size, name] : units) {
    if (magnitude <= size) continue;
    return call.heap().string(std::to_string(magnitude / size) + std::string(name));
  }
  return GoValue::string("0s");
}

constexpr Function functions[] = {
    {"now", "", now},
    {"date", "sa", date},
    {"dateInZone", "sas", date_in_zone},
    {"date_in_zone", "sas", date_in_zone},
    {"htmlDate", "a", html_date},
    {"htmlDateInZone", "as", html_date_in_zone},
    {"dateModify", "st", date_modify},
    {"date_modify", "st", date_modify},
    {"mustDateModify", "st", must_date_modify},
    {"must_date_modify", "st", must_date_modify},
    {"toDate", "ss", to_date},
    {"mustToDate", "ss", must_to_date},
    {"unixEpoch", "t", unix_epoch},
    {"ago", "a", ago},
    {"duration", "a", duration},
    {"durationRound", "a", duration_round},
};

}  // namespace

std::span<const Function> date_functions() {
  return functions;
}

}  // namespace reconcile::sprig
