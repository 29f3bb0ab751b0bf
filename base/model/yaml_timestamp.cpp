#include "base/model/yaml_timestamp.hpp"

#include <cstdio>
#include <cstdlib>

namespace reconcile::model {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads a text from left to right; after the first mismatch everything fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_[0]; }

  void expect(char c) {
    if (peek() != c || text_.empty()) {
      ok_ = false;
      return;
    }
    text_.remove_prefix(1);
  }

  // Go's layout blank: any number of blanks, but something else than a blank fails.
  void blanks() {
    if (!text_.empty() && text_[0] != ' ') ok_ = false;
    while (!text_.empty() && text_[0] == ' ') text_.remove_prefix(1);
  }

  // One or two digits, or exactly two.
  int number(bool two_digits) {
    if (text_.empty() || !is_digit(text_[0])) return fail();
    const bool two = text_.size() > 1 && is_digit(text_[1]);
    if (!two && two_digits) return fail();
    const int value = two ? (text_[0] - '0') * 10 + (text_[1] - '0') : text_[0] - '0';
    text_.remove_prefix(two ? 2 : 1);
    return value;
  }

  int year() {
    if (text_.size() < 4) return fail();
    int value = 0;
    for (int i = 0; i < 4; ++i) {
      if (!is_digit(text_[0])) return fail();
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  // An optional fraction; digits after the ninth are dropped.
  int nanoseconds() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !is_digit(text_[1])) return 0;
    text_.remove_prefix(1);
    int value = 0;
    int digits = 0;
    for (; !text_.empty() && is_digit(text_[0]); text_.remove_prefix(1)) {
      if (digits < 9) value = value * 10 + (text_[0] - '0');
      ++digits;
    }
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
};

int days_in(int month, int year) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

void read_zone(Scanner& scanner, Timestamp& time) {
  if (scanner.peek() == 'Z') {
    scanner.expect('Z');
    return;
  }
  const char sign = scanner.peek();
  scanner.expect(sign == '-' ? '-' : '+');
  const int hours = scanner.number(true);
  scanner.expect(':');
  const int minutes = scanner.number(true);
  if (hours > 24 || minutes > 60) scanner.expect('\0');
  time.utc = false;
  time.zone_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Scanner scanner(text);
  Timestamp time;
  time.year = scanner.year();
  scanner.expect('-');
  time.month = scanner.number(false);
  if (time.month < 1 || time.month > 12) return std::nullopt;
  scanner.expect('-');
  time.day = scanner.number(false);
  if (!scanner.ok() || time.day < 1 || time.day > days_in(time.month, time.year)) {
    return std::nullopt;
  }
  if (scanner.at_end()) return time;
  const char separator = scanner.peek();
  const bool zoned = separator == 'T' || separator == 't';
  if (zoned) {
    scanner.expect(separator);
  } else {
    scanner.blanks();
  }
  time.hour = scanner.number(false);
  scanner.expect(':');
  time.minute = scanner.number(false);
  scanner.expect(':');
  time.second = scanner.number(false);
  time.nanosecond = scanner.nanoseconds();
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  if (zoned) read_zone(scanner, time);
  if (!scanner.ok() || !scanner.at_end()) return std::nullopt;
  return time;
}

std::string to_rfc3339(const Timestamp& time) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d", time.year, time.month,
                time.day, time.hour, time.minute, time.second);
  std::string text = buffer;
  if (time.nanosecond != 0) {
    std::snprintf(buffer, sizeof buffer, ".%09d", time.nanosecond);
    text += buffer;
    text.erase(text.find_last_not_of('0') + 1);
  }
  if (time.zone_minutes == 0) return text + "Z";
  const int minutes = std::abs(time.zone_minutes);
  std::snprintf(buffer, sizeof buffer, "%c%02d:%02d", time.zone_minutes < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return text + buffer;
}

}  // namespace reconcile::model
