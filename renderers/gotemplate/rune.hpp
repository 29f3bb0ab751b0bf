#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::gotemplate {

constexpr std::uint32_t rune_error = 0xFFFD;
constexpr std::uint32_t rune_max = 0x10FFFF;

/// One code point and the bytes it took. Invalid UTF-8 is U+FFFD of one byte, as Go decodes it; no
/// bytes left is U+FFFD of none.
struct Rune {
  std::uint32_t value;
  std::size_t bytes;
  [[nodiscard]] bool invalid() const { return value == rune_error && bytes < 2; }
};

Rune decode_rune(std::string_view text) noexcept;
/// UTF-8 of `value`; surrogates and values out of range become U+FFFD.
void append_rune(std::string& out, std::uint32_t value);
/// utf8.RuneCountInString.
std::size_t rune_count(std::string_view text) noexcept;

/// unicode.IsLetter, unicode.IsDigit, strconv.IsPrint of Go 1.26.
bool is_letter(std::uint32_t rune) noexcept;
bool is_digit(std::uint32_t rune) noexcept;
bool is_print(std::uint32_t rune) noexcept;

/// As Go's %#U prints a code: U+00E9 'é'. Codes that are none are printed as -1 is.
std::string describe_code(std::uint32_t code);

/// strconv.Quote, QuoteToASCII, and the same for one rune between single quotes.
enum class QuoteStyle : std::uint8_t { unicode, ascii };
void append_quoted(std::string& out, std::string_view text, QuoteStyle style);
void append_quoted_rune(std::string& out, std::uint32_t rune, QuoteStyle style);

}  // namespace reconcile::gotemplate
