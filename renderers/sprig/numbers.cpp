#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

GoValue int64_value(std::uint64_t value) {
  return GoValue::integer(static_cast<std::int64_t>(value), GoType::int64);
}
/// Go's integers wrap around, so sums and products are made of unsigned ones.
std::uint64_t wrapping(const GoValue& value) {
  return static_cast<std::uint64_t>(to_int64(value));
}

GoValue atoi(Call& call) {
  return GoValue::integer(parse_integer(call.text(0), 10).value);
}
GoValue int64(Call& call) {
  return GoValue::integer(to_int64(call[0]), GoType::int64);
}
GoValue int_(Call& call) {
  return GoValue::integer(to_int64(call[0]));
}
GoValue float64(Call& call) {
  return GoValue::floating(to_float64(call[0]));
}

GoValue to_decimal(Call& call) {
  std::string text;
  gotemplate::append_printed(text, call[0]);
  const ParsedInteger parsed = parse_integer(text, 8);
  const bool valid = parsed.failure == ParsedInteger::Failure::none;
  return GoValue::integer(valid ? parsed.value : 0, GoType::int64);
}

GoValue add1(Call& call) {
  return int64_value(wrapping(call[0]) + 1);
}
GoValue sub(Call& call) {
  return int64_value(wrapping(call[0]) - wrapping(call[1]));
}

GoValue add(Call& call) {
  std::uint64_t sum = 0;
  for (const GoValue& value : call.arguments) sum += wrapping(value);
  return int64_value(sum);
}

GoValue mul(Call& call) {
  std::uint64_t product = 1;
  for (const GoValue& value : call.arguments) product *= wrapping(value);
  return int64_value(product);
}

GoValue div(Call& call) {
  const std::int64_t left = to_int64(call[0]);
  const std::int64_t right = to_int64(call[1]);
  if (right == 0) throw FunctionError("runtime error: integer divide by zero");
  if (right == -1) return int64_value(0 - static_cast<std::uint64_t>(left));
  return GoValue::integer(left / right, GoType::int64);
}

GoValue mod(Call& call) {
  const std::int64_t left = to_int64(call[0]);
  const std::int64_t right = to_int64(call[1]);
  if (right == 0) throw FunctionError("runtime error: integer divide by zero");
  return GoValue::integer(right == -1 ? 0 : left % right, GoType::int64);
}

GoValue max(Call& call) {
  std::int64_t best = to_int64(call[0]);
  for (const GoValue& value : call.arguments) best = std::max(best, to_int64(value));
  return GoValue::integer(best, GoType::int64);
}

GoValue min(Call& call) {
  std::int64_t best = to_int64(call[0]);
  for (const GoValue& value : call.arguments) best = std::min(best, to_int64(value));
  return GoValue::integer(best, GoType::int64);
}

/// Go's math.Max and math.Min: an infinity of the wanted sign wins over NaN, NaN over numbers.
double go_max(double left, double right) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (left == infinity || right == infinity) return infinity;
  if (std::isnan(left) || std::isnan(right)) return std::numeric_limits<double>::quiet_NaN();
  if (left == 0 && right == 0) return std::signbit(left) ? right : left;
  return left > right ? left : right;
}
double go_min(double left, double right) {
  return -go_max(-left, -right);
}

GoValue max_float(Call& call) {
  double best = to_float64(call[0]);
  for (const GoValue& value : call.arguments.subspan(1)) best = go_max(best, to_float64(value));
  return GoValue::floating(best);
}

GoValue min_float(Call& call) {
  double best = to_float64(call[0]);
  for (const GoValue& value : call.arguments.subspan(1)) best = go_min(best, to_float64(value));
  return GoValue::floating(best);
}

GoValue ceil(Call& call) {
  return GoValue::floating(std::ceil(to_float64(call[0])));
}
GoValue floor(Call& call) {
  return GoValue::floating(std::floor(to_float64(call[0])));
}

/// Go's math.Pow(10, exponent), whose rounding differs from the C library's for large exponents.
double power_of_ten(std::int64_t exponent) {
  double result = 1;
  std::int64_t result_exponent = 0;
  int factor_exponent = 0;
  double factor = std::frexp(10.0, &factor_exponent);
  std::int64_t factor_bits = factor_exponent;
  const auto magnitude = exponent < 0 ? 0 - static_cast<std::uint64_t>(exponent)
                                      : static_cast<std::uint64_t>(exponent);
  for (std::uint64_t rest = magnitude; rest != 0; rest >>= 1U) {
    if (factor_bits < -4096 || factor_bits > 4096) {
      result_exponent += factor_bits;
      break;
    }
    if ((rest & 1U) != 0) {
      result *= factor;
      result_exponent += factor_bits;
    }
    factor *= factor;
    factor_bits *= 2;
    if (factor < .5) {
      factor += factor;
      --factor_bits;
    }
  }
  if (exponent < 0) {
    result = 1 / result;
    result_exponent = -result_exponent;
  }
  return std::ldexp(result, static_cast<int>(result_exponent));
}

GoValue round(Call& call) {
  const double round_on = call.size() > 2 ? call[2].as_floating() : .5;
  const double power = power_of_ten(call.integer(1));
  const double digit = power * to_float64(call[0]);
  double whole = 0;
  const double fraction = std::modf(digit, &whole);
  return GoValue::floating((fraction >= round_on ? std::ceil(digit) : std::floor(digit)) / power);
}

/// The numbers from `start` up or down to `stop`, which is left out.
template <class Take>
void count_until(std::string_view function, std::int64_t start, std::int64_t stop,
                 std::int64_t step, Take take) {
  if (stop < start ? step >= 0 : step <= 0) return;
  const auto distance = stop < start
                            ? static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop)
                            : static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
  const std::uint64_t width =
      step < 0 ? 0 - static_cast<std::uint64_t>(step) : static_cast<std::uint64_t>(step);
  const std::uint64_t count = distance / width + (distance % width != 0 ? 1 : 0);
  check_result_items(function, count);
  auto value = static_cast<std::uint64_t>(start);
  for (std::uint64_t i = 0; i < count; ++i, value += static_cast<std::uint64_t>(step)) {
    take(count, static_cast<std::int64_t>(value));
  }
}

GoValue ints_until(Call& call, std::string_view function, std::int64_t start, std::int64_t stop,
                   std::int64_t step) {
  std::span<GoValue> items;
  std::size_t filled = 0;
  count_until(function, start, stop, step, [&](std::uint64_t count, std::int64_t value) {
    if (items.empty()) items = call.heap().elements(count);
    items[filled++] = GoValue::integer(value);
  });
  if (filled == 0) items = call.heap().elements(0);
  return GoValue::slice(items, GoType::ints);
}

GoValue until(Call& call) {
  const std::int64_t count = call.integer(0);
  return ints_until(call, "until", 0, count, count < 0 ? -1 : 1);
}

GoValue until_step(Call& call) {
  return ints_until(call, "untilStep", call.integer(0), call.integer(1), call.integer(2));
}

GoValue seq(Call& call) {
  if (call.size() == 0 || call.size() > 3) return GoValue::string("");
  const std::int64_t start = call.size() == 1 ? 1 : call.integer(0);
  const std::int64_t end = call.integer(call.size() - 1);
  const std::int64_t increment = end < start ? -1 : 1;
  const std::int64_t step = call.size() == 3 ? call.integer(1) : increment;
  if (call.size() == 3 && end < start && step > 0) return GoValue::string("");
  const auto stop = static_cast<std::int64_t>(static_cast<std::uint64_t>(end) +
                                              static_cast<std::uint64_t>(increment));
  std::string out;
  count_until("seq", start, stop, step, [&](std::uint64_t, std::int64_t value) {
    if (!out.empty()) out += ' ';
    out += std::to_string(value);
  });
  return call.heap().string(out);
}

constexpr Function functions[] = {
    {"atoi", "s", atoi},
    {"int64", "a", int64},
    {"int", "a", int_},
    {"float64", "a", float64},
    {"toDecimal", "a", to_decimal},
    {"add1", "a", add1},
    {"add", "a*", add},
    {"sub", "aa", sub},
    {"div", "aa", div},
    {"mod", "aa", mod},
    {"mul", "aa*", mul},
    {"max", "aa*", max},
    {"biggest", "aa*", max},
    {"min", "aa*", min},
    {"maxf", "aa*", max_float},
    {"minf", "aa*", min_float},
    {"ceil", "a", ceil},
    {"floor", "a", floor},
    {"round", "aif*", round},
    {"until", "i", until},
    {"untilStep", "iii", until_step},
    {"seq", "i*", seq},
};

}  // namespace

std::span<const Function> number_functions() {
  return functions;
}

}  // namespace reconcile::sprig
