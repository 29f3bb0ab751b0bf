// time.ParseInLocation of Go 1.26. Go's error texts name the layout's element and the rest of the
// value. Tests: test/renderers/sprig/time_test.cpp.
#include <algorithm>
#include <optional>
#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/go_time.hpp"
#include "renderers/sprig/time_layout.hpp"

namespace reconcile::sprig {
namespace {

/// The value does not fit the element; TimeParser::read adds which.
struct BadElement {};
/// The value fits, but names something that does not exist.
struct OutOfRange {
  std::string what;
};

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

/// Go's time.quote: beyond ASCII and below the space everything is written \xNN.
std::string time_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < ' ') {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
}

class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view value) : layout_(layout), value_(value) {}

  GoTime parse(const std::shared_ptr<const TimeZone>& local) {
    std::string_view layout = layout_;
    rest_ = value_;
    while (true) {
      const TimeChunk chunk = next_time_chunk(layout);
      if (!skip(chunk.prefix)) fail(chunk.prefix, rest_);
      if (chunk.element == TimeElement::none) break;
      layout = chunk.rest;
      const std::string_view hold = rest_;
      try {
        read(chunk, layout);
      } catch (const BadElement&) {
        fail(chunk.text, hold);
      } catch (const OutOfRange& error) {
        fail_with(": " + error.what + " out of range");
      }
    }
    if (!rest_.empty()) fail_with(": extra text: " + time_quoted(rest_));
    finish_date();
    return made(local);
  }

 private:
  [[noreturn]] void fail(std::string_view element, std::string_view found) const {
    throw gotemplate::FunctionError("parsing time " + time_quoted(value_) + " as " +
                                    time_quoted(layout_) + ": cannot parse " + time_quoted(found) +
                                    " as " + time_quoted(element));
  }
  [[noreturn]] void fail_with(const std::string& message) const {
    throw gotemplate::FunctionError("parsing time " + time_quoted(value_) + message);
  }

  /// Takes literal text; runs of spaces match runs of spaces.
  bool skip(std::string_view prefix) {
    const auto cut_spaces = [](std::string_view& text) {
      while (text.starts_with(' ')) text.remove_prefix(1);
    };
    while (!prefix.empty()) {
      if (prefix.front() == ' ') {
        if (!rest_.empty() && rest_.front() != ' ') return false;
        cut_spaces(prefix);
        cut_spaces(rest_);
        continue;
      }
      if (rest_.empty() || rest_.front() != prefix.front()) return false;
      prefix.remove_prefix(1);
      rest_.remove_prefix(1);
    }
    return true;
  }

  std::string_view take(std::size_t size) {
    if (rest_.size() < size) throw BadElement{};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  static int number(std::string_view digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (!is_digit(digits, i)) throw BadElement{};
      value = value * 10 + (digits[i] - '0');
    }
    return value;
  }

  /// One or two digits; `fixed` wants two.
  int take_number(bool fixed) {
    if (!is_digit(rest_, 0) || (fixed && !is_digit(rest_, 1))) throw BadElement{};
    return number(take(is_digit(rest_, 1) ? 2 : 1));
  }

  template <class Names>
  int take_name(const Names& names, std::size_t size_max) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view name = names[i].substr(0, size_max);
      if (rest_.size() < name.size()) continue;
      if (!std::equal(name.begin(), name.end(), rest_.begin(),
                      [](char a, char b) { return lower(a) == lower(b); })) {
        continue;
      }
      rest_.remove_prefix(name.size());
      return static_cast<int>(i);
    }
    throw BadElement{};
  }

  void check_range(int value, int least, int most, const char* what) {
    if (value < least || value > most) throw OutOfRange{what};
  }

  void read(const TimeChunk& chunk, std::string_view next_layout) {
    if (chunk.element <= TimeElement::zero_year_day || chunk.element == TimeElement::long_year ||
        chunk.element == TimeElement::year) {
      read_date(chunk.element);
    } else if (chunk.element <= TimeElement::lower_pm) {
      read_clock(chunk.element, next_layout);
    } else if (chunk.element == TimeElement::zone_name) {
      read_zone_name();
    } else if (chunk.element <= TimeElement::colon_seconds_zone) {
      read_zone(chunk);
    } else {
      read_fraction(chunk);
    }
  }

  void read_date(TimeElement element) {
    switch (element) {
      case TimeElement::year: {
        const int short_year = number(take(2));
        year_ = short_year + (short_year >= 69 ? 1900 : 2000);
        return;
      }
      case TimeElement::long_year:
        if (rest_.size() < 4 || !is_digit(rest_, 0)) throw BadElement{};
        year_ = number(take(4));
        return;
      case TimeElement::month:
        month_ = take_name(month_names, 3) + 1;
        return;
      case TimeElement::long_month:
        month_ = take_name(month_names, std::string_view::npos) + 1;
        return;
      case TimeElement::number_month:
      case TimeElement::zero_month:
        month_ = take_number(element == TimeElement::zero_month);
        return check_range(month_, 1, 12, "month");
      case TimeElement::weekday:
        take_name(weekday_names, 3);
        return;
      case TimeElement::long_weekday:
        take_name(weekday_names, std::string_view::npos);
        return;
      case TimeElement::under_year_day:
      case TimeElement::zero_year_day:
        return read_year_day(element);
      default:
        if (element == TimeElement::under_day && rest_.starts_with(' ')) rest_.remove_prefix(1);
        day_ = take_number(element == TimeElement::zero_day);
    }
  }

  void read_year_day(TimeElement element) {
    const bool is_padded = element == TimeElement::under_year_day;
    for (int i = 0; i < 2 && is_padded && rest_.starts_with(' '); ++i) rest_.remove_prefix(1);
    std::size_t size = 0;
    while (size < 3 && is_digit(rest_, size)) ++size;
    if (size == 0 || (!is_padded && size != 3)) throw BadElement{};
    year_day_ = number(take(size));
  }

  void read_clock(TimeElement element, std::string_view next_layout) {
    switch (element) {
      case TimeElement::hour:
        hour_ = take_number(false);
        return check_range(hour_, 0, 23, "hour");
      case TimeElement::hour12:
      case TimeElement::zero_hour12:
        hour_ = take_number(element == TimeElement::zero_hour12);
        return check_range(hour_, 0, 12, "hour");
      case TimeElement::minute:
      case TimeElement::zero_minute:
        minute_ = take_number(element == TimeElement::zero_minute);
        return check_range(minute_, 0, 59, "minute");
      case TimeElement::second:
      case TimeElement::zero_second:
        second_ = take_number(element == TimeElement::zero_second);
        check_range(second_, 0, 59, "second");
        return read_unasked_fraction(next_layout);
      default: {
        const bool is_upper = element == TimeElement::upper_pm;
        const std::string_view half = take(2);
        if (half == (is_upper ? "PM" : "pm")) {
          is_pm_ = true;
        } else if (half == (is_upper ? "AM" : "am")) {
          is_am_ = true;
        } else {
          throw BadElement{};
        }
      }
    }
  }

  /// A fraction behind the seconds is taken even where the layout has none.
  void read_unasked_fraction(std::string_view next_layout) {
    const bool has_point = rest_.starts_with('.') || rest_.starts_with(',');
    if (!has_point || !is_digit(rest_, 1)) return;
    const TimeElement next = next_time_chunk(next_layout).element;
    if (next == TimeElement::fraction_zeros || next == TimeElement::fraction_nines) return;
    std::size_t size = 2;
    while (is_digit(rest_, size)) ++size;
    set_fraction(take(size));
  }

  void set_fraction(std::string_view text) {
    if (text[0] != '.' && text[0] != ',') throw BadElement{};
    text = text.substr(1, 9);
    nanoseconds_ = number(text);
    for (std::size_t i = text.size(); i < 9; ++i) nanoseconds_ *= 10;
  }

  void read_fraction(const TimeChunk& chunk) {
    if (chunk.element == TimeElement::fraction_zeros) {
      set_fraction(take(chunk.text.size()));
      return;
    }
    const bool has_point = rest_.starts_with('.') || rest_.starts_with(',');
    if (!has_point || !is_digit(rest_, 1)) return;
    std::size_t size = 1;
    while (is_digit(rest_, size)) ++size;
    set_fraction(take(size));
  }

  /// The element's own text shows where hours, minutes, seconds and colons stand.
  void read_zone(const TimeChunk& chunk) {
    const bool is_iso = chunk.element <= TimeElement::iso_colon_seconds_zone;
    if (is_iso && rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      zone_ = TimeZone::utc();
      return;
    }
    const std::string_view text = take(chunk.text.size());
    int parts[3] = {0, 0, 0};
    std::size_t filled = 0;
    for (std::size_t i = 1; i < text.size();) {
      if (chunk.text[i] == ':') {
        if (text[i++] != ':') throw BadElement{};
        continue;
      }
      parts[filled++] = number(text.substr(i, 2));
      i += 2;
    }
    static constexpr const char* names[] = {"time zone offset hour", "time zone offset minute",
                                            "time zone offset second"};
    for (std::size_t i = 0; i < 3; ++i) check_range(parts[i], 0, i == 0 ? 24 : 60, names[i]);
    const int offset = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    if (text[0] != '+' && text[0] != '-') throw BadElement{};
    offset_ = text[0] == '-' ? -offset : offset;
  }

  static std::size_t signed_offset_size(std::string_view text) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
    std::size_t size = 1;
    int value = 0;
    while (is_digit(text, size) && size < 6) value = value * 10 + (text[size++] - '0');
    return size == 1 || value > 23 ? 0 : size;
  }

  static std::size_t zone_name_size(std::string_view text) {
    if (text.size() < 3) return 0;
    if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
    if (text.starts_with("GMT")) return 3 + signed_offset_size(text.substr(3));
    if (text[0] == '+' || text[0] == '-') return signed_offset_size(text);
    std::size_t upper = 0;
    while (upper < 6 && upper < text.size() && text[upper] >= 'A' && text[upper] <= 'Z') ++upper;
    if (upper == 5 && text[4] == 'T') return 5;
    if (upper == 4 && (text[3] == 'T' || text.starts_with("WITA"))) return 4;
    return upper == 3 ? 3 : 0;
  }

  void read_zone_name() {
    if (rest_.starts_with("UTC")) {
      rest_.remove_prefix(3);
      zone_ = TimeZone::utc();
      return;
    }
    const std::size_t size = zone_name_size(rest_);
    if (size == 0) throw BadElement{};
    zone_name_ = take(size);
  }

  void finish_date() {
    if (is_pm_ && hour_ < 12) hour_ += 12;
    if (is_am_ && !is_pm_ && hour_ == 12) hour_ = 0;
    if (year_day_ >= 0) {
      apply_year_day();
    } else {
      if (month_ < 0) month_ = 1;
      if (day_ < 0) day_ = 1;
    }
    if (day_ < 1 || day_ > days_in_month(month_, year_)) fail_with(": day out of range");
  }

  void apply_year_day() {
    const int days = is_leap_year(year_) ? 366 : 365;
    if (year_day_ < 1 || year_day_ > days) fail_with(": day-of-year out of range");
    const CivilTime civil =
        civil_from_seconds((days_from_civil(year_, 1, 1) + year_day_ - 1) * 86400);
    if (month_ >= 0 && month_ != civil.month) fail_with(": day-of-year does not match month");
    month_ = civil.month;
    if (day_ >= 0 && day_ != civil.day) fail_with(": day-of-year does not match day");
    day_ = civil.day;
  }

  [[nodiscard]] GoTime made(const std::shared_ptr<const TimeZone>& local) const {
    CivilTime civil;
    civil.year = year_;
    civil.month = month_;
    civil.day = day_;
    civil.hour = hour_;
    civil.minute = minute_;
    civil.second = second_;
    if (zone_) return GoTime::from_civil(civil, nanoseconds_, zone_);
    if (!offset_ && zone_name_.empty()) return GoTime::from_civil(civil, nanoseconds_, local);
    GoTime time = GoTime::from_civil(civil, nanoseconds_, TimeZone::utc());
    if (offset_) {
      time.seconds -= *offset_;
      const TimeZone::Offset here = local->at(time.seconds);
      const bool is_local =
          here.seconds == *offset_ && (zone_name_.empty() || here.name == zone_name_);
      return time.in(is_local ? local : TimeZone::fixed(std::string(zone_name_), *offset_));
    }
    if (const auto offset = local->offset_named(zone_name_, time.seconds)) {
      time.seconds -= *offset;
      return time.in(local);
    }
    int hours = 0;
    if (zone_name_.size() > 4 && zone_name_.starts_with("GMT")) {
      hours = number(zone_name_.substr(4)) * (zone_name_[3] == '-' ? -1 : 1);
    }
    return time.in(TimeZone::fixed(std::string(zone_name_), hours * 3600));
  }

  std::string_view layout_;
  std::string_view value_;
  std::string_view rest_;
  int year_ = 0, month_ = -1, day_ = -1, year_day_ = -1;
  int hour_ = 0, minute_ = 0, second_ = 0;
  int nanoseconds_ = 0;
  bool is_am_ = false, is_pm_ = false;
  std::shared_ptr<const TimeZone> zone_;
  std::optional<int> offset_;
  std::string_view zone_name_;
};

}  // namespace

GoTime GoTime::parse(std::string_view layout, std::string_view text,
                     const std::shared_ptr<const TimeZone>& local) {
  return TimeParser(layout, text).parse(local);
}

}  // namespace reconcile::sprig
