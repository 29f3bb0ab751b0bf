// Texts for terminals and comments. Tests: test/model/printable_test.cpp.
#include "reconcile/model/printable.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/model/utf8.hpp"

namespace reconcile::model {

namespace {

struct RuneRange {
  std::uint32_t first;
  std::uint32_t last;
};

/// Controls, and what of Unicode's format characters (Cf) has no place in plain text. Joiners
/// (U+200C, U+200D) stay: scripts and emoji are written with them.
constexpr RuneRange hidden[] = {
    {0x00, 0x08},     {0x0A, 0x1F},     {0x7F, 0x9F},      {0xAD, 0xAD},     {0x61C, 0x61C},
    {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F},  {0x2028, 0x202E}, {0x2060, 0x206F},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

bool is_hidden(std::uint32_t rune) {
  const auto* const range =
      std::lower_bound(std::begin(hidden), std::end(hidden), rune,
                       [](const RuneRange& one, std::uint32_t value) { return one.last < value; });
  return range != std::end(hidden) && range->first <= rune;
}

void append_unit(std::uint32_t unit, std::string& out) {
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += "0123456789abcdef"[(unit >> shift) & 0xFU];
}

void append_escape(std::uint32_t rune, std::string& out) {
  if (rune == '\n') {
    out += "\\n";
  } else if (rune == '\r') {
    out += "\\r";
  } else if (rune < 0x10000) {
    append_unit(rune, out);
  } else {
    append_unit(0xD800U + ((rune - 0x10000U) >> 10U), out);
    append_unit(0xDC00U + (rune & 0x3FFU), out);
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    if (rune.invalid() || is_hidden(rune.value))
      append_escape(rune.value, out);
    else
      out += text.substr(0, rune.size);
    text.remove_prefix(rune.size);
  }
  return out;
}

}  // namespace reconcile::model
