#include "renderers/sprig/rune_class.hpp"

#include <algorithm>
#include <iterator>

#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/rune_tables.hpp"

namespace reconcile::sprig {
namespace {

template <std::size_t size>
bool contains(const RuneRange (&ranges)[size], std::uint32_t rune) noexcept {
  const auto* found =
      std::lower_bound(std::begin(ranges), std::end(ranges), rune,
                       [](const RuneRange& range, std::uint32_t r) { return range.last < r; });
  return found != std::end(ranges) && found->first <= rune;
}

/// The rune that `rune` maps to, or `rune` itself. Ranges with a stride may overlap, so the few
/// before the first candidate are looked at too.
template <std::size_t size>
std::uint32_t mapped(const CaseRange (&ranges)[size], std::uint32_t rune) noexcept {
  const auto* next =
      std::upper_bound(std::begin(ranges), std::end(ranges), rune,
                       [](std::uint32_t r, const CaseRange& range) { return r < range.first; });
  for (int back = 0; back < 3 && next != std::begin(ranges); ++back) {
    --next;
    if (rune <= next->last && (rune - next->first) % next->stride == 0) {
      return rune + static_cast<std::uint32_t>(next->delta);
    }
  }
  return rune;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string map_text(std::string_view text, std::uint32_t (*mapping)(std::uint32_t) noexcept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text);
    gotemplate::append_rune(out, mapping(rune.value));
    text.remove_prefix(rune.bytes);
  }
  return out;
}

}  // namespace

bool is_space(std::uint32_t rune) noexcept {
  return (rune >= 0x09 && rune <= 0x0D) || rune == 0x20 || rune == 0x85 || rune == 0xA0 ||
         rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

bool is_upper(std::uint32_t rune) noexcept {
  return rune < 0x80 ? rune >= 'A' && rune <= 'Z' : contains(upper_ranges, rune);
}
bool is_lower(std::uint32_t rune) noexcept {
  return rune < 0x80 ? rune >= 'a' && rune <= 'z' : contains(lower_ranges, rune);
}
bool is_title(std::uint32_t rune) noexcept {
  return contains(title_ranges, rune);
}
bool is_number(std::uint32_t rune) noexcept {
  return rune < 0x80 ? rune >= '0' && rune <= '9' : contains(number_ranges, rune);
}
bool is_punctuation(std::uint32_t rune) noexcept {
  if (rune >= 0x80) return contains(punctuation_ranges, rune);
  return rune != 0 && std::string_view("!\"#%&'()*,-./:;?@[\\]_{}").find(static_cast<char>(rune)) !=
                          std::string_view::npos;
}

std::uint32_t to_upper(std::uint32_t rune) noexcept {
  if (rune < 0x80) return rune >= 'a' && rune <= 'z' ? rune - 0x20 : rune;
  return mapped(to_upper_ranges, rune);
}
std::uint32_t to_lower(std::uint32_t rune) noexcept {
  if (rune < 0x80) return rune >= 'A' && rune <= 'Z' ? rune + 0x20 : rune;
  return mapped(to_lower_ranges, rune);
}
std::uint32_t to_title(std::uint32_t rune) noexcept {
  if (rune >= 0x80) {
    // Title forms that are the rune itself are not in the table: U+01C5 and Georgian.
    if (is_title(rune) || (rune >= 0x10D0 && rune <= 0x10FF)) return rune;
    const std::uint32_t title = mapped(to_title_ranges, rune);
    if (title != rune) return title;
  }
  return to_upper(rune);
}

std::string upper_text(std::string_view text) {
  if (!is_ascii(text)) return map_text(text, to_upper);
  std::string out(text);
  for (char& c : out) c = static_cast<char>(to_upper(static_cast<unsigned char>(c)));
  return out;
}

std::string lower_text(std::string_view text) {
  if (!is_ascii(text)) return map_text(text, to_lower);
  std::string out(text);
  for (char& c : out) c = static_cast<char>(to_lower(static_cast<unsigned char>(c)));
  return out;
}

std::string_view trim_space(std::string_view text) noexcept {
  while (!text.empty()) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text);
    if (!is_space(rune.value)) break;
    text.remove_prefix(rune.bytes);
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size();) {
    const gotemplate::Rune rune = gotemplate::decode_rune(text.substr(i));
    i += rune.bytes;
    if (!is_space(rune.value)) end = i;
  }
  return text.substr(0, end);
}

}  // namespace reconcile::sprig
