#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct bignum_st;

namespace reconcile::sprig {

/// A number value × 10^exponent of any size, as shopspring/decimal 1.4.0 computes with it.
class Decimal {
 public:
  /// The fewest digits that read back as `value`. Throws FunctionError for NaN and infinities.
  explicit Decimal(double value);
  ~Decimal();
  Decimal(Decimal&&) noexcept;
  Decimal& operator=(Decimal&&) noexcept;

  [[nodiscard]] Decimal plus(const Decimal& other) const;
  [[nodiscard]] Decimal minus(const Decimal& other) const;
  [[nodiscard]] Decimal times(const Decimal& other) const;
  /// The quotient with 16 digits behind the point, half rounded away from zero. Throws
  /// FunctionError for division by zero.
  [[nodiscard]] Decimal divided_by(const Decimal& other) const;
  /// The nearest float64; infinite where it is out of range.
  [[nodiscard]] double to_float64() const;

 private:
  Decimal();
  struct Release {
    void operator()(bignum_st* number) const noexcept;
  };
  std::unique_ptr<bignum_st, Release> value_;
  std::int64_t exponent_ = 0;
};

}  // namespace reconcile::sprig
