// RSA keys for genCA, genSignedCert and genPrivateKey. OpenSSL 3.0's own generator spends most of
// its time in 64 Miller-Rabin rounds and a constant-time gcd (120 ms for 2048 bits); here both
// primes are searched side by side, so that each step is one BN_mod_exp_mont_consttime_x2, with a
// sieve in front and the rounds of FIPS 186-4 (table C.2, error below 2^-100) behind.
// Tests: test/renderers/sprig/rsa_key_test.cpp.

#include <openssl/core_names.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <new>
#include <vector>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/sprig/crypto_library.hpp"
#include "renderers/sprig/keys.hpp"

namespace reconcile::sprig {
namespace {

constexpr BN_ULONG exponent = 65537;
constexpr unsigned small_primes_end = 1U << 14U;
constexpr std::size_t window = 4096;  // odd numbers sieved from one random start
constexpr int rounds = 5;

[[noreturn]] void fail_generation() {
  throw gotemplate::FunctionError("failed to generate private key");
}
void check(int result) {
  if (result != 1) fail_generation();
}

struct FreeNumber {
  void operator()(BIGNUM* number) const noexcept { BN_clear_free(number); }
  void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
  void operator()(BN_MONT_CTX* context) const noexcept { BN_MONT_CTX_free(context); }
  void operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const noexcept { OSSL_PARAM_free(parameters); }
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeNumber>;
using Number = Owned<BIGNUM>;

template <class T>
Owned<T> owned(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return Owned<T>(made);
}
Number number() {
  return owned(BN_secure_new());
}
Number copy_of(const Number& from) {
  return owned(BN_dup(from.get()));
}

const std::vector<std::uint16_t>& small_primes() {
  static const std::vector<std::uint16_t> primes = [] {
    std::vector<std::uint16_t> found;
    std::vector<bool> composite(small_primes_end);
    for (unsigned i = 3; i < small_primes_end; i += 2) {
      if (composite[i]) continue;
      found.push_back(static_cast<std::uint16_t>(i));
      for (unsigned j = i * i; j < small_primes_end; j += 2 * i) composite[j] = true;
    }
    return found;
  }();
  return primes;
}

/// Odd numbers from a random start with the two top bits set, without those that small primes
/// divide.
class Candidates {
 public:
  explicit Candidates(int bits) : bits_(bits), start_(number()), value_(number()) { restart(); }

  /// The next candidate; valid until the next call.
  const BIGNUM* next() {
    while (true) {
      for (; at_ < window; ++at_) {
        if (composite_[at_]) continue;
        check(BN_copy(value_.get(), start_.get()) != nullptr ? 1 : 0);
        check(BN_add_word(value_.get(), 2 * at_++));
        if (BN_num_bits(value_.get()) == bits_) return value_.get();
        break;
      }
      restart();
    }
  }

 private:
  void restart() {
    check(BN_priv_rand_ex(start_.get(), bits_, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD, 0, nullptr));
    composite_.reset();
    at_ = 0;
    for (const unsigned prime : small_primes()) {
      const auto rest = static_cast<unsigned>(BN_mod_word(start_.get(), prime));
      // The first offset i with start + 2i = 0 modulo the prime.
      const unsigned gap = rest == 0 ? 0 : prime - rest;
      for (std::size_t i = gap % 2 == 0 ? gap / 2 : (gap + prime) / 2; i < window; i += prime) {
        composite_.set(i);
      }
    }
    const auto rest = BN_mod_word(start_.get(), exponent);
    // p - 1 must be coprime to the exponent, which is prime: leave out p = 1 modulo it.
    const BN_ULONG gap = rest <= 1 ? 1 - rest : exponent + 1 - rest;
    const BN_ULONG first = gap % 2 == 0 ? gap / 2 : (gap + exponent) / 2;
    if (first < window) composite_.set(first);
  }

  int bits_;
  Number start_;
  Number value_;
  std::bitset<window> composite_;
  std::size_t at_ = 0;
};

/// One number under test: n - 1 = 2^twos * odd.
struct Suspect {
  Suspect() : value(number()), minus_one(number()), odd(number()), base(number()), power(number()) {
    mont = owned(BN_MONT_CTX_new());
  }
  void take(const BIGNUM* candidate, BN_CTX* context) {
    check(BN_copy(value.get(), candidate) != nullptr ? 1 : 0);
    check(BN_copy(minus_one.get(), candidate) != nullptr ? 1 : 0);
    check(BN_sub_word(minus_one.get(), 1));
    for (twos = 1; BN_is_bit_set(minus_one.get(), twos) == 0;) ++twos;
    check(BN_rshift(odd.get(), minus_one.get(), twos));
    check(BN_MONT_CTX_set(mont.get(), value.get(), context));
    rounds_passed = 0;
  }
  void choose_base() {
    // First n - 2: the same test as to base 2, and as wide as the fast exponentiation wants it.
    if (rounds_passed == 0) {
      check(BN_copy(base.get(), minus_one.get()) != nullptr ? 1 : 0);
      check(BN_sub_word(base.get(), 1));
      return;
    }
    do {
      check(BN_priv_rand_range_ex(base.get(), minus_one.get(), 0, nullptr));
    } while (BN_is_zero(base.get()) != 0 || BN_is_one(base.get()) != 0);
  }
  /// Whether `power` = base^odd leaves n a strong probable prime.
  bool holds(BN_CTX* context) {
    if (BN_is_one(power.get()) != 0) return true;
    for (int i = 0; i < twos; ++i) {
      if (BN_cmp(power.get(), minus_one.get()) == 0) return true;
      check(BN_mod_sqr(power.get(), power.get(), value.get(), context));
    }
    return false;
  }
  [[nodiscard]] bool is_prime() const { return rounds_passed > rounds; }

  Number value, minus_one, odd, base, power;
  Owned<BN_MONT_CTX> mont;
  int twos = 1;
  int rounds_passed = 0;  // the first is to base -2
};

/// Two primes of `bits`. Each step raises for both; one that is done goes on being tested.
void find_primes(int bits, Suspect& first, Suspect& second, BN_CTX* context) {
  Candidates candidates(bits);
  Candidates others(bits);
  first.take(candidates.next(), context);
  second.take(others.next(), context);
  while (!first.is_prime() || !second.is_prime()) {
    first.choose_base();
    second.choose_base();
    check(BN_mod_exp_mont_consttime_x2(first.power.get(), first.base.get(), first.odd.get(),
                                       first.value.get(), first.mont.get(), second.power.get(),
                                       second.base.get(), second.odd.get(), second.value.get(),
                                       second.mont.get(), context));
    if (first.holds(context))
      ++first.rounds_passed;
    else
      first.take(candidates.next(), context);
    if (second.holds(context))
      ++second.rounds_passed;
    else
      second.take(others.next(), context);
  }
}

/// exponent^-1 modulo phi: (1 + phi * k) / exponent with k = -phi^-1 modulo the exponent.
Number private_exponent(const Number& phi) {
  const BN_ULONG rest = BN_mod_word(phi.get(), exponent);
  BN_ULONG inverse = 1;
  // Fermat: rest^(exponent - 2).
  for (BN_ULONG left = exponent - 2, power = rest; left > 0; left >>= 1U) {
    if ((left & 1U) != 0) inverse = inverse * power % exponent;
    power = power * power % exponent;
  }
  Number d = copy_of(phi);
  check(BN_mul_word(d.get(), exponent - inverse));
  check(BN_add_word(d.get(), 1));
  if (BN_div_word(d.get(), exponent) != 0) fail_generation();
  return d;
}

Key make_key(const Suspect& p, const Suspect& q, BN_CTX* context) {
  const Number e = number();
  const Number n = number();
  const Number phi = number();
  const Number d_p = number();
  const Number d_q = number();
  const Number q_inverse = number();
  const Number p_minus_two = copy_of(p.minus_one);
  check(BN_set_word(e.get(), exponent));
  check(BN_mul(n.get(), p.value.get(), q.value.get(), context));
  check(BN_mul(phi.get(), p.minus_one.get(), q.minus_one.get(), context));
  const Number d = private_exponent(phi);
  check(BN_mod(d_p.get(), d.get(), p.minus_one.get(), context));
  check(BN_mod(d_q.get(), d.get(), q.minus_one.get(), context));
  check(BN_sub_word(p_minus_two.get(), 1));
  check(BN_mod(q_inverse.get(), q.value.get(), p.value.get(), context));
  check(BN_mod_exp_mont_consttime(q_inverse.get(), q_inverse.get(), p_minus_two.get(),
                                  p.value.get(), context, p.mont.get()));
  const auto builder = owned(OSSL_PARAM_BLD_new());
  const auto add = [&builder](const char* name, const BIGNUM* value) {
    check(OSSL_PARAM_BLD_push_BN(builder.get(), name, value));
  };
  add(OSSL_PKEY_PARAM_RSA_N, n.get());
  add(OSSL_PKEY_PARAM_RSA_E, e.get());
  add(OSSL_PKEY_PARAM_RSA_D, d.get());
  add(OSSL_PKEY_PARAM_RSA_FACTOR1, p.value.get());
  add(OSSL_PKEY_PARAM_RSA_FACTOR2, q.value.get());
  add(OSSL_PKEY_PARAM_RSA_EXPONENT1, d_p.get());
  add(OSSL_PKEY_PARAM_RSA_EXPONENT2, d_q.get());
  add(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, q_inverse.get());
  const auto parameters = owned(OSSL_PARAM_BLD_to_param(builder.get()));
  const auto maker = owned(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  check(EVP_PKEY_fromdata_init(maker.get()));
  check(EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()));
  return Key(key);
}

}  // namespace

Key new_rsa_key(int bits) {
  const auto context = owned(BN_CTX_secure_new());
  Suspect first;
  Suspect second;
  // Primes that agree in their upper 100 bits would make the modulus easy to factor.
  const Number distance = number();
  do {
    find_primes(bits / 2, first, second, context.get());
    check(BN_sub(distance.get(), first.value.get(), second.value.get()));
  } while (BN_num_bits(distance.get()) <= bits / 2 - 100);
  return BN_cmp(first.value.get(), second.value.get()) > 0 ? make_key(first, second, context.get())
                                                           : make_key(second, first, context.get());
}

}  // namespace reconcile::sprig
