#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace reconcile::model {

/// Sixteen bytes, each compared on its own: one register where the machine has such.
using ByteVector [[gnu::vector_size(16)]] = unsigned char;

inline ByteVector load_bytes(std::string_view text, std::size_t at) noexcept {
  ByteVector bytes;
  std::memcpy(&bytes, text.data() + at, sizeof bytes);
  return bytes;
}

/// The number of the first byte that is set in `flags`, 16 where there is none.
template <class Flags>
std::size_t first_set(const Flags& flags) noexcept {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &flags, sizeof halves);
  if (halves[0] == 0 && halves[1] == 0) return 16;
  const std::size_t before = halves[0] == 0 ? 8 : 0;
  const std::uint64_t half = halves[before / 8];
  const int bits =
      std::endian::native == std::endian::little ? std::countr_zero(half) : std::countl_zero(half);
  return before + static_cast<std::size_t>(bits) / 8;
}

/// The first place at or behind `from` with one of the bytes `wanted`; the end where there is none.
template <char... wanted>
std::size_t find_byte(std::string_view text, std::size_t from) noexcept {
  for (; from + sizeof(ByteVector) <= text.size(); from += sizeof(ByteVector)) {
    const ByteVector bytes = load_bytes(text, from);
    const std::size_t place = first_set(((bytes == wanted) | ...));
    if (place < sizeof bytes) return from + place;
  }
  while (from < text.size() && ((text[from] != wanted) && ...)) ++from;
  return from;
}

/// The first place at or behind `from` that a JSON string does not hold as it is, or that needs a
/// look: a quote, a backslash, a control character, a byte that is not ASCII, one of `also`.
template <char... also>
std::size_t find_json_mark(std::string_view text, std::size_t from) noexcept {
  using SignedVector [[gnu::vector_size(16)]] = signed char;
  for (; from + sizeof(ByteVector) <= text.size(); from += sizeof(ByteVector)) {
    const ByteVector bytes = load_bytes(text, from);
    // Below a space as signed numbers: control characters, and all from 0x80 on.
    const auto outside = reinterpret_cast<SignedVector>(bytes) < 0x20;
    const std::size_t place =
        first_set((outside | ... | (bytes == also)) | (bytes == '"') | (bytes == '\\'));
    if (place < sizeof bytes) return from + place;
  }
  for (; from < text.size(); ++from) {
    const char c = text[from];
    if (static_cast<signed char>(c) < 0x20 || c == '"' || c == '\\' || ((c == also) || ...)) break;
  }
  return from;
}

}  // namespace reconcile::model
