#include <algorithm>
#include <cstdint>

#include "base/model/unicode_class.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/yaml_emitter.hpp"

namespace reconcile::model {

namespace {

// Walks a key rune by rune; `at` is a byte position.
struct RuneReader {
  std::string_view text;
  std::size_t at = 0;

  [[nodiscard]] bool done() const { return at >= text.size(); }
  [[nodiscard]] Rune peek() const { return decode_rune(text.substr(at)); }
};

// The digit run at the reader as Go computes it, overflow included; answers its length in runes.
std::size_t read_number(RuneReader reader, std::int64_t& number) {
  std::size_t length = 0;
  auto value = static_cast<std::uint64_t>(number);
  while (!reader.done()) {
    const Rune rune = reader.peek();
    if (!is_digit(rune.value)) break;
    value = value * 10 + (static_cast<std::uint64_t>(rune.value) - '0');
    reader.at += rune.size;
    ++length;
  }
  number = static_cast<std::int64_t>(value);
  return length;
}

// True where the digit run that ends before `at` has a digit other than '0'.
bool continues_number(std::string_view text, std::size_t at) {
  while (at > 0) {
    std::size_t from = at - 1;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80) --from;
    const Rune rune = decode_rune(text.substr(from));
    if (!is_digit(rune.value)) return false;
    if (rune.value != '0') return true;
    at = from;
  }
  return false;
}

// The order of two keys at their first difference.
bool less_at(const RuneReader& left, const RuneReader& right, bool after_digit, YamlForm form) {
  const std::uint32_t left_rune = left.peek().value;
  const std::uint32_t right_rune = right.peek().value;
  const bool left_letter = is_letter(left_rune);
  const bool right_letter = is_letter(right_rune);
  if (left_letter && right_letter) return left_rune < right_rune;
  if (left_letter || right_letter) {
    const bool letter_first = form != YamlForm::v2 && after_digit;
    return letter_first ? left_letter : right_letter;
  }
  std::int64_t left_number = 0;
  std::int64_t right_number = 0;
  if ((left_rune == '0' || right_rune == '0') && continues_number(left.text, left.at)) {
    left_number = right_number = 1;
  }
  const std::size_t left_length = read_number(left, left_number);
  const std::size_t right_length = read_number(right, right_number);
  if (left_number != right_number) return left_number < right_number;
  if (left_length != right_length) return left_length < right_length;
  return left_rune < right_rune;
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  for (RuneReader reader{text}; !reader.done(); reader.at += reader.peek().size) ++count;
  return count;
}

bool natural_less(std::string_view left, std::string_view right, YamlForm form) {
  std::size_t same = 0;
  const std::size_t shorter = std::min(left.size(), right.size());
  while (same < shorter && left[same] == right[same]) ++same;
  if (same == shorter && left.size() == right.size()) return false;
  // Back to the start of the character that holds the difference.
  while (same > 0 && same < left.size() &&
         (static_cast<unsigned char>(left[same]) & 0xC0U) == 0x80) {
    --same;
  }
  const RuneReader left_reader{left, same};
  const RuneReader right_reader{right, same};
  if (left_reader.done() || right_reader.done()) {
    return rune_count(left.substr(same)) < rune_count(right.substr(same));
  }
  std::size_t before = same;
  if (before > 0) {
    --before;
    while (before > 0 && (static_cast<unsigned char>(left[before]) & 0xC0U) == 0x80) --before;
  }
  const bool after_digit = same > 0 && is_digit(decode_rune(left.substr(before)).value);
  return less_at(left_reader, right_reader, after_digit, form);
}

// The order of bytes in keys without digits: letters come behind everything else.
unsigned rank(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return static_cast<unsigned char>(c) + (letter ? 0x80U : 0U);
}

// Whether `key` is ASCII without digits, among which the order is that of ranks, byte by byte.
bool is_ranked(std::string_view key) {
  for (const char c : key) {
    if (static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9')) return false;
  }
  return true;
}

// Whether keys that are usual stand in their order already; false where that is not known.
bool is_sorted_by_rank(const YamlKey* first, const YamlKey* last) {
  for (const YamlKey* key = first; key != last; ++key) {
    if (!is_ranked(key->name)) return false;
    if (key == first) continue;
    const std::string_view before = key[-1].name;
    const std::size_t shorter = std::min(before.size(), key->name.size());
    std::size_t same = 0;
    while (same < shorter && before[same] == key->name[same]) ++same;
    const bool less = same == shorter ? before.size() < key->name.size()
                                      : rank(before[same]) < rank(key->name[same]);
    if (!less) return false;
  }
  return true;
}

}  // namespace

void sort_yaml_keys(YamlKey* first, YamlKey* last, YamlForm form) {
  if (last - first < 2 || is_sorted_by_rank(first, last)) return;
  const auto bytewise = [](const YamlKey& left, const YamlKey& right) {
    return left.name < right.name;
  };
  if (!std::is_sorted(first, last, bytewise)) std::sort(first, last, bytewise);
  // A merge sort never leaves its range, even where the order is not transitive.
  std::stable_sort(first, last, [form](const YamlKey& left, const YamlKey& right) {
    return natural_less(left.name, right.name, form);
  });
}

}  // namespace reconcile::model
