// Operators as in cel-go 0.27: overflow is an error, types do not mix. Tests:
// test/cel/operators_test.cpp.
#include <algorithm>

#include "base/cel/comparison.hpp"
#include "base/cel/functions.hpp"
#include "reconcile/model/regex.hpp"

namespace reconcile::cel {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

Value integer_overflow() {
  return make_text(ValueKind::error, "integer overflow");
}
Value unsigned_overflow() {
  return make_text(ValueKind::error, "unsigned integer overflow");
}

Value checked(bool overflowed, std::int64_t result, ValueKind kind) {
  if (overflowed) return integer_overflow();
  return kind == ValueKind::duration ? make_duration(result) : make_integer(result);
}

Value join_texts(Heap& heap, const Value& left, const Value& right) {
  const std::size_t size = std::size_t{left.size} + right.size;
  auto* text = static_cast<char*>(heap.allocate(size));
  char* const middle = std::copy_n(left.text, left.size, text);
  std::copy_n(right.text, right.size, middle);
  return make_text(left.kind, {text, size});
}

Value join_lists(Heap& heap, const Value& left, const Value& right) {
  if (left.list->growing) {
    const std::size_t count = list_size(right);
    for (std::size_t i = 0; i < count; ++i) heap.append(*left.list, list_item(heap, right, i));
    return left;
  }
  if (list_size(left) == 0) return right;
  if (list_size(right) == 0) return left;
  auto* items = heap.allocate_array<Value>(list_size(left) + list_size(right));
  for (std::size_t i = 0; i < list_size(left); ++i) items[i] = list_item(heap, left, i);
  for (std::size_t i = 0; i < list_size(right); ++i) {
    items[list_size(left) + i] = list_item(heap, right, i);
  }
  return heap.list_over(items, list_size(left) + list_size(right));
}

/// `instant` moved by `nanoseconds`; its offset stays.
Value shifted(Heap& heap, Instant instant, std::int64_t nanoseconds) {
  std::int64_t seconds = 0;
  if (__builtin_add_overflow(instant.seconds, nanoseconds / nanoseconds_per_second, &seconds)) {
    return integer_overflow();
  }
  std::int64_t rest = instant.nanoseconds + nanoseconds % nanoseconds_per_second;
  if (rest < 0) {
    rest += nanoseconds_per_second;
    --seconds;
  } else if (rest >= nanoseconds_per_second) {
    rest -= nanoseconds_per_second;
    ++seconds;
  }
  if (seconds < instant_seconds_min || seconds > instant_seconds_max) return timestamp_overflow();
  instant.seconds = seconds;
  instant.nanoseconds = static_cast<std::int32_t>(rest);
  return heap.timestamp(instant);
}

Value difference(const Instant& left, const Instant& right) {
  std::int64_t total = 0;
  if (__builtin_mul_overflow(left.seconds - right.seconds, nanoseconds_per_second, &total) ||
      __builtin_add_overflow(total, left.nanoseconds - right.nanoseconds, &total)) {
    return integer_overflow();
  }
  return make_duration(total);
}

template <class Accept>
Value ordered(Heap& heap, Arguments arguments, Accept accept) {
  const Value order = compare(heap, arguments[0], arguments[1]);
  if (order.is_error()) return order;
  return make_boolean(accept(order.integer));
}

}  // namespace

Value add(Heap& heap, Arguments arguments) {
  const Value& left = arguments[0];
  const Value& right = arguments[1];
  if (left.is(ValueKind::timestamp) && right.is(ValueKind::duration)) {
    return shifted(heap, *left.instant, right.integer);
  }
  if (left.is(ValueKind::duration) && right.is(ValueKind::timestamp)) {
    return shifted(heap, *right.instant, left.integer);
  }
  if (left.kind != right.kind) return no_such_overload();
  std::int64_t sum = 0;
  std::uint64_t unsigned_sum = 0;
  switch (left.kind) {
    case ValueKind::integer:
    case ValueKind::duration: {
      const bool overflowed = __builtin_add_overflow(left.integer, right.integer, &sum);
      return checked(overflowed, sum, left.kind);
    }
    case ValueKind::unsigned_integer:
      if (__builtin_add_overflow(left.unsigned_integer, right.unsigned_integer, &unsigned_sum)) {
        return unsigned_overflow();
      }
      return make_unsigned(unsigned_sum);
    case ValueKind::floating:
      return make_floating(left.floating + right.floating);
    case ValueKind::string:
    case ValueKind::bytes:
      return join_texts(heap, left, right);
    case ValueKind::list:
      return join_lists(heap, left, right);
    default:
      return no_such_overload();
  }
}

Value subtract(Heap& heap, Arguments arguments) {
  const Value& left = arguments[0];
  const Value& right = arguments[1];
  if (left.is(ValueKind::timestamp) && right.is(ValueKind::duration)) {
    if (right.integer == INT64_MIN) return integer_overflow();
    return shifted(heap, *left.instant, -right.integer);
  }
  if (left.kind != right.kind) return no_such_overload();
  std::int64_t result = 0;
  switch (left.kind) {
    case ValueKind::timestamp:
      return difference(*left.instant, *right.instant);
    case ValueKind::integer:
    case ValueKind::duration: {
      const bool overflowed = __builtin_sub_overflow(left.integer, right.integer, &result);
      return checked(overflowed, result, left.kind);
    }
    case ValueKind::unsigned_integer:
      if (right.unsigned_integer > left.unsigned_integer) return unsigned_overflow();
      return make_unsigned(left.unsigned_integer - right.unsigned_integer);
    case ValueKind::floating:
      return make_floating(left.floating - right.floating);
    default:
      return no_such_overload();
  }
}

Value multiply(Heap& /*heap*/, Arguments arguments) {
  const Value& left = arguments[0];
  const Value& right = arguments[1];
  if (left.kind != right.kind) return no_such_overload();
  std::int64_t product = 0;
  std::uint64_t unsigned_product = 0;
  switch (left.kind) {
    case ValueKind::integer: {
      const bool overflowed = __builtin_mul_overflow(left.integer, right.integer, &product);
      return checked(overflowed, product, left.kind);
    }
    case ValueKind::unsigned_integer:
      if (__builtin_mul_overflow(left.unsigned_integer, right.unsigned_integer,
                                 &unsigned_product)) {
        return unsigned_overflow();
      }
      return make_unsigned(unsigned_product);
    case ValueKind::floating:
      return make_floating(left.floating * right.floating);
    default:
      return no_such_overload();
  }
}

Value divide(Heap& /*heap*/, Arguments arguments) {
  const Value& left = arguments[0];
  const Value& right = arguments[1];
  if (left.kind != right.kind) return no_such_overload();
  if (left.is(ValueKind::floating)) return make_floating(left.floating / right.floating);
  if (right.integer == 0) return make_text(ValueKind::error, "division by zero");
  if (left.is(ValueKind::unsigned_integer)) {
    return make_unsigned(left.unsigned_integer / right.unsigned_integer);
  }
  if (left.integer == INT64_MIN && right.integer == -1) return integer_overflow();
  return make_integer(left.integer / right.integer);
}

Value modulo(Heap& /*heap*/, Arguments arguments) {
  const Value& left = arguments[0];
  const Value& right = arguments[1];
  if (left.kind != right.kind) return no_such_overload();
  if (right.integer == 0) return make_text(ValueKind::error, "modulus by zero");
  if (left.is(ValueKind::unsigned_integer)) {
    return make_unsigned(left.unsigned_integer % right.unsigned_integer);
  }
  if (left.integer == INT64_MIN && right.integer == -1) return integer_overflow();
  return make_integer(left.integer % right.integer);
}

Value negate(Heap& /*heap*/, Arguments arguments) {
  const Value& value = arguments[0];
  if (value.is(ValueKind::floating)) return make_floating(-value.floating);
  if (!value.is(ValueKind::integer) && !value.is(ValueKind::duration)) return no_such_overload();
  if (value.integer == INT64_MIN) return integer_overflow();
  return checked(false, -value.integer, value.kind);
}

Value logical_not(Heap& /*heap*/, Arguments arguments) {
  if (!arguments[0].is(ValueKind::boolean)) return no_such_overload();
  return make_boolean(!arguments[0].boolean);
}

Value less(Heap& heap, Arguments arguments) {
  return ordered(heap, arguments, [](std::int64_t order) { return order < 0; });
}

Value less_equals(Heap& heap, Arguments arguments) {
  return ordered(heap, arguments, [](std::int64_t order) { return order <= 0; });
}

Value greater(Heap& heap, Arguments arguments) {
  return ordered(heap, arguments, [](std::int64_t order) { return order > 0; });
}

Value greater_equals(Heap& heap, Arguments arguments) {
  return ordered(heap, arguments, [](std::int64_t order) { return order >= 0; });
}

Value in(Heap& heap, Arguments arguments) {
  return contains(heap, arguments[1], arguments[0]);
}

Value matches(Heap& heap, Arguments arguments) {
  if (!arguments[0].is(ValueKind::string) || !arguments[1].is(ValueKind::string)) {
    return no_such_overload();
  }
  heap.charge(1 + (std::uint64_t{arguments[0].size} + arguments[1].size) / 8);
  try {
    const auto pattern = model::Regex::cached(arguments[1].view());
    return make_boolean(pattern->matches(arguments[0].view()));
  } catch (const model::Error& error) {
    return heap.error(error.message());
  }
}

}  // namespace reconcile::cel
