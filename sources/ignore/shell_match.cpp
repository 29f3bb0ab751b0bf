#include "sources/ignore/shell_match.hpp"

#include <cstddef>
#include <optional>

namespace reconcile::sources {
namespace {

constexpr char32_t bad_rune = 0xFFFD;

struct Rune {
  char32_t value = bad_rune;
  std::size_t bytes = 1;
};

/// Decodes one character as Go's utf8.DecodeRune: anything invalid is U+FFFD of one byte.
Rune decode(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

/// One character of a class, an escape resolved. Absent where the class is malformed here.
std::optional<char32_t> take_class_rune(std::string_view& pattern) {
  if (pattern.empty() || pattern[0] == '-' || pattern[0] == ']') return std::nullopt;
  if (pattern[0] == '\\') {
    pattern.remove_prefix(1);
    if (pattern.empty()) return std::nullopt;
  }
  const Rune rune = decode(pattern);
  if (rune.value == bad_rune && rune.bytes == 1) return std::nullopt;
  pattern.remove_prefix(rune.bytes);
  if (pattern.empty()) return std::nullopt;
  return rune.value;
}

/// Takes the class after '[' off `pattern` and says whether it holds `wanted`; absent: malformed.
std::optional<bool> take_class(std::string_view& pattern, char32_t wanted) {
  const bool negated = !pattern.empty() && pattern[0] == '^';
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (bool first = true;; first = false) {
    if (!pattern.empty() && pattern[0] == ']' && !first) {
      pattern.remove_prefix(1);
      return found != negated;
    }
    const std::optional<char32_t> low = take_class_rune(pattern);
    if (!low) return std::nullopt;
    std::optional<char32_t> high = low;
    if (pattern[0] == '-') {
      pattern.remove_prefix(1);
      high = take_class_rune(pattern);
      if (!high) return std::nullopt;
    }
    if (*low <= wanted && wanted <= *high) found = true;
  }
}

/// Matches one element that is not '*' at the front of both texts and takes it off them.
bool take_element(std::string_view& pattern, std::string_view& name) {
  if (name.empty()) return false;
  const Rune rune = decode(name);
  if (pattern[0] == '[') {
    pattern.remove_prefix(1);
    const std::optional<bool> found = take_class(pattern, rune.value);
    if (!found || !*found) return false;
    name.remove_prefix(rune.bytes);
    return true;
  }
  if (pattern[0] == '?') {
    if (name[0] == '/') return false;
    pattern.remove_prefix(1);
    name.remove_prefix(rune.bytes);
    return true;
  }
  if (pattern[0] == '\\') pattern.remove_prefix(1);
  if (pattern.empty() || pattern[0] != name[0]) return false;
  pattern.remove_prefix(1);
  name.remove_prefix(1);
  return true;
}

}  // namespace

bool is_shell_pattern(std::string_view pattern) {
  while (!pattern.empty()) {
    const char first = pattern[0];
    pattern.remove_prefix(1);
    if (first == '[' && !take_class(pattern, 0)) return false;
    if (first == '\\') {
      if (pattern.empty()) return false;
      pattern.remove_prefix(1);
    }
  }
  return true;
}

bool shell_match(std::string_view pattern, std::string_view name) {
  // On a mismatch only the last star is tried again, one character further: an earlier one cannot
  // do better, as everything behind it is fixed by what the last star starts with.
  std::optional<std::string_view> star_pattern;
  std::string_view star_name;
  while (true) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_name = name;
      continue;
    }
    if (pattern.empty() && name.empty()) return true;
    std::string_view pattern_after = pattern;
    std::string_view name_after = name;
    if (!pattern.empty() && take_element(pattern_after, name_after)) {
      pattern = pattern_after;
      name = name_after;
      continue;
    }
    if (!star_pattern || star_name.empty() || star_name[0] == '/') return false;
    star_name.remove_prefix(1);
    pattern = *star_pattern;
    name = star_name;
  }
}

}  // namespace reconcile::sources
