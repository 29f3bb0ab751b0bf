#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::gotemplate {
namespace {

void append_chars(std::string& out, double value, std::chars_format form, int precision) {
  const std::size_t start = out.size();
  // The longest fixed form: 309 digits before the point, or 1,074 after it where shortest.
  out.resize(start + 1100 + static_cast<std::size_t>(precision > 0 ? precision : 0));
  char* first = out.data() + start;
  char* last = out.data() + out.size();
  const std::to_chars_result done = precision < 0
                                        ? std::to_chars(first, last, value, form)
                                        : std::to_chars(first, last, value, form, precision);
  out.resize(static_cast<std::size_t>(done.ptr - out.data()));
}

// Decimal exponent of the shortest form, from its scientific text.
int exponent_of(std::string_view scientific) {
  const std::size_t mark = scientific.find('e');
  int exponent = 0;
  const std::string_view digits = scientific.substr(mark + 2);
  std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  return scientific[mark + 1] == '-' ? -exponent : exponent;
}

void append_shortest_general(std::string& out, double value) {
  char text[40];
  const auto done = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  const std::string_view scientific(text, static_cast<std::size_t>(done.ptr - text));
  const int exponent = exponent_of(scientific);
  if (exponent < -4 || exponent >= 6) {
    out += scientific;
    return;
  }
  append_chars(out, value, std::chars_format::fixed, -1);
}

/// `value` without its sign: mantissa * 2^(exponent - 1023 - 52).
struct BinaryParts {
  std::uint64_t mantissa;
  int exponent;
};

BinaryParts binary_parts(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
  const int exponent = static_cast<int>(bits >> 52U & 0x7FFU);
  if (exponent == 0) return {fraction, 1};
  return {fraction | std::uint64_t{1} << 52U, exponent};
}

// Mantissa and exponent as integers: 4503599627370496p-52.
void append_binary(std::string& out, double value) {
  auto [mantissa, exponent] = binary_parts(value);
  exponent -= 1023 + 52;
  if (std::signbit(value)) out += '-';
  out += std::to_string(mantissa);
  out += 'p';
  if (exponent >= 0) out += '+';
  out += std::to_string(exponent);
}

// Go's fmtX: the digit before the point is 1 for every value but zero, after rounding too.
void append_hexadecimal(std::string& out, double value, int precision) {
  auto [mantissa, exponent] = binary_parts(value);
  exponent = mantissa == 0 ? 0 : exponent - 1023;
  mantissa <<= 60U - 52U;
  constexpr std::uint64_t one = std::uint64_t{1} << 60U;
  for (; mantissa != 0 && (mantissa & one) == 0; mantissa <<= 1U) --exponent;
  if (precision >= 0 && precision < 15) {
    const unsigned kept = static_cast<unsigned>(precision) * 4;
    const std::uint64_t extra = (mantissa << kept) & (one - 1);
    mantissa >>= 60U - kept;
    if ((extra | (mantissa & 1U)) > one >> 1U) ++mantissa;
    mantissa <<= 60U - kept;
    if ((mantissa & (one << 1U)) != 0) {
      mantissa >>= 1U;
      ++exponent;
    }
  }
  if (std::signbit(value)) out += '-';
  out += "0x";
  out += static_cast<char>('0' + (mantissa >> 60U & 1U));
  mantissa <<= 4U;
  if (precision < 0 ? mantissa != 0 : precision > 0) out += '.';
  for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; ++i, mantissa <<= 4U) {
    out += "0123456789abcdef"[mantissa >> 60U & 15U];
  }
  out += exponent < 0 ? "p-" : "p+";
  const std::string digits = std::to_string(std::abs(exponent));
  if (digits.size() < 2) out += '0';
  out += digits;
}

}  // namespace

void append_float(std::string& out, double value, char verb, int precision) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  const std::size_t start = out.size();
  switch (verb) {
    case 'b':
      append_binary(out, value);
      break;
    case 'x':
    case 'X':
      append_hexadecimal(out, value, precision);
      break;
    case 'e':
    case 'E':
      append_chars(out, value, std::chars_format::scientific, precision);
      break;
    case 'f':
    case 'F':
      append_chars(out, value, std::chars_format::fixed, precision);
      break;
    default:
      if (precision < 0) {
        append_shortest_general(out, value);
      } else {
        append_chars(out, value, std::chars_format::general, precision);
      }
  }
  if (verb == 'E' || verb == 'G' || verb == 'X') {
    for (std::size_t i = start; i < out.size(); ++i) {
      if (out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 'a' + 'A');
    }
  }
}

void append_float(std::string& out, double value) {
  append_float(out, value, 'g', -1);
}

}  // namespace reconcile::gotemplate
