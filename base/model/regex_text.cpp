#include "base/model/regex_text.hpp"

#include <algorithm>
#include <utility>

namespace reconcile::model {
namespace {

constexpr std::string_view replacement_rune = "\xef\xbf\xbd";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// A rune that Go counts as letter or digit in a group's name; beyond ASCII every rune is taken,
/// since RE2 knows only groups with ASCII names and the lookup then fails either way.
bool is_name_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/// The number that `name` stands for; -1 where it is a name. Go takes no leading zero and at most
/// eight digits.
int group_number(std::string_view name) {
  if (name.size() > 1 && name.front() == '0') return -1;
  int number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9' || number >= 100'000'000) return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::size_t rune_width(std::string_view text, bool& is_valid) noexcept {
  is_valid = true;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  if (first >= 0xC2 && first <= 0xDF) {
    if (text.size() > 1 && is_continuation(text[1])) return 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    const bool in_range = is_continuation(static_cast<char>(second)) &&
                          !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second > 0x9F);
    if (text.size() > 2 && in_range && is_continuation(text[2])) return 3;
  } else if (first >= 0xF0 && first <= 0xF4) {
    const bool in_range = is_continuation(static_cast<char>(second)) &&
                          !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second > 0x8F);
    if (text.size() > 3 && in_range && is_continuation(text[2]) && is_continuation(text[3])) {
      return 4;
    }
  }
  is_valid = false;
  return 1;
}

RegexText::RegexText(std::string_view text) : original_(text) {
  for (std::size_t i = 0; i < text.size();) {
    bool is_valid = true;
    const std::size_t size = rune_width(text.substr(i), is_valid);
    if (!is_valid) bad_bytes_.push_back(i);
    i += size;
  }
  if (bad_bytes_.empty()) return;
  std::size_t copied = 0;
  for (const std::size_t bad : bad_bytes_) {
    converted_.append(text.substr(copied, bad - copied));
    converted_ += replacement_rune;
    copied = bad + 1;
  }
  converted_.append(text.substr(copied));
}

std::size_t RegexText::to_matched(std::size_t offset) const noexcept {
  const auto before = std::lower_bound(bad_bytes_.begin(), bad_bytes_.end(), offset);
  return offset + 2 * static_cast<std::size_t>(before - bad_bytes_.begin());
}

std::size_t RegexText::to_original(std::size_t offset) const noexcept {
  if (bad_bytes_.empty()) return offset;
  // Bad byte i stands at bad_bytes_[i] + 2 i of the converted text.
  std::size_t low = 0;
  std::size_t high = bad_bytes_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (bad_bytes_[middle] + 2 * middle < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return offset - 2 * low;
}

std::size_t RegexText::width(std::size_t offset) const noexcept {
  bool is_valid = true;
  return rune_width(original_.substr(offset), is_valid);
}

RegexTemplate::RegexTemplate(std::string_view replacement) {
  Part part;
  std::string_view rest = replacement;
  while (!rest.empty()) {
    const std::size_t dollar = rest.find('$');
    if (dollar == std::string_view::npos) break;
    part.literal.append(rest.substr(0, dollar));
    rest.remove_prefix(dollar + 1);
    if (!rest.empty() && rest.front() == '$') {
      part.literal += '$';
      rest.remove_prefix(1);
      continue;
    }
    const bool braced = !rest.empty() && rest.front() == '{';
    std::size_t end = braced ? 1 : 0;
    const std::size_t begin = end;
    while (end < rest.size() && is_name_byte(rest[end])) ++end;
    if (end == begin || (braced && (end >= rest.size() || rest[end] != '}'))) {
      part.literal += '$';
      continue;
    }
    const std::string_view name = rest.substr(begin, end - begin);
    part.number = group_number(name);
    if (part.number < 0) part.name = name;
    parts_.push_back(std::move(part));
    part = Part{};
    rest.remove_prefix(end + (braced ? 1 : 0));
  }
  part.literal.append(rest);
  parts_.push_back(std::move(part));
}

}  // namespace reconcile::model
