#include "base/model/yaml_escape.hpp"

namespace reconcile::model {

namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

char short_escape(std::uint32_t rune) {
  switch (rune) {
    case 0x00:
      return '0';
    case 0x07:
      return 'a';
    case 0x08:
      return 'b';
    case 0x09:
      return 't';
    case 0x0A:
      return 'n';
    case 0x0B:
      return 'v';
    case 0x0C:
      return 'f';
    case 0x0D:
      return 'r';
    case 0x1B:
      return 'e';
    case '"':
      return '"';
    case '\\':
      return '\\';
    case 0x85:
      return 'N';
    case 0xA0:
      return '_';
    case 0x2028:
      return 'L';
    case 0x2029:
      return 'P';
    default:
      return 0;
  }
}

}  // namespace

std::size_t append_yaml_escape(std::uint32_t rune, std::string& out) {
  const std::size_t before = out.size();
  out += '\\';
  if (const char letter = short_escape(rune)) {
    out += letter;
    return 2;
  }
  const int digits = rune <= 0xFF ? 2 : rune <= 0xFFFF ? 4 : 8;
  out += digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += hex_digits[(rune >> static_cast<unsigned>(shift)) & 15U];
  }
  return out.size() - before;
}

}  // namespace reconcile::model
