#include "renderers/sprig/toml_text.hpp"

#include <algorithm>

#include "renderers/gotemplate/rune.hpp"

namespace reconcile::sprig {
namespace {

std::string hexadecimal(std::uint32_t byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

}  // namespace

char32_t TomlText::next() {
  if (place_ >= text_.size()) {
    saw_end_ = true;
    return end;
  }
  const auto byte = static_cast<unsigned char>(text_[place_]);
  if (byte < 0x80) {
    const bool lone_return = byte == '\r' && text_.substr(place_ + 1, 1) != "\n";
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F ||
        lone_return) {
      throw TomlFault{line_of(place_),
                      "TOML files cannot contain control characters: '" + hexadecimal(byte) + "'"};
    }
    ++place_;
    return byte;
  }
  const gotemplate::Rune rune = gotemplate::decode_rune(text_.substr(place_));
  if (rune.invalid()) {
    throw TomlFault{line_of(place_), "invalid UTF-8 byte: " + hexadecimal(byte)};
  }
  place_ += rune.bytes;
  return rune.value;
}

void TomlText::back() {
  if (saw_end_) {
    saw_end_ = false;
    return;
  }
  do --place_;
  while ((static_cast<unsigned char>(text_[place_]) & 0xC0U) == 0x80U);
}

char32_t TomlText::peek() {
  const char32_t c = next();
  back();
  return c;
}

bool TomlText::accept(char32_t expected) {
  if (next() == expected) return true;
  back();
  return false;
}

void TomlText::skip_blanks() {
  while (is_toml_blank(next())) {
  }
  back();
  start_token();
}

std::size_t TomlText::line_of(std::size_t place) const {
  const std::string_view read = text_.substr(0, place);
  return static_cast<std::size_t>(std::count(read.begin(), read.end(), '\n')) + 1;
}

void TomlText::fail(const std::string& message) const {
  const bool behind_break = saw_end_ && place_ > 0 && text_[place_ - 1] == '\n';
  throw TomlFault{line_of(place_) - (behind_break ? 1 : 0), message};
}

void TomlText::fail_before(const std::string& message) const {
  throw TomlFault{line_of(place_) - 1, message};
}

std::string quoted_character(char32_t c) {
  std::string out;
  gotemplate::append_quoted_rune(out, c, gotemplate::QuoteStyle::unicode);
  return out;
}

}  // namespace reconcile::sprig
