#pragma once

#include <cstdint>
#include <optional>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// A number as mantissa and power of ten, exact for what JSON texts hold in practice.
struct Decimal {
  bool negative = false;
  std::uint64_t mantissa = 0;
  std::int64_t exponent = 0;
};

/// A number, integers of 64 bits without loss.
long double exact_number(Value number);
/// The decimal form of a number; digits beyond 19 are dropped.
Decimal to_decimal(Value number);
/// True where the number has no fraction, as 1.0 and 1e3.
bool is_whole(Value number);
/// True where `number` is a whole multiple of `unit`, which must not be 0.
bool is_multiple(const Decimal& number, const Decimal& unit);

}  // namespace reconcile::model
