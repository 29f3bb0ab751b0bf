#include "base/model/yaml_go_syntax.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  write_json_string(text, out, false);
  return out;
}

std::string scalar_syntax(Value value) {
  switch (value.kind()) {
    case Kind::boolean:
      return value.node()->boolean ? "true" : "false";
    case Kind::integer: {
      if (!value.is_unsigned()) return std::to_string(value.node()->integer);
      char buffer[20];
      const auto end = std::to_chars(buffer, buffer + 20, value.node()->unsigned_integer, 16).ptr;
      return "0x" + std::string(buffer, static_cast<std::size_t>(end - buffer));
    }
    case Kind::floating: {
      std::string out;
      append_go_float(value.node()->floating, out);
      return out;
    }
    case Kind::string:
      return quoted(value.text());
    default:
      return "interface {}(nil)";
  }
}

std::string map_syntax(Value map, YamlDialect dialect) {
  const bool strings = dialect == YamlDialect::v3 && !map.node()->has_other_keys;
  std::string out = strings ? "map[string]interface {}{" : "map[interface {}]interface {}{";
  std::vector<std::size_t> order(map.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return map.key_at(left) < map.key_at(right);
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0) out += ", ";
    out += quoted(map.key_at(order[i])) + ":" + go_syntax(map.value_at(order[i]), dialect);
  }
  return out + "}";
}

}  // namespace

std::string go_syntax(Value value, YamlDialect dialect) {
  if (value.is_map()) return map_syntax(value, dialect);
  if (!value.is_list()) return scalar_syntax(value);
  std::string out = "[]interface {}{";
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ", ";
    out += go_syntax(value.at(i), dialect);
  }
  return out + "}";
}

}  // namespace reconcile::model
