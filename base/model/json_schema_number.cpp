#include "base/model/json_schema_number.hpp"

#include <charconv>
#include <string>

#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t mantissa_max = UINT64_MAX / 10 - 1;

std::string number_text(Value number) {
  if (number.kind() == Kind::floating && !number.source().empty()) {
    const std::string_view source = number.source();
    if (source.find_first_not_of("0123456789+-.eE") == std::string_view::npos) {
      return std::string(source);
    }
  }
  return write_json(number);
}

std::uint64_t power_of_ten_modulo(std::int64_t exponent, std::uint64_t modulus) {
  Wide result = 1 % modulus;
  Wide base = 10 % modulus;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = result * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<std::uint64_t>(result);
}

}  // namespace

long double exact_number(Value number) {
  if (number.is_unsigned()) return static_cast<long double>(*number.unsigned_integer());
  if (number.kind() == Kind::integer) return static_cast<long double>(*number.integer());
  return *number.number();
}

Decimal to_decimal(Value number) {
  const std::string text = number_text(number);
  Decimal decimal;
  bool fraction = false;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '-') decimal.negative = true;
    if (text[i] == '.') fraction = true;
    if (text[i] < '0' || text[i] > '9') continue;
    if (decimal.mantissa > mantissa_max) {
      if (!fraction) ++decimal.exponent;
      continue;
    }
    decimal.mantissa = decimal.mantissa * 10 + static_cast<std::uint64_t>(text[i] - '0');
    if (fraction) --decimal.exponent;
  }
  if (i < text.size()) {
    const std::size_t from = text[i + 1] == '+' ? i + 2 : i + 1;
    std::int64_t exponent = 0;
    std::from_chars(text.data() + from, text.data() + text.size(), exponent);
    decimal.exponent += exponent;
  }
  while (decimal.mantissa != 0 && decimal.mantissa % 10 == 0) {
    decimal.mantissa /= 10;
    ++decimal.exponent;
  }
  return decimal;
}

bool is_whole(Value number) {
  if (number.kind() == Kind::integer) return true;
  if (number.kind() != Kind::floating) return false;
  const Decimal decimal = to_decimal(number);
  return decimal.mantissa == 0 || decimal.exponent >= 0;
}

bool is_multiple(const Decimal& number, const Decimal& unit) {
  if (number.mantissa == 0) return true;
  if (unit.mantissa == 0) return false;
  const std::int64_t shift = number.exponent - unit.exponent;
  if (shift >= 0) {
    const Wide scale = power_of_ten_modulo(shift, unit.mantissa);
    return static_cast<std::uint64_t>(number.mantissa % unit.mantissa * scale % unit.mantissa) == 0;
  }
  // The unit has fewer decimals: the mantissa must hold the missing tens, and has no trailing ones.
  Wide divisor = unit.mantissa;
  for (std::int64_t i = 0; i < -shift; ++i) {
    divisor *= 10;
    if (divisor > number.mantissa) return false;
  }
  return number.mantissa % divisor == 0;
}

}  // namespace reconcile::model
