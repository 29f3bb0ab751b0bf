// Go's predefined template functions (go1.26).
#include "renderers/gotemplate/builtins.hpp"

#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::gotemplate {
namespace {

GoValue builtin_not(Call& call) {
  return GoValue::boolean(!is_true(call[0]));
}

GoValue builtin_print(Call& call) {
  return call.heap().string(print(call.arguments));
}

GoValue builtin_printf(Call& call) {
  return call.heap().string(format(call.text(0), call.arguments.subspan(1)));
}

GoValue builtin_println(Call& call) {
  std::string out;
  for (std::size_t i = 0; i < call.size(); ++i) {
    if (i > 0) out += ' ';
    append_printed(out, call[i]);
  }
  out += '\n';
  return call.heap().string(out);
}

bool is_null_pointer(const GoValue& value) {
  return value.type() == GoType::nil ||
         (value.type() == GoType::object && value.as_object() == nullptr);
}

// Builtins look at what a pointer points to.
std::string pointed_type(const GoValue& item) {
  std::string_view name = item.type_name();
  if (name.starts_with('*')) name.remove_prefix(1);
  return std::string(name);
}

GoValue builtin_len(Call& call) {
  const GoValue& item = call[0];
  if (is_null_pointer(item)) throw FunctionError("len of nil pointer");
  if (item.is_none()) throw FunctionError("reflect: call of reflect.Value.Type on zero Value");
  if (!item.is_string() && !item.is_slice() && !item.is_map()) {
    throw FunctionError("len of type " + pointed_type(item));
  }
  return GoValue::integer(static_cast<std::int64_t>(item.length()));
}

std::size_t index_argument(const GoValue& index, std::size_t capacity) {
  if (index.is_nil()) throw FunctionError("cannot index slice/array with nil");
  if (!is_signed_type(index.type()) && !is_unsigned_type(index.type())) {
    throw FunctionError("cannot index slice/array with type " + std::string(index.type_name()));
  }
  const std::int64_t number = index.as_integer();
  if (number < 0 || static_cast<std::uint64_t>(number) > capacity) {
    throw FunctionError("index out of range: " + std::to_string(number));
  }
  return static_cast<std::size_t>(number);
}

GoValue element_at(const GoValue& item, const GoValue& index) {
  const std::size_t at = index_argument(index, item.length());
  if (at == item.length()) {
    throw FunctionError(item.is_string() ? "reflect: string index out of range"
                                         : "reflect: slice index out of range");
  }
  if (item.is_string() || item.type() == GoType::bytes) {
    const auto byte = static_cast<unsigned char>(item.as_text()[at]);
    return GoValue::unsigned_integer(byte, GoType::uint8);
  }
  return item.as_items()[at].with_interface(type_info(item.type()).element == GoType::none);
}

GoValue entry_at(const GoValue& item, const GoValue& index) {
  if (index.is_nil()) throw FunctionError("value is nil; should be of type string");
  if (!index.is_string()) {
    throw FunctionError("value has type " + std::string(index.type_name()) + "; should be string");
  }
  const GoType element = type_info(item.type()).element;
  const GoValue* found = item.as_map() == nullptr ? nullptr : item.as_map()->find(index.as_text());
  if (found != nullptr) return found->with_interface(element == GoType::none);
  if (element == GoType::none) return GoValue::nil();
  return element == GoType::string ? GoValue::string("") : GoValue::typed_nil(element);
}

GoValue builtin_index(Call& call) {
  GoValue item = call[0];
  if (item.is_nil()) throw FunctionError("index of untyped nil");
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (is_null_pointer(item)) throw FunctionError("index of nil pointer");
    if (item.is_string() || item.is_slice()) {
      item = element_at(item, call[i]);
    } else if (item.is_map()) {
      item = entry_at(item, call[i]);
    } else {
      throw FunctionError("can't index item of type " + pointed_type(item));
    }
  }
  return item;
}

GoValue builtin_slice(Call& call) {
  const GoValue& item = call[0];
  const std::size_t count = call.size() - 1;
  if (item.is_nil()) throw FunctionError("slice of untyped nil");
  if (count > 3) throw FunctionError("too many slice indexes: " + std::to_string(count));
  if (!item.is_string() && !item.is_slice()) {
    throw FunctionError("can't slice item of type " + std::string(item.type_name()));
  }
  if (item.is_string() && count == 3) throw FunctionError("cannot 3-index slice a string");
  std::size_t bounds[3] = {0, item.length(), item.length()};
  for (std::size_t i = 0; i < count; ++i) {
    // Unlike index, slice looks at the static type: a number out of a map is an interface to it.
    if (call[i + 1].in_interface()) {
      throw FunctionError("cannot index slice/array with type interface {}");
    }
    bounds[i] = index_argument(call[i + 1], item.length());
  }
  for (std::size_t i = 0; i + 1 < (count == 3 ? 3U : 2U); ++i) {
    if (bounds[i] <= bounds[i + 1]) continue;
    throw FunctionError("invalid slice index: " + std::to_string(bounds[i]) + " > " +
                        std::to_string(bounds[i + 1]));
  }
  const std::size_t size = bounds[1] - bounds[0];
  if (item.is_string()) return GoValue::string(item.as_text().substr(bounds[0], size));
  if (item.type() == GoType::bytes) return GoValue::bytes(item.as_text().substr(bounds[0], size));
  return GoValue::slice(item.as_items().subspan(bounds[0], size), item.type());
}

constexpr Function functions[] = {
    {"and", "vv*", nullptr},
    {"or", "vv*", nullptr},
    {"call", "vv*", builtin_call},
    {"html", "a*", builtin_html},
    {"index", "vv*", builtin_index},
    {"slice", "vv*", builtin_slice},
    {"js", "a*", builtin_js},
    {"len", "v", builtin_len},
    {"not", "v", builtin_not},
    {"print", "a*", builtin_print},
    {"printf", "sa*", builtin_printf},
    {"println", "a*", builtin_println},
    {"urlquery", "a*", builtin_urlquery},
    {"eq", "vv*", builtin_eq},
    {"ne", "vv", builtin_ne},
    {"lt", "vv", builtin_lt},
    {"le", "vv", builtin_le},
    {"gt", "vv", builtin_gt},
    {"ge", "vv", builtin_ge},
};

}  // namespace

// No function value can reach a template here, so call always fails as Go does for other values.
GoValue builtin_call(Call& call) {
  if (call[0].is_nil()) throw FunctionError("call of nil");
  throw FunctionError("non-function " + std::string(call.receiver.as_text()) + " of type " +
                      std::string(call[0].type_name()));
}

std::span<const Function> builtin_functions() {
  return functions;
}

}  // namespace reconcile::gotemplate
