#include <string>
#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/sprig/decoded_value.hpp"
#include "renderers/sprig/encoded_node.hpp"
#include "renderers/sprig/pretty_yaml.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoValue;

model::Node json_node(model::Arena& arena, const GoValue& value) {
  try {
    return encoded_node(arena, value, "toYaml");
  } catch (const EncodingError& error) {
    throw EncodingError{"error marshaling into JSON: " + error.text};
  }
}

std::string write_plain_yaml(const GoValue& value) {
  model::Arena arena;
  const model::Node node = json_node(arena, value);
  try {
    return model::write_yaml(model::Value(&node));
  } catch (const model::Error& error) {
    throw EncodingError{error.message()};
  }
}

/// The text without its final newline, as Helm's functions answer it.
template <std::string (*write)(const GoValue&)>
GoValue written(Call& call) {
  std::string text = write(call[0]);
  if (text.ends_with('\n')) text.pop_back();
  return call.heap().string(text);
}

template <std::string (*write)(const GoValue&)>
GoValue to_yaml(Call& call) {
  try {
    return written<write>(call);
  } catch (const EncodingError&) {
    return GoValue::string("");
  }
}

GoValue must_to_yaml(Call& call) {
  try {
    return written<write_plain_yaml>(call);
  } catch (const EncodingError& error) {
    throw FunctionError(error.text);
  }
}

constexpr std::string_view decoding = "error unmarshaling JSON: while decoding JSON: ";
std::string conversion_error(const model::Error& error) {
  return "error converting YAML to JSON: " + error.message();
}

/// sigs.k8s.io/yaml leaves the target as it is for a null document, so that it stays empty.
GoValue from_yaml(Call& call) {
  model::Document document;
  try {
    document = model::parse_yaml(call.text(0));
  } catch (const model::Error& error) {
    return error_map(call.heap(), conversion_error(error));
  }
  const GoValue map = decoded_map(call.heap(), std::move(document), decoding);
  return map.is_typed_nil() ? GoValue::map(call.heap().map()) : map;
}

GoValue from_yaml_array(Call& call) {
  model::Document document;
  try {
    document = model::parse_yaml(call.text(0));
  } catch (const model::Error& error) {
    return error_list(call.heap(), conversion_error(error));
  }
  const GoValue list = decoded_list(call.heap(), std::move(document), decoding);
  return list.is_typed_nil() ? GoValue::slice(call.heap().elements(0)) : list;
}

constexpr Function helm_table[] = {
    {"toYaml", "a", to_yaml<write_plain_yaml>},
    {"toYamlPretty", "a", to_yaml<write_pretty_yaml>},
    {"fromYaml", "s", from_yaml},
    {"fromYamlArray", "s", from_yaml_array},
};
constexpr Function helm4_table[] = {{"mustToYaml", "a", must_to_yaml}};

}  // namespace

std::span<const Function> helm_yaml_functions() {
  return helm_table;
}
std::span<const Function> helm4_yaml_functions() {
  return helm4_table;
}

}  // namespace reconcile::sprig
