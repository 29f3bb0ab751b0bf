#include "reconcile/model/number_format.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace reconcile::model {

namespace {

// The shortest digits of a finite number and the exponent of the first one.
struct Digits {
  char text[32];
  int count = 0;
  int exponent = 0;
  bool negative = false;
};

template <class Float>
Digits shortest_digits(Float value) {
  Digits digits;
  digits.negative = std::signbit(value);
  char buffer[48];
  const char* const end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific)
          .ptr;
  const char* next = buffer;
  for (; next != end && *next != 'e'; ++next) {
    if (*next != '.') digits.text[digits.count++] = *next;
  }
  if (next != end && *++next == '+') ++next;
  std::from_chars(next, end, digits.exponent);
  return digits;
}

void append_plain(const Digits& digits, std::string& out) {
  if (digits.negative) out += '-';
  if (digits.exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.exponent - 1), '0');
    out.append(digits.text, static_cast<std::size_t>(digits.count));
    return;
  }
  for (int i = 0; i <= digits.exponent || i < digits.count; ++i) {
    if (i == digits.exponent + 1) out += '.';
    out += i < digits.count ? digits.text[i] : '0';
  }
}

void append_exponent(const Digits& digits, std::string& out, int exponent_digits_min) {
  if (digits.negative) out += '-';
  out += digits.text[0];
  if (digits.count > 1) {
    out += '.';
    out.append(digits.text + 1, static_cast<std::size_t>(digits.count - 1));
  }
  out += digits.exponent < 0 ? "e-" : "e+";
  const std::string exponent = std::to_string(std::abs(digits.exponent));
  if (static_cast<int>(exponent.size()) < exponent_digits_min) out += '0';
  out += exponent;
}

template <class Float>
void append_shortest(Float value, std::string& out, int exponent_min) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  const Digits digits = shortest_digits(value);
  if (digits.exponent < -4 || digits.exponent >= exponent_min) {
    append_exponent(digits, out, 2);
    return;
  }
  append_plain(digits, out);
}

}  // namespace

void append_go_float(double value, std::string& out, int exponent_min) {
  append_shortest(value, out, exponent_min);
}

void append_go_float32(float value, std::string& out, int exponent_min) {
  append_shortest(value, out, exponent_min);
}

void append_json_float(double value, std::string& out) {
  const Digits digits = shortest_digits(value);
  const double magnitude = std::fabs(value);
  if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
    append_exponent(digits, out, 1);
    return;
  }
  append_plain(digits, out);
}

}  // namespace reconcile::model
