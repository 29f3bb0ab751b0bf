#include "renderers/sprig/time_object.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "reconcile/gotemplate/go_object.hpp"
#include "renderers/sprig/duration.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

class TimeObject final : public gotemplate::GoObject {
 public:
  explicit TimeObject(GoTime time) : time_(std::move(time)) {}
  [[nodiscard]] const GoTime& time() const { return time_; }
  [[nodiscard]] std::string_view type_name() const override { return "time.Time"; }
  [[nodiscard]] const Function* method(std::string_view name) const override;
  bool append_text(std::string& out) const override {
    out += time_.format(printed_layout);
    return true;
  }
  bool append_json(std::string& out) const override {
    const std::int64_t year = time_.civil().year;
    if (year < 0 || year > 9999) {
      throw FunctionError(
          "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of "
          "range [0,9999]");
    }
    out += '"' + time_.format(rfc3339_nano) + '"';
    return true;
  }
  [[nodiscard]] bool equals(const GoObject& other) const override {
    const GoTime* right = as_time(GoValue::object(&other));
    return right != nullptr && time_.compare(*right) == 0 && time_.zone == right->zone;
  }

 private:
  GoTime time_;
};

const GoTime& receiver(const Call& call) {
  return *as_time(call.receiver);
}
const GoTime& argument(const Call& call, std::size_t index) {
  return *as_time(call[index]);
}
GoValue int64_value(std::int64_t value) {
  return GoValue::integer(value, GoType::int64);
}

/// Nanoseconds since 1970 wrap around as in Go.
std::int64_t unix_in(const GoTime& time, std::int64_t per_second) {
  const auto seconds = static_cast<std::uint64_t>(time.seconds);
  const auto rest =
      static_cast<std::uint64_t>(time.nanoseconds / (nanoseconds_per_second / per_second));
  return static_cast<std::int64_t>(seconds * static_cast<std::uint64_t>(per_second) + rest);
}

GoValue format(Call& call) {
  return call.heap().string(receiver(call).format(call.text(0)));
}
GoValue text(Call& call) {
  return call.heap().string(receiver(call).format(printed_layout));
}
GoValue unix_seconds(Call& call) {
  return int64_value(receiver(call).seconds);
}
GoValue unix_milli(Call& call) {
  return int64_value(unix_in(receiver(call), 1000));
}
GoValue unix_micro(Call& call) {
  return int64_value(unix_in(receiver(call), 1'000'000));
}
GoValue unix_nano(Call& call) {
  return int64_value(unix_in(receiver(call), nanoseconds_per_second));
}
GoValue year(Call& call) {
  return GoValue::integer(receiver(call).civil().year);
}
GoValue month(Call& call) {
  return GoValue::integer(receiver(call).civil().month, GoType::month);
}
GoValue weekday(Call& call) {
  return GoValue::integer(receiver(call).civil().weekday, GoType::weekday);
}

template <int CivilTime::*field>
GoValue civil_field(Call& call) {
  return GoValue::integer(receiver(call).civil().*field);
}

GoValue nanosecond(Call& call) {
  return GoValue::integer(receiver(call).nanoseconds);
}
GoValue is_zero(Call& call) {
  return GoValue::boolean(receiver(call).is_zero());
}
GoValue is_dst(Call& call) {
  const GoTime& time = receiver(call);
  // The smaller offset of January and July is standard time.
  const std::int64_t start = seconds_from_civil({.year = time.civil().year});
  const std::int32_t winter = time.zone->at(start).seconds;
  const std::int32_t summer = time.zone->at(start + std::int64_t{181} * 86400).seconds;
  return GoValue::boolean(time.zone->at(time.seconds).seconds > std::min(winter, summer));
}
GoValue utc(Call& call) {
  return time_value(call.heap(), receiver(call).in(TimeZone::utc()));
}
GoValue local(Call& call) {
  return time_value(call.heap(), receiver(call).in(local_zone(call.context)));
}
GoValue add(Call& call) {
  return time_value(call.heap(), receiver(call).plus(call.integer(0)));
}

GoValue add_date(Call& call) {
  const GoTime& time = receiver(call);
  CivilTime civil = time.civil();
  constexpr std::int64_t most = 1'000'000'000;
  for (std::size_t i = 0; i < 3; ++i) {
    if (call.integer(i) > most || call.integer(i) < -most) {
      throw FunctionError("AddDate: the argument exceeds the limit of 1000000000");
    }
  }
  const std::int64_t months = civil.month - 1 + call.integer(1);
  const std::int64_t carried = months / 12 - (months % 12 < 0 ? 1 : 0);
  const std::int64_t days =
      days_from_civil(civil.year + call.integer(0) + carried,
                      static_cast<int>(months - carried * 12) + 1, civil.day + call.integer(2));
  const CivilTime date = civil_from_seconds(days * 86400);
  civil.year = date.year;
  civil.month = date.month;
  civil.day = date.day;
  return time_value(call.heap(), GoTime::from_civil(civil, time.nanoseconds, time.zone));
}

GoValue sub(Call& call) {
  return GoValue::integer(receiver(call).since(argument(call, 0)), GoType::duration);
}
GoValue after(Call& call) {
  return GoValue::boolean(receiver(call).compare(argument(call, 0)) > 0);
}
GoValue before(Call& call) {
  return GoValue::boolean(receiver(call).compare(argument(call, 0)) < 0);
}
GoValue equal(Call& call) {
  return GoValue::boolean(receiver(call).compare(argument(call, 0)) == 0);
}
GoValue compare(Call& call) {
  return GoValue::integer(receiver(call).compare(argument(call, 0)));
}
GoValue truncate(Call& call) {
  return time_value(call.heap(), receiver(call).truncated(call.integer(0)));
}
GoValue round(Call& call) {
  return time_value(call.heap(), receiver(call).rounded(call.integer(0)));
}

constexpr Function methods[] = {
    {"Format", "s", format},
    {"String", "", text},
    {"Unix", "", unix_seconds},
    {"UnixMilli", "", unix_milli},
    {"UnixMicro", "", unix_micro},
    {"UnixNano", "", unix_nano},
    {"Year", "", year},
    {"Month", "", month},
    {"Day", "", civil_field<&CivilTime::day>},
    {"Weekday", "", weekday},
    {"Hour", "", civil_field<&CivilTime::hour>},
    {"Minute", "", civil_field<&CivilTime::minute>},
    {"Second", "", civil_field<&CivilTime::second>},
    {"Nanosecond", "", nanosecond},
    {"YearDay", "", civil_field<&CivilTime::year_day>},
    {"IsZero", "", is_zero},
    {"IsDST", "", is_dst},
    {"UTC", "", utc},
    {"Local", "", local},
    {"Add", "d", add},
    {"AddDate", "iii", add_date},
    {"Sub", "t", sub},
    {"After", "t", after},
    {"Before", "t", before},
    {"Equal", "t", equal},
    {"Compare", "t", compare},
    {"Truncate", "d", truncate},
    {"Round", "d", round},
};

const Function* TimeObject::method(std::string_view name) const {
  for (const Function& function : methods) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace

GoValue time_value(gotemplate::Heap& heap, GoTime time) {
  return GoValue::object(heap.make<TimeObject>(std::move(time)));
}

const GoTime* as_time(const GoValue& value) {
  if (value.type() != GoType::object) return nullptr;
  const auto* object = dynamic_cast<const TimeObject*>(value.as_object());
  return object == nullptr ? nullptr : &object->time();
}

std::shared_ptr<const TimeZone> local_zone(const gotemplate::RenderContext& context) {
  auto zone = TimeZone::load(context.local_zone);
  return zone ? zone : TimeZone::utc();
}

}  // namespace reconcile::sprig
