#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/time_object.hpp"
#include "renderers/sprig/toml_reader.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoType;
using gotemplate::GoValue;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `start` is where the string starts.
std::uint32_t read_hex(TomlText& text, char letter, std::size_t start) {
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text.peek();
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      text.fail(std::string("expected ") +
                (digits == 2   ? "two"
                 : digits == 4 ? "four"
                               : "eight") +
                " hexadecimal digits after '\\" + letter + "', but got " + text.shown_from(start) +
                " instead");
    }
    value = value * 16 + static_cast<std::uint32_t>(digit);
    text.take();
  }
  return value;
}

/// Called behind the backslash.
void read_escape(TomlText& text, std::string& out, std::size_t start) {
  constexpr std::string_view letters = "btnfre\"\\";
  constexpr std::string_view meanings = "\b\t\n\f\r\x1b\"\\";
  const char c = text.peek();
  if (const std::size_t found = letters.find(c); found != std::string_view::npos) {
    out += meanings[found];
    text.take();
    return;
  }
  if (c != 'x' && c != 'u' && c != 'U') text.fail("invalid escape character " + text.shown());
  text.take();
  const std::uint32_t rune = read_hex(text, c, start);
  if (rune > gotemplate::rune_max || (rune >= 0xD800 && rune <= 0xDFFF)) {
    text.fail("Escaped character is not valid UTF-8.");
  }
  gotemplate::append_rune(out, rune);
}

void check_character(const TomlText& text, bool multi_line) {
  const char c = text.peek();
  const auto byte = static_cast<unsigned char>(c);
  if (text.at_end())
    text.fail("unexpected EOF; expected " + std::string(multi_line ? "\"\"\"" : "'\"'"));
  if (!multi_line && c == '\n') text.fail("strings cannot contain newlines");
  const bool is_break = c == '\n' || (c == '\r' && text.peek(1) == '\n' && multi_line);
  if ((byte < 0x20 && c != '\t' && !is_break) || byte == 0x7F) {
    constexpr std::string_view digits = "0123456789abcdef";
    text.fail(std::string("TOML files cannot contain control characters: '0x") +
              digits[byte >> 4U] + digits[byte & 15U] + "'");
  }
}

/// Behind an opening `"""` or `'''`.
std::string read_multi_line(TomlText& text, char quote) {
  std::string out;
  const std::size_t start = text.place();
  if (!text.take("\r\n")) text.take("\n");
  for (;;) {
    check_character(text, true);
    if (text.peek() == quote && text.peek(1) == quote && text.peek(2) == quote) {
      text.skip(3);
      // Up to two quotes may stand before the closing three.
      for (int i = 0; i < 2 && text.peek() == quote; ++i) out += text.take();
      return out;
    }
    if (quote == '"' && text.take("\\")) {
      const std::size_t blanks = text.rest().find_first_not_of(" \t");
      const bool ends_line = blanks != std::string_view::npos &&
                             (text.peek(blanks) == '\n' || text.peek(blanks) == '\r');
      if (ends_line) {
        text.skip(std::min(text.rest().find_first_not_of(" \t\r\n"), text.rest().size()));
      } else {
        read_escape(text, out, start);
      }
      continue;
    }
    out += text.take();
  }
}

/// Digits with `_` only between them; false otherwise.
bool underscores_are_valid(std::string_view digits) {
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] != '_') continue;
    if (i == 0 || i + 1 == digits.size() || digits[i - 1] == '_') return false;
  }
  return true;
}

bool has_leading_zero(std::string_view digits) {
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  return digits.size() > 1 && digits[0] == '0' && (is_digit(digits[1]) || digits[1] == '_');
}

GoValue read_date(TomlText& text, gotemplate::Heap& heap, std::string value,
                  std::int32_t local_offset) {
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
    const auto zone = layout.zone.empty() ? TimeZone::utc()
                                          : TimeZone::fixed(std::string(layout.zone), local_offset);
    try {
      return time_value(heap, GoTime::parse(layout.text, value, zone));
    } catch (const gotemplate::FunctionError&) {
      continue;  // the next layout may fit
    }
  }
  text.fail("Invalid TOML Datetime: " + gotemplate::quote(value) + ".");
}

bool looks_like_date(std::string_view token) {
  const auto digits = [&](std::size_t count) {
    return token.size() > count &&
           std::all_of(token.begin(), token.begin() + static_cast<long>(count), is_digit);
  };
  return (digits(4) && token[4] == '-') || (digits(2) && token[2] == ':');
}

GoValue read_number(TomlText& text, std::string_view token) {
  const std::string shown = gotemplate::quote(token);
  const bool has_prefix = token.size() > 1 && token[0] == '0' &&
                          (token[1] == 'x' || token[1] == 'o' || token[1] == 'b');
  const bool is_float = !has_prefix && token.find_first_of(".eE") != std::string_view::npos;
  const char* kind = is_float ? "float " : "integer ";
  std::string_view digits = token;
  if (digits[0] == '-' || digits[0] == '+') digits.remove_prefix(1);
  const std::string_view whole = digits.substr(has_prefix ? 2 : 0, digits.find_first_of(".eE"));
  if (!underscores_are_valid(has_prefix ? digits.substr(2) : whole)) {
    text.fail(std::string("Invalid ") + kind + shown +
              ": underscores must be surrounded by digits");
  }
  if (!has_prefix && has_leading_zero(digits)) {
    text.fail(std::string("Invalid ") + kind + shown + ": cannot have leading zeroes");
  }
  std::string plain(token);
  std::erase(plain, '_');
  if (!is_float) {
    const ParsedInteger parsed = parse_integer(plain, 0);
    if (parsed.failure == ParsedInteger::Failure::range) {
      text.fail(std::string(token) + " is out of range for int64");
    }
    if (parsed.failure == ParsedInteger::Failure::none) {
      return GoValue::integer(parsed.value, GoType::int64);
    }
    text.fail("expected value but found " + shown + " instead");
  }
  const std::size_t point = token.find('.');
  if (point != std::string_view::npos &&
      (point + 1 == token.size() || !is_digit(token[point + 1]))) {
    text.fail("Invalid float " + shown + ": '.' must be followed by one or more digits");
  }
  const auto parsed = parse_float(plain);
  if (!parsed && std::isinf(std::strtod(plain.c_str(), nullptr))) {
    text.fail(std::string(token) + " is out of range for float64");
  }
  if (!parsed) text.fail("Invalid float value: " + shown);
  return GoValue::floating(*parsed);
}

}  // namespace

std::string read_toml_string(TomlText& text) {
  const char quote = text.peek();
  const std::string triple(3, quote);
  if (text.take(triple)) return read_multi_line(text, quote);
  text.take();
  std::string out;
  const std::size_t start = text.place();
  for (;;) {
    check_character(text, false);
    const char c = text.take();
    if (c == quote) return out;
    if (c == '\\' && quote == '"') {
      read_escape(text, out, start);
    } else {
      out += c;
    }
  }
}

GoValue read_toml_scalar(TomlText& text, gotemplate::Heap& heap, std::int32_t local_offset) {
  if (text.at_end()) text.fail("unexpected EOF; expected value");
  std::string_view token = text.rest().substr(0, text.rest().find_first_of(" \t\r\n,]}#=\"'[{"));
  if (token.empty()) text.fail("expected value but found " + text.shown() + " instead");
  if (token[0] == '.') text.fail("floats must start with a digit, not '.'");
  if (looks_like_date(token)) {
    // A space may stand between date and time.
    std::string value(token);
    const std::string_view behind = text.rest().substr(token.size());
    if (token.size() == 10 && behind.size() > 3 && behind[0] == ' ' && is_digit(behind[1])) {
      value.append(
          behind.substr(0, std::min(behind.find_first_of("\t\r\n,]}# ", 1), behind.size())));
    }
    text.skip(value.size());
    return read_date(text, heap, value, local_offset);
  }
  if (token == "true" || token == "false") {
    text.skip(token.size());
    return GoValue::boolean(token == "true");
  }
  std::string_view word = token;
  if (word[0] == '+' || word[0] == '-') word.remove_prefix(1);
  if (word == "inf" || word == "nan") {
    using Limits = std::numeric_limits<double>;
    const double value = word == "inf" ? Limits::infinity() : Limits::quiet_NaN();
    text.skip(token.size());
    return GoValue::floating(token[0] == '-' ? -value : value);
  }
  if (word.empty() || !is_digit(word[0])) {
    text.fail("expected value but found " + gotemplate::quote(token) + " instead");
  }
  const GoValue value = read_number(text, token);
  text.skip(token.size());
  return value;
}

}  // namespace reconcile::sprig
