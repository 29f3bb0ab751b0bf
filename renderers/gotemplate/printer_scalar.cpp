// Numbers and texts under flags, width and precision: Go's fmt/format.go by behaviour (go1.26).
#include <algorithm>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/gotemplate/printer.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr std::string_view lower_digits = "0123456789abcdefx";
constexpr std::string_view upper_digits = "0123456789ABCDEFX";

// Bytes of one printed text.
constexpr std::size_t text_bytes_max = std::size_t{64} << 20U;

bool can_backquote(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text.substr(i));
    i += rune.bytes;
    if (rune.bytes > 1 && rune.value != 0xFEFF) continue;
    if (rune.value == rune_error || rune.value == 0xFEFF) return false;
    if ((rune.value < ' ' && rune.value != '\t') || rune.value == '`' || rune.value == 0x7F) {
      return false;
    }
  }
  return true;
}

// Adds the point and the zeros that '#' asks for; `number` has its sign in front.
void force_point(std::string& number, char verb, int precision) {
  int digits = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision == -1 ? 6 : precision;
  const bool hexadecimal = verb == 'x' || verb == 'X';
  std::string tail;
  bool has_point = false;
  bool saw_nonzero = false;
  for (std::size_t i = 1; i < number.size(); ++i) {
    const char c = number[i];
    if (c == '.') {
      has_point = true;
      continue;
    }
    if (c == 'p' || c == 'P' || (!hexadecimal && (c == 'e' || c == 'E'))) {
      tail = number.substr(i);
      number.resize(i);
      break;
    }
    if (c != '0') saw_nonzero = true;
    if (saw_nonzero) --digits;
  }
  if (!has_point) {
    if (number.size() == 2 && number[1] == '0') --digits;
    number += '.';
  }
  if (digits > 0) number.append(static_cast<std::size_t>(digits), '0');
  number += tail;
}

}  // namespace

// A few verbs with wide padding, or a value that holds itself many times, must not fill the memory.
void Printer::check_size(std::size_t more) const {
  if (out_.size() + more <= text_bytes_max) return;
  throw model::Error(
      model::ErrorCode::limit_exceeded,
      "a printed value exceeds the limit of " + std::to_string(text_bytes_max) + " bytes");
}

void Printer::write_padding(long count) {
  if (count > 0) {
    check_size(static_cast<std::size_t>(count));
    out_.append(static_cast<std::size_t>(count), flags_.zero && !flags_.minus ? '0' : ' ');
  }
}

void Printer::pad(std::string_view text) {
  const long missing = flags_.width_present && flags_.width != 0
                           ? flags_.width - static_cast<long>(rune_count(text))
                           : 0;
  if (!flags_.minus) write_padding(missing);
  out_ += text;
  if (flags_.minus) write_padding(missing);
}

std::string_view Printer::truncated(std::string_view text) const {
  if (!flags_.precision_present) return text;
  std::size_t end = 0;
  for (int left = flags_.precision; left > 0 && end < text.size(); --left) {
    end += decode_rune(text.substr(end)).bytes;
  }
  return text.substr(0, end);
}

void Printer::format_quoted(std::string_view text) {
  text = truncated(text);
  std::string quoted;
  if (flags_.sharp && can_backquote(text)) {
    quoted.append("`").append(text).append("`");
  } else {
    append_quoted(quoted, text, flags_.plus ? QuoteStyle::ascii : QuoteStyle::unicode);
  }
  pad(quoted);
}

void Printer::format_hex64(std::uint64_t bits, bool prefix) {
  const bool sharp = std::exchange(flags_.sharp, prefix);
  format_integer(bits, 16, false, 'v', false);
  flags_.sharp = sharp;
}

void Printer::format_integer(std::uint64_t bits, unsigned base, bool is_signed, char32_t verb,
                             bool upper) {
  const bool negative = is_signed && static_cast<std::int64_t>(bits) < 0;
  if (negative) bits = ~bits + 1;
  long precision = 0;
  if (flags_.precision_present) {
    precision = flags_.precision;
    if (precision == 0 && bits == 0) {
      const bool zero = std::exchange(flags_.zero, false);
      write_padding(flags_.width);
      flags_.zero = zero;
      return;
    }
  } else if (flags_.zero && !flags_.minus && flags_.width_present) {
    precision = flags_.width - (negative || flags_.plus || flags_.space ? 1 : 0);
  }
  const std::string_view digits = upper ? upper_digits : lower_digits;
  std::string text;  // built backwards
  do {
    text += digits[bits % base];
    bits /= base;
  } while (bits != 0);
  while (static_cast<long>(text.size()) < precision) text += '0';
  if (flags_.sharp) {
    if (base == 2) text += "b0";
    if (base == 8 && text.back() != '0') text += '0';
    if (base == 16) text.append(1, digits[16]).append("0");
  }
  if (verb == 'O') text += "o0";
  if (negative) {
    text += '-';
  } else if (flags_.plus) {
    text += '+';
  } else if (flags_.space) {
    text += ' ';
  }
  std::reverse(text.begin(), text.end());
  const bool zero = std::exchange(flags_.zero, false);
  pad(text);
  flags_.zero = zero;
}

void Printer::format_unicode(std::uint64_t bits) {
  long precision = flags_.precision_present ? std::max(4, flags_.precision) : 4;
  std::string digits;
  for (std::uint64_t rest = bits; rest != 0 || digits.empty(); rest /= 16) {
    digits += upper_digits[rest % 16];
  }
  while (static_cast<long>(digits.size()) < precision) digits += '0';
  std::reverse(digits.begin(), digits.end());
  std::string text = "U+" + digits;
  if (flags_.sharp && bits <= rune_max && is_print(static_cast<std::uint32_t>(bits))) {
    text += " '";
    append_rune(text, static_cast<std::uint32_t>(bits));
    text += '\'';
  }
  const bool zero = std::exchange(flags_.zero, false);
  pad(text);
  flags_.zero = zero;
}

void Printer::format_float(double number, char verb, int precision) {
  if (flags_.precision_present) precision = flags_.precision;
  std::string text;
  append_float(text, number, verb, precision);
  if (text[0] != '-' && text[0] != '+') text.insert(0, 1, '+');
  if (flags_.space && text[0] == '+' && !flags_.plus) text[0] = ' ';
  if (text[1] == 'I' || text[1] == 'N') {
    const bool zero = std::exchange(flags_.zero, false);
    if (text[1] == 'N' && !flags_.space && !flags_.plus) text.erase(0, 1);
    // "+Inf" keeps its sign as Go prints it.
    pad(text);
    flags_.zero = zero;
    return;
  }
  if (flags_.sharp && verb != 'b') force_point(text, verb, precision);
  if (!flags_.plus && text[0] == '+') return pad(std::string_view(text).substr(1));
  if (flags_.zero && !flags_.minus && flags_.width_present &&
      flags_.width > static_cast<long>(text.size())) {
    out_ += text[0];
    write_padding(flags_.width - static_cast<long>(text.size()));
    out_.append(text, 1, std::string::npos);
    return;
  }
  pad(text);
}

void Printer::format_hex_text(std::string_view text, bool upper) {
  const std::string_view digits = upper ? upper_digits : lower_digits;
  if (flags_.precision_present && static_cast<std::size_t>(flags_.precision) < text.size()) {
    text = text.substr(0, static_cast<std::size_t>(flags_.precision));
  }
  if (text.empty()) {
    if (flags_.width_present) write_padding(flags_.width);
    return;
  }
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (flags_.space && i > 0) hex += ' ';
    if (flags_.sharp && (i == 0 || flags_.space)) hex.append("0").append(1, digits[16]);
    const auto byte = static_cast<unsigned char>(text[i]);
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xFU];
  }
  const long missing = flags_.width_present ? flags_.width - static_cast<long>(hex.size()) : 0;
  if (!flags_.minus) write_padding(missing);
  out_ += hex;
  if (flags_.minus) write_padding(missing);
}

}  // namespace reconcile::gotemplate
