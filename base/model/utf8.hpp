#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reconcile::model {

/// One decoded character. An invalid byte answers U+FFFD with size 1, as Go's utf8.DecodeRune does.
struct Rune {
  std::uint32_t value = 0;
  std::uint32_t size = 0;

  [[nodiscard]] bool invalid() const noexcept { return value == 0xFFFD && size == 1; }
};

/// Decodes the character at the start of `text`, which must not be empty.
inline Rune decode_rune(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && tail(1)) {
    return {((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF && tail(1) && tail(2)) {
    const std::uint32_t value =
        ((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    const std::uint32_t value = ((lead & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) |
                                ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
    if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
  }
  return {0xFFFD, 1};
}

/// Appends `rune` in UTF-8 to any string-like `out`.
template <class Out>
void append_rune(std::uint32_t rune, Out& out) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xC0U | (rune >> 6U));
    put(0x80U | (rune & 0x3FU));
  } else if (rune < 0x10000) {
    put(0xE0U | (rune >> 12U));
    put(0x80U | ((rune >> 6U) & 0x3FU));
    put(0x80U | (rune & 0x3FU));
  } else {
    put(0xF0U | (rune >> 18U));
    put(0x80U | ((rune >> 12U) & 0x3FU));
    put(0x80U | ((rune >> 6U) & 0x3FU));
    put(0x80U | (rune & 0x3FU));
  }
}

/// True where every byte belongs to a well-formed character.
bool valid_utf8(std::string_view text) noexcept;

}  // namespace reconcile::model
