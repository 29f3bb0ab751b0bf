#include "renderers/sprig/toml_scalar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/time_object.hpp"
#include "renderers/sprig/toml.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoType;
using gotemplate::GoValue;

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

bool is_hexadecimal(char32_t c) {
  return is_digit(c) || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'f');
}

/// The library takes any hexadecimal digit for one that may surround an underscore.
bool underscores_are_valid(std::string_view digits) {
  bool accepts = false;
  for (const char c : digits) {
    if (c == '_' && !accepts) return false;
    accepts = is_hexadecimal(static_cast<unsigned char>(c));
  }
  return accepts;
}

bool has_leading_zero(std::string_view digits) {
  if (digits.size() > 1 && digits[0] == '0') {
    return digits[1] != 'b' && digits[1] != 'o' && digits[1] != 'x';
  }
  return digits.size() > 2 && (digits[0] == '-' || digits[0] == '+') && digits[1] == '0';
}

std::string without_underscores(std::string_view digits) {
  std::string plain(digits);
  std::erase(plain, '_');
  return plain;
}

class ScalarReader {
 public:
  ScalarReader(TomlText& text, gotemplate::Heap& heap, std::int32_t local_offset)
      : text_(text), heap_(heap), local_offset_(local_offset) {}

  GoValue read() {
    const char32_t c = text_.next();
    if (is_digit(c)) return number(c);
    if (c == '.') fail_point();
    if ((c == 'i' || c == 'n') && ends_word()) return floating();
    if (c == '-' || c == '+') return signed_number();
    if (gotemplate::is_letter(c)) {
      text_.back();
      return boolean();
    }
    if (c == TomlText::end) text_.fail("unexpected EOF; expected value");
    const std::string message = "expected value but found " + quoted_character(c) + " instead";
    if (c == '\n') text_.fail_before(message);
    text_.fail(message);
  }

 private:
  template <class Predicate>
  void skip(const Predicate& wanted) {
    while (wanted(text_.next())) {
    }
    text_.back();
  }

  [[noreturn]] void fail_point() { text_.fail("floats must start with a digit, not '.'"); }

  /// Behind an `i` or `n`: the library does not mind which of them `nf` and `an` follow.
  bool ends_word() {
    return (text_.accept('n') && text_.accept('f')) || (text_.accept('a') && text_.accept('n'));
  }

  GoValue boolean() {
    const std::size_t start = text_.place();
    skip([](char32_t c) { return gotemplate::is_letter(c); });
    const std::string_view token = text_.token();
    const std::string_view word = token.substr(token.size() - (text_.place() - start));
    if (word == "true" || word == "false") return GoValue::boolean(word == "true");
    text_.fail("expected value but found " + gotemplate::quote(word) + " instead");
  }

  /// Behind its first digit.
  GoValue number(char32_t first) {
    char32_t c = text_.next();
    if (first == '0' && !is_digit(c)) {
      if (c == 'b') return based("binary", [](char32_t d) { return d == '0' || d == '1'; });
      if (c == 'o') return based("octal", [](char32_t d) { return d >= '0' && d <= '7'; });
      if (c == 'x') return based("hexadecimal", is_hexadecimal);
      if (c == '-' || c == ':') return integer_before();
    }
    while (is_digit(c)) c = text_.next();
    if (c == '-' || c == ':') return date();
    if (c == '_') return decimal();
    if (c == '.' || c == 'e' || c == 'E') return floating_rest();
    return integer_before();
  }

  template <class Predicate>
  GoValue based(const std::string& base, const Predicate& is_digit_of_base) {
    if (const char32_t c = text_.peek(); !is_digit_of_base(c)) {
      std::string shown(text_.token());
      gotemplate::append_rune(shown, c);
      text_.fail("not a " + base + " number: '" + shown + "'");
    }
    skip([&](char32_t d) { return is_digit_of_base(d) || d == '_'; });
    return integer();
  }

  /// Behind a sign.
  GoValue signed_number() {
    const char32_t c = text_.next();
    if (c == 'i' || c == 'n') {
      const bool whole = c == 'i' ? text_.accept('n') && text_.accept('f')
                                  : text_.accept('a') && text_.accept('n');
      if (!whole) text_.fail("invalid float: '" + std::string(text_.token()) + "'");
      return floating();
    }
    if (c == '.') fail_point();
    if (c == '0') {
      const char32_t base = text_.peek();
      if (base == 'b' || base == 'o' || base == 'x') {
        text_.fail("cannot use sign with non-decimal numbers: '" + std::string(text_.token()) +
                   static_cast<char>(base) + "'");
      }
    }
    if (!is_digit(c)) text_.fail("expected a digit but got " + quoted_character(c));
    return decimal();
  }

  /// Digits and underscores, or a float.
  GoValue decimal() {
    char32_t c = text_.next();
    while (is_digit(c) || c == '_') c = text_.next();
    if (c == '.' || c == 'e' || c == 'E') return floating_rest();
    return integer_before();
  }

  GoValue integer_before() {
    text_.back();
    return integer();
  }

  GoValue floating_rest() {
    skip([](char32_t c) {
      return is_digit(c) ||
             (c != TomlText::end && c < 0x80 &&
              std::string_view("_.-+eE").find(static_cast<char>(c)) != std::string_view::npos);
    });
    return floating();
  }

  GoValue integer() {
    const std::string_view token = text_.token();
    const std::string shown = gotemplate::quote(token);
    if (!underscores_are_valid(token)) {
      fail("Invalid integer " + shown + ": underscores must be surrounded by digits");
    }
    if (has_leading_zero(token)) fail("Invalid integer " + shown + ": cannot have leading zeroes");
    const ParsedInteger parsed = parse_integer(without_underscores(token), 0);
    if (parsed.failure == ParsedInteger::Failure::range) {
      fail(std::string(token) + " is out of range for int64");
    }
    return GoValue::integer(parsed.value, GoType::int64);
  }

  GoValue floating() {
    const std::string_view token = text_.token();
    const std::string shown = gotemplate::quote(token);
    const bool is_word = token.ends_with("nan") || token.ends_with("inf");
    std::vector<std::string_view> parts;
    for (std::size_t i = 0; i < token.size();) {
      const std::size_t part_end = std::min(token.find_first_of(".eE", i), token.size());
      if (part_end > i) parts.push_back(token.substr(i, part_end - i));
      i = part_end + 1;
    }
    for (const std::string_view part : parts) {
      if (is_word || underscores_are_valid(part)) continue;
      fail("Invalid float " + shown + ": underscores must be surrounded by digits");
    }
    if (!parts.empty() && has_leading_zero(parts[0])) {
      fail("Invalid float " + shown + ": cannot have leading zeroes");
    }
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '.' && (i + 1 == token.size() || token[i + 1] < '0' || token[i + 1] > '9')) {
        fail("Invalid float " + shown + ": '.' must be followed by one or more digits");
      }
    }
    return GoValue::floating(parsed(token, shown));
  }

  double parsed(std::string_view token, const std::string& shown) {
    using Limits = std::numeric_limits<double>;
    const double sign = token[0] == '-' ? -1 : 1;
    const std::string_view word = token[0] == '-' || token[0] == '+' ? token.substr(1) : token;
    if (word == "nan") return std::copysign(Limits::quiet_NaN(), sign);
    if (word == "inf") return sign * Limits::infinity();
    const std::string plain = without_underscores(token);
    const auto number = parse_float(plain);
    if (number) return *number;
    char* number_end = nullptr;
    const bool is_large = std::isinf(std::strtod(plain.c_str(), &number_end)) &&
                          number_end == plain.c_str() + plain.size();
    if (is_large) fail(std::string(token) + " is out of range for float64");
    fail("Invalid float value: " + shown);
  }

  /// Behind the year and `-`, or the hour and `:`.
  GoValue date() {
    skip([](char32_t c) {
      return is_digit(c) ||
             (c != TomlText::end && c < 0x80 &&
              std::string_view("-:Tt .Zz+").find(static_cast<char>(c)) != std::string_view::npos);
    });
    std::string value(text_.token().substr(0, text_.token().find_last_not_of(' ') + 1));
    for (char& c : value) c = c == 't' || c == ' ' ? 'T' : c == 'z' ? 'Z' : c;
    struct Layout {
      std::string_view text;
      std::string_view zone;
    };
    static constexpr Layout layouts[] = {
        {rfc3339_nano, ""},
        {"2006-01-02T15:04:05.999999999", local_datetime_zone},
        {"2006-01-02", local_date_zone},
        {"15:04:05.999999999", local_time_zone},
        {"2006-01-02T15:04Z07:00", ""},
        {"2006-01-02T15:04", local_datetime_zone},
        {"15:04", local_time_zone},
    };
    for (const Layout& layout : layouts) {
      const auto zone = layout.zone.empty()
                            ? TimeZone::utc()
                            : TimeZone::fixed(std::string(layout.zone), local_offset_);
      try {
        const GoTime time = GoTime::parse(layout.text, value, zone);
        if (lacks_leading_zero(value, layout.text)) break;
        return time_value(heap_, time);
      } catch (const gotemplate::FunctionError&) {
        continue;  // the next layout may fit
      }
    }
    fail("invalid datetime: " + gotemplate::quote(value));
  }

  /// Hours of one digit fit a layout too.
  static bool lacks_leading_zero(std::string_view value, std::string_view layout) {
    for (std::size_t i = 0; i < layout.size() && i < value.size(); ++i) {
      if (layout[i] == '.' || layout[i] == 'Z') return false;
      if ((layout[i] < '0' || layout[i] > '9') && value[i] != layout[i]) return true;
    }
    return false;
  }

  [[noreturn]] void fail(const std::string& message) { text_.fail_at(text_.place(), message); }

  TomlText& text_;
  gotemplate::Heap& heap_;
  std::int32_t local_offset_;
};

}  // namespace

GoValue read_toml_scalar(TomlText& text, gotemplate::Heap& heap, std::int32_t local_offset) {
  text.start_token();
  return ScalarReader(text, heap, local_offset).read();
}

}  // namespace reconcile::sprig
