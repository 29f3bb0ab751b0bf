#include "sources/git/plain_text.hpp"

namespace reconcile::sources {

std::string plain_text(std::string_view text, std::size_t bytes_max) {
  std::string clean;
  for (std::size_t at = 0; at < text.size() && clean.size() < bytes_max;) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    bool valid = lead >= 0x20 && lead != 0x7F && (lead < 0x80 || (lead >= 0xC2 && lead < 0xF5)) &&
                 at + length <= text.size();
    for (std::size_t i = 1; valid && i < length; ++i) {
      valid = (static_cast<unsigned char>(text[at + i]) & 0xC0U) == 0x80U;
    }
    // Overlong forms, surrogates and what lies above U+10FFFF.
    if (valid && length > 2) {
      const auto next = static_cast<unsigned char>(text[at + 1]);
      valid = !(lead == 0xE0 && next < 0xA0) && !(lead == 0xED && next > 0x9F) &&
              !(lead == 0xF0 && next < 0x90) && !(lead == 0xF4 && next > 0x8F);
    }
    const std::string_view piece = valid ? text.substr(at, length) : "\xEF\xBF\xBD";
    if (clean.size() + piece.size() > bytes_max) break;
    clean += piece;
    at += valid ? length : 1;
  }
  return clean;
}

}  // namespace reconcile::sources
