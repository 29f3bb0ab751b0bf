#include "base/model/utf8.hpp"

#include <cstring>

namespace reconcile::model {

bool valid_utf8(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    // Runs of ASCII, eight bytes at a time.
    while (i + 8 <= text.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      if ((word & 0x8080808080808080U) != 0) break;
      i += 8;
    }
    if (i >= text.size()) break;
    const Rune rune = decode_rune(text.substr(i));
    if (rune.invalid()) return false;
    i += rune.size;
  }
  return true;
}

}  // namespace reconcile::model
