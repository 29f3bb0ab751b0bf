#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"

// spf13/cast 1.7.0 and the conversions of Go's strconv that it rests on.
namespace reconcile::sprig {

/// cast.ToInt64: 0 where the value cannot be read. Floats are cut toward zero.
std::int64_t to_int64(const gotemplate::GoValue& value);
/// cast.ToFloat64.
double to_float64(const gotemplate::GoValue& value);
/// Sprig's strval: strings and []uint8 as they are, everything else as %v.
std::string to_text(const gotemplate::GoValue& value);
/// As Go converts float64 to int64 on amd64: out of range and NaN become the least int64.
std::int64_t truncated(double value) noexcept;

/// What strconv.ParseInt answers; `value` is saturated where it is out of range.
struct ParsedInteger {
  enum class Failure : std::uint8_t { none, syntax, range };
  std::int64_t value = 0;
  Failure failure = Failure::none;
};
/// strconv.ParseInt(text, base, 64); base 0 takes prefixes and underscores.
ParsedInteger parse_integer(std::string_view text, int base);
/// strconv.ParseFloat(text, 64); absent where it fails. Infinite where the number is out of range,
/// which Go reports as an error too, so that is absent as well.
std::optional<double> parse_float(std::string_view text);

}  // namespace reconcile::sprig
