#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reconcile::helm {

/// One character of UTF-8 text and the bytes it took. As Go decodes it, a byte that begins none is
/// U+FFFD of one byte, and no text left is U+FFFD of none.
struct Character {
  static constexpr char32_t replacement = 0xFFFD;

  char32_t value = replacement;
  std::size_t bytes = 0;

  [[nodiscard]] bool is_broken() const { return value == replacement && bytes < 2; }
};

Character first_character(std::string_view text);
std::size_t character_count(std::string_view text);
/// Appends the UTF-8 of `character`, which is no surrogate.
void append_character(std::string& out, char32_t character);

}  // namespace reconcile::helm
