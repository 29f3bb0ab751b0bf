// Equality and order of values as in cel-go 0.27 (common/types). Tests:
// test/cel/operators_test.cpp.
#include "base/cel/comparison.hpp"

#include <cmath>

namespace reconcile::cel {
namespace {

constexpr double two_to_63 = 9223372036854775808.0;
constexpr double two_to_64 = 18446744073709551616.0;

bool is_number(const Value& value) {
  return value.is(ValueKind::integer) || value.is(ValueKind::unsigned_integer) ||
         value.is(ValueKind::floating);
}

template <class Number>
int order(Number a, Number b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int order_double_integer(double d, std::int64_t i) {
  if (d < -two_to_63) return -1;
  if (d > two_to_63) return 1;
  return order(d, static_cast<double>(i));
}

int order_double_unsigned(double d, std::uint64_t u) {
  if (d < 0) return -1;
  if (d > two_to_64) return 1;
  return order(d, static_cast<double>(u));
}

int order_integer_unsigned(std::int64_t i, std::uint64_t u) {
  return i < 0 ? -1 : order(static_cast<std::uint64_t>(i), u);
}

/// Both are numbers and none is NaN.
int order_numbers(const Value& a, const Value& b) {
  if (a.is(ValueKind::floating)) {
    if (b.is(ValueKind::floating)) return order(a.floating, b.floating);
    if (b.is(ValueKind::integer)) return order_double_integer(a.floating, b.integer);
    return order_double_unsigned(a.floating, b.unsigned_integer);
  }
  if (b.is(ValueKind::floating)) return -order_numbers(b, a);
  if (a.is(ValueKind::integer)) {
    return b.is(ValueKind::integer) ? order(a.integer, b.integer)
                                    : order_integer_unsigned(a.integer, b.unsigned_integer);
  }
  return b.is(ValueKind::integer) ? -order_integer_unsigned(b.integer, a.unsigned_integer)
                                  : order(a.unsigned_integer, b.unsigned_integer);
}

bool is_nan(const Value& value) {
  return value.is(ValueKind::floating) && std::isnan(value.floating);
}

bool equal_lists(Heap& heap, const Value& left, const Value& right) {
  const std::size_t size = list_size(left);
  if (size != list_size(right)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (!equal(heap, list_item(heap, left, i), list_item(heap, right, i))) return false;
  }
  return true;
}

bool equal_maps(Heap& heap, const Value& left, const Value& right) {
  const std::size_t size = map_size(left);
  if (size != map_size(right)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const MapEntry entry = map_entry(heap, left, i);
    Value found;
    if (!map_find(heap, right, entry.key, found) || !equal(heap, entry.value, found)) return false;
  }
  return true;
}

bool same_instant(const Instant& a, const Instant& b) {
  return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
}

}  // namespace

std::optional<std::int64_t> to_integer(double number) {
  if (std::isnan(number) || number <= -two_to_63 || number >= two_to_63) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<std::uint64_t> to_unsigned(double number) {
  if (std::isnan(number) || number < 0 || number >= two_to_64) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

bool to_integer_lossless(const Value& number, std::int64_t& out) {
  if (number.is(ValueKind::integer)) {
    out = number.integer;
    return true;
  }
  if (number.is(ValueKind::unsigned_integer)) {
    out = number.integer;
    return number.unsigned_integer <= INT64_MAX;
  }
  if (!number.is(ValueKind::floating)) return false;
  const std::optional<std::int64_t> whole = to_integer(number.floating);
  out = whole.value_or(0);
  return whole && static_cast<double>(*whole) == number.floating;
}

bool to_unsigned_lossless(const Value& number, std::uint64_t& out) {
  if (number.is(ValueKind::unsigned_integer)) {
    out = number.unsigned_integer;
    return true;
  }
  if (number.is(ValueKind::integer)) {
    out = number.unsigned_integer;
    return number.integer >= 0;
  }
  if (!number.is(ValueKind::floating)) return false;
  const std::optional<std::uint64_t> whole = to_unsigned(number.floating);
  out = whole.value_or(0);
  return whole && static_cast<double>(*whole) == number.floating;
}

bool equal(Heap& heap, const Value& left, const Value& right) {
  heap.charge(1);
  if (is_number(left) && is_number(right)) {
    return !is_nan(left) && !is_nan(right) && order_numbers(left, right) == 0;
  }
  if (left.kind != right.kind) return false;
  switch (left.kind) {
    case ValueKind::null:
      return true;
    case ValueKind::boolean:
      return left.boolean == right.boolean;
    case ValueKind::duration:
      return left.integer == right.integer;
    case ValueKind::string:
    case ValueKind::bytes:
    case ValueKind::type:
      heap.charge(left.size / 64);
      return left.view() == right.view();
    case ValueKind::timestamp:
      return same_instant(*left.instant, *right.instant);
    case ValueKind::list:
      return equal_lists(heap, left, right);
    case ValueKind::map:
      return equal_maps(heap, left, right);
    case ValueKind::optional:
      if (left.inner == nullptr || right.inner == nullptr) return left.inner == right.inner;
      return equal(heap, *left.inner, *right.inner);
    default:
      return false;
  }
}

Value compare(Heap& heap, const Value& left, const Value& right) {
  heap.charge(1);
  if (is_number(left) && is_nan(left)) return heap.error("NaN values cannot be ordered");
  if (is_number(left) && is_number(right)) {
    if (is_nan(right)) return heap.error("NaN values cannot be ordered");
    return make_integer(order_numbers(left, right));
  }
  if (left.kind != right.kind) return no_such_overload();
  switch (left.kind) {
    case ValueKind::boolean:
      return make_integer(order<int>(left.boolean, right.boolean));
    case ValueKind::duration:
      return make_integer(order(left.integer, right.integer));
    case ValueKind::string:
    case ValueKind::bytes:
      heap.charge(left.size / 64);
      return make_integer(order(left.view().compare(right.view()), 0));
    case ValueKind::timestamp: {
      const int seconds = order(left.instant->seconds, right.instant->seconds);
      if (seconds != 0) return make_integer(seconds);
      return make_integer(order(left.instant->nanoseconds, right.instant->nanoseconds));
    }
    default:
      return no_such_overload();
  }
}

Value contains(Heap& heap, const Value& container, const Value& item) {
  if (container.is(ValueKind::map)) {
    Value found;
    return make_boolean(map_find(heap, container, item, found));
  }
  if (!container.is(ValueKind::list)) return no_such_overload();
  for (std::size_t i = 0; i < list_size(container); ++i) {
    if (equal(heap, item, list_item(heap, container, i))) return make_boolean(true);
  }
  return make_boolean(false);
}

}  // namespace reconcile::cel
