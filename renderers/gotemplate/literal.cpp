// Number, character and string literals by the rules of Go's strconv.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/node.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {
namespace {

// Where underscores may stand: between digits, or between the base prefix and a digit.
bool underscores_are_valid(std::string_view text) {
  char before = '^';
  std::size_t i = 0;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) i = 1;
  bool hexadecimal = false;
  if (text.size() - i >= 2 && text[i] == '0') {
    const char base = static_cast<char>(text[i + 1] | 0x20);
    if (base == 'b' || base == 'o' || base == 'x') {
      i += 2;
      before = '0';
      hexadecimal = base == 'x';
    }
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const char low = static_cast<char>(c | 0x20);
    if ((c >= '0' && c <= '9') || (hexadecimal && low >= 'a' && low <= 'f')) {
      before = '0';
    } else if (c == '_') {
      if (before != '0') return false;
      before = '_';
    } else {
      if (before == '_') return false;
      before = '!';
    }
  }
  return before != '_';
}

// strconv.ParseUint with base 0, without a sign.
std::optional<std::uint64_t> parse_magnitude(std::string_view text) {
  int base = 10;
  const std::string_view whole = text;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'b' ? 2 : mark == 'x' ? 16 : 8;
    text.remove_prefix(text.size() >= 3 && (mark == 'b' || mark == 'o' || mark == 'x') ? 2 : 1);
  }
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  if (digits.size() != text.size() && !underscores_are_valid(whole)) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto done = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || done.ec != std::errc() || done.ptr != end) return std::nullopt;
  return value;
}

// strconv.ParseFloat for what the lexer lets through: decimal or hexadecimal, with underscores.
std::optional<double> parse_floating(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '_') digits += c;
  }
  std::string_view rest = digits;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const bool hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
  if (digits.size() != text.size() && !underscores_are_valid(text)) return std::nullopt;
  if (hexadecimal) {
    rest.remove_prefix(2);
    if (rest.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  }
  if (rest.empty() || rest[0] == '-' || rest[0] == '+') return std::nullopt;
  double value = 0;
  const auto form = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const char* end = rest.data() + rest.size();
  const auto done = std::from_chars(rest.data(), end, value, form);
  if (done.ptr != end || done.ec == std::errc::invalid_argument) return std::nullopt;
  if (done.ec == std::errc::result_out_of_range) {
    // Too small is zero; too large is an error.
    value = std::strtod(std::string(hexadecimal ? "0x" : "").append(rest).c_str(), nullptr);
    if (std::isinf(value)) return std::nullopt;
  }
  return negative ? -value : value;
}

bool fits_int(double value) {
  return value >= -9223372036854775808.0 && value < 9223372036854775808.0 &&
         std::trunc(value) == value;
}

bool fits_unsigned(double value) {
  return value >= 0 && value < 18446744073709551616.0 && std::trunc(value) == value;
}

void read_integers_of_float(NumberNode& number) {
  if (!number.is_int && fits_int(number.floating)) {
    number.is_int = true;
    number.integer = static_cast<std::int64_t>(number.floating);
  }
  if (!number.is_unsigned && fits_unsigned(number.floating)) {
    number.is_unsigned = true;
    number.unsigned_integer = static_cast<std::uint64_t>(number.floating);
  }
}

void read_complex(NumberNode& number, double real, double imaginary) {
  number.is_complex = true;
  number.complex = {real, imaginary};
  number.is_float = imaginary == 0;
  if (!number.is_float) return;
  number.floating = real;
  read_integers_of_float(number);
}

void read_character(NumberNode& number, std::string_view text) {
  std::string_view rest = text.substr(1);
  std::uint32_t rune = 0;
  bool is_byte = false;
  if (!unquote_rune(rest, '\'', rune, is_byte)) throw FunctionError("invalid syntax");
  if (rest != "'") {
    throw FunctionError("malformed character constant: " + std::string(text));
  }
  number.is_int = number.is_unsigned = number.is_float = true;
  number.integer = rune;
  number.unsigned_integer = rune;
  number.floating = rune;
}

void read_complex_pair(NumberNode& number, std::string_view text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const char before = static_cast<char>(text[i - 1] | 0x20);
    if ((text[i] != '+' && text[i] != '-') || before == 'e' || before == 'p') continue;
    const auto real = parse_floating(text.substr(0, i));
    const auto imaginary = parse_floating(text.substr(i, text.size() - i - 1));
    if (real && imaginary) return read_complex(number, *real, *imaginary);
  }
  throw FunctionError("syntax error scanning complex number");
}

void read_plain(NumberNode& number, std::string_view text) {
  std::string_view magnitude = text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) magnitude.remove_prefix(1);
  const auto value = parse_magnitude(magnitude);
  if (value && magnitude.size() == text.size()) {
    number.is_unsigned = true;
    number.unsigned_integer = *value;
  }
  constexpr auto top = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value && *value <= top + (negative ? 1 : 0)) {
    number.is_int = true;
    number.integer = static_cast<std::int64_t>(negative ? ~*value + 1 : *value);
    if (*value == 0) number.is_unsigned = true;
  }
  number.is_float = number.is_int || number.is_unsigned;
  if (number.is_float) {
    number.floating = number.is_int ? static_cast<double>(number.integer)
                                    : static_cast<double>(number.unsigned_integer);
    return;
  }
  const auto floating = parse_floating(text);
  if (!floating) throw FunctionError("illegal number syntax: " + quote(text));
  if (text.find_first_of(".eEpP") == std::string_view::npos) {
    throw FunctionError("integer overflow: " + quote(text));
  }
  number.is_float = true;
  number.floating = *floating;
  read_integers_of_float(number);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool unquote_hex(std::string_view& text, int digits, std::uint32_t& rune) {
  if (text.size() < static_cast<std::size_t>(digits)) return false;
  rune = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = hex_digit(text[static_cast<std::size_t>(i)]);
    if (digit < 0) return false;
    rune = rune << 4U | static_cast<std::uint32_t>(digit);
  }
  text.remove_prefix(static_cast<std::size_t>(digits));
  return true;
}

bool unquote_octal(std::string_view& text, char first, std::uint32_t& rune) {
  if (text.size() < 2) return false;
  rune = static_cast<std::uint32_t>(first - '0');
  for (int i = 0; i < 2; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '7') return false;
    rune = rune << 3U | static_cast<std::uint32_t>(c - '0');
  }
  text.remove_prefix(2);
  return rune <= 255;
}

}  // namespace

NumberNode parse_number(std::string_view text, bool is_character, bool is_complex) {
  NumberNode number{};
  number.kind = NodeKind::number;
  number.text = text;
  if (is_character) {
    read_character(number, text);
  } else if (is_complex) {
    read_complex_pair(number, text);
  } else {
    const auto imaginary =
        text.ends_with('i') ? parse_floating(text.substr(0, text.size() - 1)) : std::nullopt;
    if (imaginary) {
      read_complex(number, 0, *imaginary);
    } else {
      read_plain(number, text);
    }
  }
  return number;
}

bool unquote_rune(std::string_view& text, char quote_mark, std::uint32_t& rune, bool& is_byte) {
  is_byte = false;
  if (text.empty() || text[0] == quote_mark) return false;
  if (text[0] != '\\') {
    const Rune decoded = decode_rune(text);
    rune = decoded.value;
    text.remove_prefix(decoded.bytes);
    return true;
  }
  if (text.size() < 2) return false;
  const char c = text[1];
  text.remove_prefix(2);
  constexpr std::string_view names = "abfnrtv\\";
  constexpr std::string_view codes = "\a\b\f\n\r\t\v\\";
  const std::size_t index = names.find(c);
  if (index != std::string_view::npos) {
    rune = static_cast<unsigned char>(codes[index]);
    return true;
  }
  is_byte = c == 'x' || (c >= '0' && c <= '7');
  if (c == 'x') return unquote_hex(text, 2, rune);
  if (c >= '0' && c <= '7') return unquote_octal(text, c, rune);
  if (c == 'u' || c == 'U') {
    return unquote_hex(text, c == 'u' ? 4 : 8, rune) && rune <= rune_max &&
           !(rune >= 0xD800 && rune <= 0xDFFF);
  }
  rune = static_cast<unsigned char>(c);
  return (c == '"' || c == '\'') && c == quote_mark;
}

bool unquote(std::string_view quoted, std::string& out) {
  out.clear();
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return false;
  std::string_view text = quoted.substr(1, quoted.size() - 2);
  if (quoted.front() == '`') {
    if (text.find('`') != std::string_view::npos) return false;
    for (const char c : text) {
      if (c != '\r') out += c;
    }
    return true;
  }
  if (quoted.front() != '"' || text.find('\n') != std::string_view::npos) return false;
  while (!text.empty()) {
    std::uint32_t rune = 0;
    bool is_byte = false;
    if (!unquote_rune(text, '"', rune, is_byte)) return false;
    if (is_byte) {
      out += static_cast<char>(rune);
    } else {
      append_rune(out, rune);
    }
  }
  return true;
}

}  // namespace reconcile::gotemplate
