#include "renderers/gotemplate/rune.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune_tables.hpp"

namespace reconcile::gotemplate {
namespace {

template <std::size_t N>
bool within(const RuneRange (&ranges)[N], std::uint32_t rune) noexcept {
  const auto* found =
      std::lower_bound(std::begin(ranges), std::end(ranges), rune,
                       [](const RuneRange& range, std::uint32_t r) { return range.last < r; });
  return found != std::end(ranges) && found->first <= rune;
}

constexpr char lower_digits[] = "0123456789abcdef";

void append_hex(std::string& out, std::uint32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += lower_digits[(value >> static_cast<unsigned>(shift)) & 0xFU];
  }
}

void append_escaped(std::string& out, std::uint32_t rune, char quote_mark, QuoteStyle style) {
  if (rune == static_cast<unsigned char>(quote_mark) || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
    return;
  }
  if (style == QuoteStyle::ascii ? rune < 0x80 && is_print(rune) : is_print(rune)) {
    append_rune(out, rune);
    return;
  }
  constexpr std::string_view named = "\a\b\f\n\r\t\v";
  const std::size_t index = rune < 0x20 ? named.find(static_cast<char>(rune)) : std::string::npos;
  if (index != std::string::npos) {
    out += '\\';
    out += "abfnrtv"[index];
  } else if (rune < ' ' || rune == 0x7F) {
    out += "\\x";
    append_hex(out, rune, 2);
  } else if (rune > rune_max) {
    out += "\\ufffd";
  } else {
    out += rune < 0x10000 ? "\\u" : "\\U";
    append_hex(out, rune, rune < 0x10000 ? 4 : 8);
  }
}

}  // namespace

Rune decode_rune(std::string_view text) noexcept {
  if (text.empty()) return {rune_error, 0};
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint32_t b0 = byte(0);
  if (b0 < 0x80) return {b0, 1};
  if (b0 >= 0xC2 && b0 <= 0xDF && tail(1)) return {(b0 & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  if (b0 >= 0xE0 && b0 <= 0xEF && tail(1) && tail(2)) {
    const std::uint32_t value = (b0 & 0xFU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (b0 >= 0xF0 && b0 <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    const std::uint32_t value =
        (b0 & 0x7U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    if (value >= 0x10000 && value <= rune_max) return {value, 4};
  }
  return {rune_error, 1};
}

void append_rune(std::string& out, std::uint32_t value) {
  if (value > rune_max || (value >= 0xD800 && value <= 0xDFFF)) value = rune_error;
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (value < 0x80) return put(value);
  if (value < 0x800) {
    put(0xC0U | value >> 6U);
    return put(0x80U | (value & 0x3FU));
  }
  if (value < 0x10000) {
    put(0xE0U | value >> 12U);
  } else {
    put(0xF0U | value >> 18U);
    put(0x80U | (value >> 12U & 0x3FU));
  }
  put(0x80U | (value >> 6U & 0x3FU));
  put(0x80U | (value & 0x3FU));
}

std::size_t rune_count(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) i += decode_rune(text.substr(i)).bytes;
  return count;
}

bool is_letter(std::uint32_t rune) noexcept {
  return within(letter_ranges, rune);
}
bool is_digit(std::uint32_t rune) noexcept {
  return within(digit_ranges, rune);
}
bool is_print(std::uint32_t rune) noexcept {
  if (rune < 0x7F) return rune >= 0x20;
  return within(print_ranges, rune);
}

void append_quoted(std::string& out, std::string_view text, QuoteStyle style) {
  out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t plain = i;
    while (plain < text.size()) {
      const auto byte = static_cast<unsigned char>(text[plain]);
      if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\') break;
      ++plain;
    }
    out.append(text.substr(i, plain - i));
    i = plain;
    if (i == text.size()) break;
    const Rune rune = decode_rune(text.substr(i));
    if (rune.invalid()) {
      out += "\\x";
      append_hex(out, static_cast<unsigned char>(text[i]), 2);
    } else {
      append_escaped(out, rune.value, '"', style);
    }
    i += rune.bytes;
  }
  out += '"';
}

void append_quoted_rune(std::string& out, std::uint32_t rune, QuoteStyle style) {
  if (rune > rune_max || (rune >= 0xD800 && rune <= 0xDFFF)) rune = rune_error;
  out += '\'';
  append_escaped(out, rune, '\'', style);
  out += '\'';
}

void append_quoted(std::string& out, std::string_view text) {
  append_quoted(out, text, QuoteStyle::unicode);
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string describe_code(std::uint32_t code) {
  if (code > rune_max) return "U+FFFFFFFFFFFFFFFF";
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", static_cast<unsigned>(code));
  std::string text = number;
  if (is_print(code)) {
    text += " '";
    append_rune(text, code);
    text += '\'';
  }
  return text;
}

}  // namespace reconcile::gotemplate
