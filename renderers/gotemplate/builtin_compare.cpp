#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/builtins.hpp"
#include "renderers/gotemplate/printer.hpp"

namespace reconcile::gotemplate {
namespace {

enum class Basic : std::uint8_t { invalid, boolean, complex, integer, floating, string, unsigned_ };

Basic basic_kind(const GoValue& value) {
  const GoType type = value.type();
  if (type == GoType::boolean) return Basic::boolean;
  if (type == GoType::string) return Basic::string;
  if (type == GoType::complex128) return Basic::complex;
  if (is_float_type(type)) return Basic::floating;
  if (is_signed_type(type)) return Basic::integer;
  if (is_unsigned_type(type)) return Basic::unsigned_;
  return Basic::invalid;
}

std::string shown(const GoValue& value, char32_t verb) {
  std::string text;
  Printer(text).print_argument(value, verb);
  return text;
}

FunctionError incompatible(const GoValue& left, const GoValue& right) {
  return FunctionError("incompatible types for comparison: " + std::string(left.type_name()) +
                       " and " + std::string(right.type_name()));
}

bool is_null(const GoValue& value) {
  return value.is_nil() || value.is_typed_nil();
}

bool equal_basic(const GoValue& left, const GoValue& right, Basic kind) {
  switch (kind) {
    case Basic::string:
      return left.as_text() == right.as_text();
    case Basic::floating:
      return left.as_floating() == right.as_floating();
    case Basic::complex:
      return left.as_complex() == right.as_complex();
    default:
      return left.as_integer() == right.as_integer();
  }
}

// Both are neither numbers nor strings nor bools: maps, slices, objects, nil.
bool equal_reference(const GoValue& left, const GoValue& right) {
  const bool one_is_nil = left.is_nil() || right.is_nil();
  if (!one_is_nil && left.kind() != right.kind()) {
    throw FunctionError("non-comparable types " + shown(left, 's') + ": " +
                        std::string(left.type_name()) + ", " + std::string(right.type_name()) +
                        ": " + shown(right, 'v'));
  }
  if (is_null(left) || is_null(right)) return is_null(left) == is_null(right);
  if (right.is_map() || right.is_slice()) {
    throw FunctionError("non-comparable type " + shown(right, 's') + ": " +
                        std::string(right.type_name()));
  }
  return left.as_object() == right.as_object() ||
         (left.kind() == GoKind::structure && deep_equal(left, right));
}

bool equal_one(const GoValue& left, const GoValue& right) {
  const Basic a = basic_kind(left);
  const Basic b = basic_kind(right);
  if (a == b) {
    return a == Basic::invalid ? equal_reference(left, right) : equal_basic(left, right, a);
  }
  if ((a == Basic::integer && b == Basic::unsigned_) ||
      (a == Basic::unsigned_ && b == Basic::integer)) {
    const GoValue& number = a == Basic::integer ? left : right;
    return number.as_integer() >= 0 && left.as_unsigned() == right.as_unsigned();
  }
  if (!left.is_nil() && !right.is_nil()) throw incompatible(left, right);
  return false;
}

bool equal_any(Call& call) {
  if (call.size() < 2) throw FunctionError("missing argument for comparison");
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (equal_one(call[0], call[i])) return true;
  }
  return false;
}

bool less(const GoValue& left, const GoValue& right) {
  const Basic a = basic_kind(left);
  const Basic b = basic_kind(right);
  if (a == Basic::invalid || b == Basic::invalid) {
    throw FunctionError("invalid type for comparison");
  }
  if (a == Basic::integer && b == Basic::unsigned_) {
    return left.as_integer() < 0 || left.as_unsigned() < right.as_unsigned();
  }
  if (a == Basic::unsigned_ && b == Basic::integer) {
    return right.as_integer() >= 0 && left.as_unsigned() < right.as_unsigned();
  }
  if (a != b) throw incompatible(left, right);
  switch (a) {
    case Basic::floating:
      return left.as_floating() < right.as_floating();
    case Basic::integer:
      return left.as_integer() < right.as_integer();
    case Basic::unsigned_:
      return left.as_unsigned() < right.as_unsigned();
    case Basic::string:
      return left.as_text() < right.as_text();
    default:
      throw FunctionError("invalid type for comparison");
  }
}

bool less_or_equal(const GoValue& left, const GoValue& right) {
  return less(left, right) || equal_one(left, right);
}

}  // namespace

GoValue builtin_eq(Call& call) {
  return GoValue::boolean(equal_any(call));
}
GoValue builtin_ne(Call& call) {
  return GoValue::boolean(!equal_any(call));
}
GoValue builtin_lt(Call& call) {
  return GoValue::boolean(less(call[0], call[1]));
}
GoValue builtin_le(Call& call) {
  return GoValue::boolean(less_or_equal(call[0], call[1]));
}
GoValue builtin_gt(Call& call) {
  return GoValue::boolean(!less_or_equal(call[0], call[1]));
}
GoValue builtin_ge(Call& call) {
  return GoValue::boolean(!less(call[0], call[1]));
}

}  // namespace reconcile::gotemplate
