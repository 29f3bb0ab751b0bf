// Go values as JSON data, by the rules of encoding/json (go1.26).
#include <cmath>
#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr int depth_max = 1000;
// Arena bytes at most: values that share parts can be larger than memory when written out.
constexpr std::size_t arena_bytes_max = std::size_t{1} << 30U;

model::Node node_at(model::Arena& arena, const GoValue& value, int depth);

bool is_empty(const GoValue& value) {
  return value.type() == GoType::object ? value.as_object() == nullptr : !is_true(value);
}

model::Node map_node(model::Arena& arena, const GoMap& map, int depth) {
  model::Node node = model::make_map();
  for (const GoEntry& entry : map.entries()) {
    model::set(arena, node, entry.name(), node_at(arena, entry.value, depth + 1));
  }
  return node;
}

void add_fields(model::Arena& arena, model::Node& node, const GoObject& object, int depth) {
  const auto fields = object.fields();
  const auto values = object.values();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].is_embedded) {
      add_fields(arena, node, *values[i].as_object(), depth);
    } else if (!fields[i].json_name.empty() && !(fields[i].omit_empty && is_empty(values[i]))) {
      model::set(arena, node, fields[i].json_name, node_at(arena, values[i], depth + 1));
    }
  }
}

model::Node object_node(model::Arena& arena, const GoObject& object, int depth) {
  std::string text;
  if (object.append_json(text)) {
    return model::copy_node(arena, model::parse_json(text).root());
  }
  model::Node node = model::make_map();
  add_fields(arena, node, object, depth);
  return node;
}

model::Node number_node(const GoValue& value) {
  if (is_float_type(value.type())) {
    const double number = value.as_floating();
    if (!std::isfinite(number)) {
      std::string text;
      append_float(text, number);
      throw FunctionError("json: unsupported value: " + text);
    }
    return model::make_floating(number);
  }
  model::Node node = model::make_integer(value.as_integer());
  if (is_unsigned_type(value.type()) && value.as_integer() < 0) {
    node.is_unsigned = true;
    node.unsigned_integer = value.as_unsigned();
  }
  return node;
}

model::Node node_at(model::Arena& arena, const GoValue& value, int depth) {
  if (depth > depth_max) {
    throw FunctionError("json: unsupported value: encountered a cycle via " +
                        std::string(value.type_name()));
  }
  if (arena.used_bytes() > arena_bytes_max) {
    throw model::Error(
        model::ErrorCode::limit_exceeded,
        "a value exceeds the limit of " + std::to_string(arena_bytes_max) + " bytes of JSON data");
  }
  if (value.is_nil() || value.is_typed_nil()) return model::make_null();
  if (value.is_map()) return map_node(arena, *value.as_map(), depth);
  if (value.type() == GoType::string) return model::make_string(arena, value.as_text());
  if (value.type() == GoType::boolean) return model::make_boolean(value.as_boolean());
  if (value.type() == GoType::bytes) {
    return model::make_string(arena, model::base64_encode(value.as_text()));
  }
  if (value.is_slice()) {
    model::Node node = model::make_list();
    for (const GoValue& item : value.as_items()) {
      model::append(arena, node, node_at(arena, item, depth + 1));
    }
    return node;
  }
  if (value.type() == GoType::object) return object_node(arena, *value.as_object(), depth);
  if (value.type() == GoType::complex128) {
    throw FunctionError("json: unsupported type: complex128");
  }
  return number_node(value);
}

}  // namespace

model::Node to_node(model::Arena& arena, const GoValue& value) {
  return node_at(arena, value, 0);
}

}  // namespace reconcile::gotemplate
