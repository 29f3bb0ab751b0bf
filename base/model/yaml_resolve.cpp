#include "base/model/yaml_resolve.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/model/yaml_timestamp.hpp"

namespace reconcile::model {

namespace {

// The first byte of a scalar tells which readings are possible.
enum class Hint : std::uint8_t { none, word, dot, number };

constexpr std::array<Hint, 256> make_hints() {
  std::array<Hint, 256> hints{};
  for (const char c : std::string_view("0123456789+-")) {
    hints[static_cast<unsigned char>(c)] = Hint::number;
  }
  for (const char c : std::string_view("yYnNtTfFoO~")) {
    hints[static_cast<unsigned char>(c)] = Hint::word;
  }
  hints['.'] = Hint::dot;
  return hints;
}

constexpr auto hints = make_hints();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Resolved make(ScalarTag tag) {
  Resolved resolved;
  resolved.tag = tag;
  return resolved;
}

Resolved make_bool(bool value) {
  Resolved resolved = make(ScalarTag::boolean);
  resolved.boolean = value;
  return resolved;
}

Resolved make_float(double value) {
  Resolved resolved = make(ScalarTag::floating);
  resolved.floating = value;
  return resolved;
}

// True for the lower, title and upper case form of `lower`, which are the only ones YAML 1.1 lists.
bool is_cased_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  if (text == lower) return true;
  const auto upper = [](char c) { return static_cast<char>(c - 'a' + 'A'); };
  if (text[0] != upper(lower[0])) return false;
  if (text.substr(1) == lower.substr(1)) return true;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != upper(lower[i])) return false;
  }
  return true;
}

bool is_old_word(std::string_view text, bool& value) {
  constexpr std::string_view positive[] = {"y", "yes", "on"};
  constexpr std::string_view negative[] = {"n", "no", "off"};
  if (text.size() > 3) return false;
  for (const std::string_view word : positive) {
    if (is_cased_word(text, word)) return value = true;
  }
  for (const std::string_view word : negative) {
    if (is_cased_word(text, word)) {
      value = false;
      return true;
    }
  }
  return false;
}

Resolved resolve_word(std::string_view text, YamlDialect dialect) {
  if (text.size() > 5) return {};
  if (text == "~" || is_cased_word(text, "null")) return make(ScalarTag::null);
  if (is_cased_word(text, "true")) return make_bool(true);
  if (is_cased_word(text, "false")) return make_bool(false);
  bool value = false;
  if (dialect == YamlDialect::v2 && is_old_word(text, value)) return make_bool(value);
  return {};
}

bool is_special_float(std::string_view text, double& value) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text != ".inf" && text != ".Inf" && text != ".INF") return false;
  value =
      negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return true;
}

// The length of [0-9]* (or with `underscores` [0-9_]*) at `i`.
std::size_t digits_at(std::string_view text, std::size_t i, bool underscores) {
  std::size_t count = 0;
  while (i + count < text.size() &&
         (is_digit(text[i + count]) || (underscores && text[i + count] == '_'))) {
    ++count;
  }
  return count;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? over the whole text.
bool is_float_form(std::string_view text, bool underscores) {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = digits_at(text, i, underscores);
  i += whole;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = digits_at(text, i + 1, underscores);
    if (whole == 0 && fraction == 0) return false;
    i += 1 + fraction;
  } else if (whole == 0) {
    return false;
  }
  if (i < text.size() && (text[i] | 0x20) == 'e') {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t exponent = digits_at(text, i, underscores);
    if (exponent == 0) return false;
    i += exponent;
  }
  return i == text.size();
}

// Go's strconv.ParseFloat on a decimal form; false where it overflows.
bool parse_decimal(std::string_view text, double& value) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec == std::errc::result_out_of_range) {
    value = std::strtod(std::string(text).c_str(), nullptr);
    return std::isfinite(value);
  }
  return result.ec == std::errc() && result.ptr == end;
}

std::string without_underscores(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != '_') plain += c;
  }
  return plain;
}

// Underscores in Go's float literals stand between digits only.
bool underscores_between_digits(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    const bool before = i > 0 && is_digit(text[i - 1]);
    const bool after = i + 1 < text.size() && is_digit(text[i + 1]);
    if (!before || !after) return false;
  }
  return true;
}

Resolved resolve_dot(std::string_view text) {
  double value = 0;
  if (is_special_float(text, value)) return make_float(value);
  if (!is_float_form(text, true) || !underscores_between_digits(text)) return {};
  const bool parsed = text.find('_') == std::string_view::npos
                          ? parse_decimal(text, value)
                          : parse_decimal(without_underscores(text), value);
  return parsed ? make_float(value) : Resolved{};
}

// strconv.ParseInt or ParseUint of digits in `base`; a sign is allowed only for ParseInt.
bool parse_digits(std::string_view text, int base, Resolved& result) {
  std::string_view digits = text;
  const bool has_sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+');
  const bool negative = has_sign && digits[0] == '-';
  if (has_sign) digits.remove_prefix(1);
  if (digits.empty()) return false;
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  result.tag = ScalarTag::integer;
  if (value <= max || (negative && value == max + 1)) {
    result.integer = static_cast<std::int64_t>(negative ? 0 - value : value);
    return true;
  }
  if (has_sign) return false;
  result.unsigned_integer = value;
  result.is_unsigned = true;
  return true;
}

// "0b+1" and the like: the rest after the prefix is parsed again with its own sign.
bool parse_prefixed(std::string_view plain, char letter, int base, Resolved& result) {
  const bool negative = !plain.empty() && plain[0] == '-';
  const std::string_view body = plain.substr(negative ? 1 : 0);
  if (body.size() < 2 || body[0] != '0' || body[1] != letter) return false;
  if (!negative) return parse_digits(body.substr(2), base, result);
  return parse_digits("-" + std::string(body.substr(2)), base, result) && !result.is_unsigned;
}

Resolved resolve_number(std::string_view text, YamlDialect dialect, bool times) {
  double special = 0;
  if (text.size() == 5 && is_special_float(text, special)) return make_float(special);
  if (times && text.size() > 4 && text[4] == '-' && parse_timestamp(text)) {
    return make(ScalarTag::timestamp);
  }
  std::string stripped;
  std::string_view plain = text;
  if (text.find('_') != std::string_view::npos) plain = stripped = without_underscores(text);
  Resolved result;
  if (parse_go_integer(plain, result)) return result;
  double value = 0;
  if (is_float_form(plain, false) && parse_decimal(plain, value)) return make_float(value);
  if (parse_prefixed(plain, 'b', 2, result)) return result;
  if (dialect == YamlDialect::v3 && parse_prefixed(plain, 'o', 8, result)) return result;
  return {};
}

Resolved resolve(std::string_view text, YamlDialect dialect, bool times) {
  if (text.empty()) return make(ScalarTag::null);
  switch (hints[static_cast<unsigned char>(text[0])]) {
    case Hint::none:
      return {};
    case Hint::word:
      return resolve_word(text, dialect);
    case Hint::dot:
      return resolve_dot(text);
    case Hint::number:
      return resolve_number(text, dialect, times);
  }
  return {};
}

// [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? over the whole text.
bool is_base60(std::string_view text) {
  std::size_t i = text[0] == '-' || text[0] == '+' ? 1 : 0;
  if (i >= text.size() || !is_digit(text[i])) return false;
  i += digits_at(text, i, true);
  std::size_t groups = 0;
  while (i < text.size() && text[i] == ':') {
    const std::size_t digits = digits_at(text, i + 1, false);
    if (digits == 0 || digits > 2 || (digits == 2 && text[i + 1] > '5')) return false;
    i += 1 + digits;
    ++groups;
  }
  if (groups == 0) return false;
  if (i < text.size() && text[i] == '.') i += 1 + digits_at(text, i + 1, true);
  return i == text.size();
}

}  // namespace

bool parse_go_integer(std::string_view text, Resolved& result) {
  const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  const std::string_view body = text.substr(has_sign ? 1 : 0);
  if (body.empty() || !is_digit(body[0])) return false;
  if (body[0] != '0' || body.size() == 1) return parse_digits(text, 10, result);
  int base = 8;
  std::size_t prefix = 1;
  if (body.size() >= 3) {
    const char letter = static_cast<char>(body[1] | 0x20);
    if (letter == 'b') base = 2;
    if (letter == 'x') base = 16;
    if (letter == 'b' || letter == 'x' || letter == 'o') prefix = 2;
  }
  const std::string_view digits = body.substr(prefix);
  // A second sign after the prefix is not part of a number here.
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return false;
  if (!has_sign) return parse_digits(digits, base, result);
  return parse_digits(std::string(1, text[0]) + std::string(digits), base, result);
}

Resolved resolve_plain(std::string_view text, YamlDialect dialect) {
  return resolve(text, dialect, true);
}

Resolved resolve_tagged(std::string_view text, YamlDialect dialect) {
  return resolve(text, dialect, false);
}

bool plain_means_string(std::string_view text, YamlDialect dialect) {
  if (text.empty()) return false;
  const Hint hint = hints[static_cast<unsigned char>(text[0])];
  if (hint == Hint::none) return true;
  if (hint == Hint::word) {
    bool value = false;
    return text.size() > 5 ||
           (resolve_word(text, dialect).tag == ScalarTag::string && !is_old_word(text, value));
  }
  if (resolve(text, dialect, true).tag != ScalarTag::string) return false;
  return hint == Hint::dot || text.find(':') == std::string_view::npos || !is_base60(text);
}

}  // namespace reconcile::model
