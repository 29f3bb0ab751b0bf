// Go's strconv.ParseFloat: also hexadecimal floats, underscores are refused (base prefixes only
// with base 0), "inf", "infinity" and "nan" in any case.
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/cel/literals.hpp"

namespace reconcile::cel {
namespace {

bool equal_fold(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != lower[i]) return false;
  }
  return true;
}

std::optional<double> named(std::string_view text) {
  if (equal_fold(text, "inf") || equal_fold(text, "infinity")) {
    return std::numeric_limits<double>::infinity();
  }
  if (equal_fold(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
  bool negative = false;
  std::string_view rest = text;
  if (rest.starts_with('+') || rest.starts_with('-')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (const std::optional<double> value = named(rest)) {
    if (std::isnan(*value) && rest.size() != text.size()) return std::nullopt;
    return negative ? -*value : *value;
  }
  const bool is_hex = rest.starts_with("0x") || rest.starts_with("0X");
  if (is_hex) {
    rest.remove_prefix(2);
    if (rest.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  }
  if (rest.empty() || rest.front() == '-' || std::isalpha(static_cast<unsigned char>(rest[0]))) {
    if (!is_hex || rest.empty() || rest.front() == '-') return std::nullopt;
  }
  double value = 0;
  const char* const end = rest.data() + rest.size();
  const auto format = is_hex ? std::chars_format::hex : std::chars_format::general;
  const auto [stop, error] = std::from_chars(rest.data(), end, value, format);
  if (stop != end) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small is zero for Go, too large is refused.
    const std::string copy(is_hex ? "0x" + std::string(rest) : std::string(rest));
    value = std::strtod(copy.c_str(), nullptr);
    if (std::isinf(value)) return std::nullopt;
  } else if (error != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace reconcile::cel
