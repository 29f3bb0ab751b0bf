#include "renderers/sprig/time_layout.hpp"

#include <algorithm>
#include <string>

#include "renderers/sprig/go_time.hpp"

namespace reconcile::sprig {
namespace {

struct Spelling {
  std::string_view text;
  TimeElement element;
  bool not_before_lower_case = false;
};

/// In the order in which Go tries them at one place.
constexpr Spelling spellings[] = {
    {"January", TimeElement::long_month},
    {"Jan", TimeElement::month, true},
    {"Monday", TimeElement::long_weekday},
    {"Mon", TimeElement::weekday, true},
    {"MST", TimeElement::zone_name},
    {"01", TimeElement::zero_month},
    {"02", TimeElement::zero_day},
    {"03", TimeElement::zero_hour12},
    {"04", TimeElement::zero_minute},
    {"05", TimeElement::zero_second},
    {"06", TimeElement::year},
    {"002", TimeElement::zero_year_day},
    {"15", TimeElement::hour},
    {"1", TimeElement::number_month},
    {"2006", TimeElement::long_year},
    {"2", TimeElement::day},
    {"__2", TimeElement::under_year_day},
    {"_2", TimeElement::under_day},
    {"3", TimeElement::hour12},
    {"4", TimeElement::minute},
    {"5", TimeElement::second},
    {"PM", TimeElement::upper_pm},
    {"pm", TimeElement::lower_pm},
    {"-070000", TimeElement::seconds_zone},
    {"-07:00:00", TimeElement::colon_seconds_zone},
    {"-0700", TimeElement::zone},
    {"-07:00", TimeElement::colon_zone},
    {"-07", TimeElement::short_zone},
    {"Z070000", TimeElement::iso_seconds_zone},
    {"Z07:00:00", TimeElement::iso_colon_seconds_zone},
    {"Z0700", TimeElement::iso_zone},
    {"Z07:00", TimeElement::iso_colon_zone},
    {"Z07", TimeElement::iso_short_zone},
};

TimeElement fraction_at(std::string_view layout, std::size_t& size) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',')) return TimeElement::none;
  const char digit = layout[1];
  if (digit != '0' && digit != '9') return TimeElement::none;
  size = 1;
  while (size < layout.size() && layout[size] == digit) ++size;
  const bool goes_on = size < layout.size() && layout[size] >= '0' && layout[size] <= '9';
  if (goes_on) return TimeElement::none;
  return digit == '0' ? TimeElement::fraction_zeros : TimeElement::fraction_nines;
}

void append_number(std::string& out, std::int64_t value, std::size_t width) {
  if (value < 0) out += '-';
  const std::string digits = std::to_string(value < 0 ? -value : value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

/// Writes the elements of one instant.
class TimeWriter {
 public:
  explicit TimeWriter(const GoTime& time)
      : time_(time), civil_(time.civil()), offset_(time.zone->at(time.seconds)) {}

  void append(std::string& out, const TimeChunk& chunk) const {
    if (chunk.element <= TimeElement::zero_year_day || chunk.element == TimeElement::long_year ||
        chunk.element == TimeElement::year) {
      append_date(out, chunk.element);
    } else if (chunk.element <= TimeElement::lower_pm) {
      append_clock(out, chunk.element);
    } else if (chunk.element == TimeElement::zone_name) {
      append_name(out);
    } else if (chunk.element <= TimeElement::colon_seconds_zone) {
      append_zone(out, chunk.element);
    } else {
      append_fraction(out, chunk);
    }
  }

 private:
  void append_date(std::string& out, TimeElement element) const {
    const std::string_view month = month_names[static_cast<std::size_t>(civil_.month - 1)];
    const std::string_view weekday = weekday_names[static_cast<std::size_t>(civil_.weekday)];
    switch (element) {
      case TimeElement::long_month:
        out += month;
        return;
      case TimeElement::month:
        out += month.substr(0, 3);
        return;
      case TimeElement::number_month:
        return append_number(out, civil_.month, 1);
      case TimeElement::zero_month:
        return append_number(out, civil_.month, 2);
      case TimeElement::long_weekday:
        out += weekday;
        return;
      case TimeElement::weekday:
        out += weekday.substr(0, 3);
        return;
      case TimeElement::under_day:
        if (civil_.day < 10) out += ' ';
        return append_number(out, civil_.day, 1);
      case TimeElement::day:
        return append_number(out, civil_.day, 1);
      case TimeElement::zero_day:
        return append_number(out, civil_.day, 2);
      case TimeElement::under_year_day:
        out.append(civil_.year_day < 10 ? 2 : civil_.year_day < 100 ? 1 : 0, ' ');
        return append_number(out, civil_.year_day, 1);
      case TimeElement::zero_year_day:
        return append_number(out, civil_.year_day, 3);
      case TimeElement::year:
        return append_number(out, (civil_.year < 0 ? -civil_.year : civil_.year) % 100, 2);
      default:
        return append_number(out, civil_.year, 4);
    }
  }

  void append_clock(std::string& out, TimeElement element) const {
    const int hour12 = civil_.hour % 12 == 0 ? 12 : civil_.hour % 12;
    switch (element) {
      case TimeElement::hour:
        return append_number(out, civil_.hour, 2);
      case TimeElement::hour12:
        return append_number(out, hour12, 1);
      case TimeElement::zero_hour12:
        return append_number(out, hour12, 2);
      case TimeElement::minute:
        return append_number(out, civil_.minute, 1);
      case TimeElement::zero_minute:
        return append_number(out, civil_.minute, 2);
      case TimeElement::second:
        return append_number(out, civil_.second, 1);
      case TimeElement::zero_second:
        return append_number(out, civil_.second, 2);
      case TimeElement::upper_pm:
        out += civil_.hour >= 12 ? "PM" : "AM";
        return;
      default:
        out += civil_.hour >= 12 ? "pm" : "am";
    }
  }

  void append_name(std::string& out) const {
    if (offset_.name.empty()) return append_zone(out, TimeElement::zone);
    out += offset_.name;
  }

  void append_zone(std::string& out, TimeElement element) const {
    const bool is_iso = element <= TimeElement::iso_colon_seconds_zone;
    if (is_iso && offset_.seconds == 0) {
      out += 'Z';
      return;
    }
    const bool has_colon = element == TimeElement::iso_colon_zone ||
                           element == TimeElement::colon_zone ||
                           element == TimeElement::iso_colon_seconds_zone ||
                           element == TimeElement::colon_seconds_zone;
    const bool is_short =
        element == TimeElement::iso_short_zone || element == TimeElement::short_zone;
    const bool has_seconds = element == TimeElement::iso_seconds_zone ||
                             element == TimeElement::seconds_zone ||
                             element == TimeElement::iso_colon_seconds_zone ||
                             element == TimeElement::colon_seconds_zone;
    const int minutes = offset_.seconds / 60;
    const int absolute = offset_.seconds < 0 ? -offset_.seconds : offset_.seconds;
    out += minutes < 0 ? '-' : '+';
    append_number(out, absolute / 3600, 2);
    if (has_colon) out += ':';
    if (!is_short) append_number(out, absolute / 60 % 60, 2);
    if (!has_seconds) return;
    if (has_colon) out += ':';
    append_number(out, absolute % 60, 2);
  }

  void append_fraction(std::string& out, const TimeChunk& chunk) const {
    const bool trims = chunk.element == TimeElement::fraction_nines;
    if (trims && time_.nanoseconds == 0) return;
    std::string digits;
    append_number(digits, time_.nanoseconds, 9);
    digits.resize(std::min<std::size_t>(chunk.text.size() - 1, 9));
    while (trims && digits.ends_with('0')) digits.pop_back();
    if (trims && digits.empty()) return;
    out += chunk.text.front();
    out += digits;
  }

  const GoTime& time_;
  CivilTime civil_;
  TimeZone::Offset offset_;
};

}  // namespace

TimeChunk next_time_chunk(std::string_view layout) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const std::string_view here = layout.substr(i);
    // "_2006" is a literal `_` before the year.
    if (here.starts_with("_2006")) {
      return {layout.substr(0, i + 1), TimeElement::long_year, here.substr(1, 4), here.substr(5)};
    }
    for (const Spelling& spelling : spellings) {
      if (!here.starts_with(spelling.text)) continue;
      const std::string_view rest = here.substr(spelling.text.size());
      const bool goes_on = !rest.empty() && rest.front() >= 'a' && rest.front() <= 'z';
      if (spelling.not_before_lower_case && goes_on) continue;
      return {layout.substr(0, i), spelling.element, here.substr(0, spelling.text.size()), rest};
    }
    std::size_t size = 0;
    const TimeElement fraction = fraction_at(here, size);
    if (fraction != TimeElement::none) {
      return {layout.substr(0, i), fraction, here.substr(0, size), here.substr(size)};
    }
  }
  return {layout, TimeElement::none, {}, {}};
}

std::string GoTime::format(std::string_view layout) const {
  const TimeWriter writer(*this);
  std::string out;
  while (!layout.empty()) {
    const TimeChunk chunk = next_time_chunk(layout);
    out += chunk.prefix;
    if (chunk.element == TimeElement::none) break;
    writer.append(out, chunk);
    layout = chunk.rest;
  }
  return out;
}

}  // namespace reconcile::sprig
