#include "renderers/sprig/conversion.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/rune_class.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoType;
using gotemplate::GoValue;

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

/// strconv's underscoreOK: only between digits or after a base prefix.
bool underscores_are_valid(std::string_view text) {
  char last = '^';
  std::size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char prefix = static_cast<char>(text[1] | 0x20);
    if (prefix == 'b' || prefix == 'o' || prefix == 'x') {
      i = 2;
      last = '0';
      hex = prefix == 'x';
    }
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= '0' && c <= '9') || (hex && digit_value(c) < 16)) {
      last = '0';
    } else if (c == '_') {
      if (last != '0') return false;
      last = '_';
    } else {
      if (last == '_') return false;
      last = '!';
    }
  }
  return last != '_';
}

/// cast's trimZeroDecimal: "3.00" is read as "3".
std::string_view without_zero_decimals(std::string_view text) {
  bool found_zero = false;
  for (std::size_t i = text.size(); i > 0; --i) {
    if (text[i - 1] == '.') {
      if (found_zero) return text.substr(0, i - 1);
    } else if (text[i - 1] == '0') {
      found_zero = true;
    } else {
      break;
    }
  }
  return text;
}

/// Infinity and NaN as Go spells them.
std::optional<double> special_float(std::string_view text) {
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits[0] == '-';
  const bool has_sign = negative || (!digits.empty() && digits[0] == '+');
  if (has_sign) digits.remove_prefix(1);
  const std::string word = lower_text(digits);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (word == "inf" || word == "infinity") return negative ? -infinity : infinity;
  if (word == "nan" && !has_sign) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

std::int64_t truncated(double value) noexcept {
  if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
    return static_cast<std::int64_t>(value);
  }
  return std::numeric_limits<std::int64_t>::min();
}

ParsedInteger parse_integer(std::string_view text, int base) {
  const std::string_view whole = text;
  const ParsedInteger bad{0, ParsedInteger::Failure::syntax};
  if (text.empty()) return bad;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return bad;
  const bool by_prefix = base == 0;
  if (by_prefix) {
    base = 10;
    if (text[0] == '0') {
      const char prefix = text.size() >= 3 ? static_cast<char>(text[1] | 0x20) : '\0';
      base = prefix == 'b' ? 2 : prefix == 'x' ? 16 : 8;
      text.remove_prefix(prefix == 'b' || prefix == 'o' || prefix == 'x' ? 2 : 1);
    }
  }
  bool has_underscore = false;
  bool out_of_range = false;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c == '_' && by_prefix) {
      has_underscore = true;
      continue;
    }
    const int digit = digit_value(c);
    if (digit >= base) return bad;
    out_of_range = __builtin_mul_overflow(value, static_cast<std::uint64_t>(base), &value) ||
                   __builtin_add_overflow(value, static_cast<std::uint64_t>(digit), &value);
    if (out_of_range) break;  // Go tells the first of both faults
  }
  if (!out_of_range && has_underscore && !underscores_are_valid(whole)) return bad;
  constexpr std::uint64_t limit = std::uint64_t{1} << 63U;
  if (out_of_range || value > limit || (value == limit && !negative)) {
    using Limits = std::numeric_limits<std::int64_t>;
    return {negative ? Limits::min() : Limits::max(), ParsedInteger::Failure::range};
  }
  return {static_cast<std::int64_t>(negative ? 0 - value : value), ParsedInteger::Failure::none};
}

std::optional<double> parse_float(std::string_view text) {
  if (const auto special = special_float(text)) return special;
  std::string digits;
  if (text.find('_') != std::string_view::npos) {
    if (!underscores_are_valid(text)) return std::nullopt;
    for (const char c : text) {
      if (c != '_') digits += c;
    }
    text = digits;
  }
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  auto format = std::chars_format::general;
  if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
    if (text.find_first_of("pP") == std::string_view::npos) return std::nullopt;
    format = std::chars_format::hex;
    text.remove_prefix(2);
  }
  const int base = format == std::chars_format::hex ? 16 : 10;
  if (text.empty() || (text[0] != '.' && digit_value(text[0]) >= base)) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small is 0 in Go, too large is an error.
    const std::size_t exponent = text.find_first_of(format == std::chars_format::hex ? "pP" : "eE");
    const bool small = exponent != std::string_view::npos && text.substr(exponent + 1, 1) == "-";
    if (!small) return std::nullopt;
    value = 0;
  } else if (error != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

std::int64_t to_int64(const GoValue& value) {
  const GoType type = value.type();
  if (gotemplate::is_float_type(type)) return truncated(value.as_floating());
  if (type == GoType::duration) return 0;  // a named type that cast does not know
  if (gotemplate::is_signed_type(type) || gotemplate::is_unsigned_type(type) ||
      type == GoType::boolean) {
    return value.as_integer();
  }
  if (type != GoType::string) return 0;
  const ParsedInteger parsed = parse_integer(without_zero_decimals(value.as_text()), 0);
  return parsed.failure == ParsedInteger::Failure::none ? parsed.value : 0;
}

double to_float64(const GoValue& value) {
  const GoType type = value.type();
  if (gotemplate::is_float_type(type)) return value.as_floating();
  if (type == GoType::duration) return 0;
  if (gotemplate::is_unsigned_type(type)) return static_cast<double>(value.as_unsigned());
  if (gotemplate::is_signed_type(type) || type == GoType::boolean) {
    return static_cast<double>(value.as_integer());
  }
  if (type != GoType::string) return 0;
  return parse_float(value.as_text()).value_or(0);
}

std::string to_text(const GoValue& value) {
  if (value.type() == GoType::string || value.type() == GoType::bytes) {
    return std::string(value.as_text());
  }
  std::string out;
  gotemplate::append_printed(out, value);
  return out;
}

}  // namespace reconcile::sprig
