#include "renderers/helm/characters.hpp"

namespace reconcile::helm {

Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte_at(0);
  if (lead < 0x80) return {lead, 1};
  const Character broken{Character::replacement, 1};
  const std::size_t size = lead < 0xC2   ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                           : lead < 0xF5 ? 4
                                         : 0;
  if (size == 0 || text.size() < size) return broken;
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte_at(i) & 0xC0U) != 0x80U) return broken;
    value = value << 6U | (byte_at(i) & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[size] || value > 0x10FFFF || is_surrogate) return broken;
  return {value, size};
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).bytes);
  return count;
}

void append_character(std::string& out, char32_t character) {
  const auto add = [&](char32_t bits) { out += static_cast<char>(bits); };
  const auto add_rest = [&](unsigned shift) { add(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xC0U | (character >> 6U));
  } else if (character < 0x10000) {
    add(0xE0U | (character >> 12U));
    add_rest(6);
  } else {
    add(0xF0U | (character >> 18U));
    add_rest(12);
    add_rest(6);
  }
  add_rest(0);
}

}  // namespace reconcile::helm
