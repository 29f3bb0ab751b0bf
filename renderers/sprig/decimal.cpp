#include "renderers/sprig/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/crypto_library.hpp"

namespace reconcile::sprig {
namespace {

constexpr std::int64_t division_digits = 16;
/// Bounds the digits of an operation: the exponents of float64 reach about ±350, products add up.
constexpr std::int64_t exponent_max = 1'000'000;

struct ReleaseContext {
  void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
};
using Context = std::unique_ptr<BN_CTX, ReleaseContext>;

struct ReleaseNumber {
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
};
using Number = std::unique_ptr<BIGNUM, ReleaseNumber>;

void check(int succeeded) {
  if (succeeded == 0) throw std::bad_alloc();
}

/// `value` × 10^`digits`.
Number scaled(const BIGNUM* value, std::int64_t digits, BN_CTX* context) {
  if (digits > exponent_max) {
    throw gotemplate::FunctionError("decimal: the exponent exceeds the limit of " +
                                    std::to_string(exponent_max));
  }
  Number result(BN_dup(value));
  Number ten(BN_new());
  Number power(BN_new());
  Number exponent(BN_new());
  check(result && ten && power && exponent ? 1 : 0);
  if (digits == 0) return result;
  check(BN_set_word(ten.get(), 10));
  check(BN_set_word(exponent.get(), static_cast<BN_ULONG>(digits)));
  check(BN_exp(power.get(), ten.get(), exponent.get(), context));
  check(BN_mul(result.get(), result.get(), power.get(), context));
  return result;
}

}  // namespace

void Decimal::Release::operator()(bignum_st* number) const noexcept {
  BN_free(number);
}

Decimal::Decimal() : value_(BN_new()) {
  check(value_ ? 1 : 0);
}
Decimal::~Decimal() = default;
Decimal::Decimal(Decimal&&) noexcept = default;
Decimal& Decimal::operator=(Decimal&&) noexcept = default;

Decimal::Decimal(double value) : Decimal() {
  if (!std::isfinite(value)) {
    std::string text = "Cannot create a Decimal from ";
    gotemplate::append_float(text, value);
    throw gotemplate::FunctionError(text);
  }
  if (value == 0) return;
  char buffer[40];
  const auto written =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(written.ptr - buffer));
  const std::size_t mark = text.find('e');
  std::string digits;
  std::int64_t fraction = 0;
  for (const char c : text.substr(0, mark)) {
    if (c != '.') digits += c;
  }
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) fraction = static_cast<std::int64_t>(mark - point - 1);
  int power = 0;
  const std::size_t sign = text[mark + 1] == '+' ? 1 : 0;
  std::from_chars(text.data() + mark + 1 + sign, text.data() + text.size(), power);
  BIGNUM* number = value_.get();
  check(BN_dec2bn(&number, digits.c_str()));
  exponent_ = power - fraction;
}

Decimal Decimal::plus(const Decimal& other) const {
  const Context context(BN_CTX_new());
  Decimal sum;
  sum.exponent_ = std::min(exponent_, other.exponent_);
  const Number left = scaled(value_.get(), exponent_ - sum.exponent_, context.get());
  const Number right = scaled(other.value_.get(), other.exponent_ - sum.exponent_, context.get());
  check(BN_add(sum.value_.get(), left.get(), right.get()));
  return sum;
}

Decimal Decimal::minus(const Decimal& other) const {
  Decimal negated;
  check(BN_copy(negated.value_.get(), other.value_.get()) != nullptr ? 1 : 0);
  BN_set_negative(negated.value_.get(), BN_is_negative(other.value_.get()) == 0 ? 1 : 0);
  negated.exponent_ = other.exponent_;
  return plus(negated);
}

Decimal Decimal::times(const Decimal& other) const {
  const Context context(BN_CTX_new());
  Decimal product;
  check(BN_mul(product.value_.get(), value_.get(), other.value_.get(), context.get()));
  product.exponent_ = exponent_ + other.exponent_;
  return product;
}

Decimal Decimal::divided_by(const Decimal& other) const {
  if (BN_is_zero(other.value_.get()) != 0) {
    throw gotemplate::FunctionError("decimal division by 0");
  }
  const Context context(BN_CTX_new());
  const std::int64_t shift = exponent_ - other.exponent_ + division_digits;
  const Number dividend = scaled(value_.get(), std::max<std::int64_t>(shift, 0), context.get());
  const Number divisor =
      scaled(other.value_.get(), std::max<std::int64_t>(-shift, 0), context.get());
  Decimal quotient;
  const Number rest(BN_new());
  check(rest ? 1 : 0);
  check(BN_div(quotient.value_.get(), rest.get(), dividend.get(), divisor.get(), context.get()));
  check(BN_lshift1(rest.get(), rest.get()));
  if (BN_ucmp(rest.get(), divisor.get()) >= 0) {
    const bool negative = BN_is_negative(value_.get()) != BN_is_negative(other.value_.get());
    check(negative ? BN_sub_word(quotient.value_.get(), 1) : BN_add_word(quotient.value_.get(), 1));
  }
  quotient.exponent_ = -division_digits;
  return quotient;
}

double Decimal::to_float64() const {
  char* digits = BN_bn2dec(value_.get());
  check(digits != nullptr ? 1 : 0);
  std::string text(digits);
  OPENSSL_free(digits);
  text += 'e';
  text += std::to_string(exponent_);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    const auto magnitude = static_cast<std::int64_t>(text.find('e')) + exponent_;
    if (magnitude < 0) return 0;
    const double infinity = std::numeric_limits<double>::infinity();
    return BN_is_negative(value_.get()) != 0 ? -infinity : infinity;
  }
  return BN_is_zero(value_.get()) != 0 ? 0 : value;
}

}  // namespace reconcile::sprig
