#include <string>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "renderers/sprig/decoded_value.hpp"
#include "renderers/sprig/encoded_node.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoType;
using gotemplate::GoValue;

std::string json_text(const GoValue& value, const model::JsonFormat& format) {
  model::Arena arena;
  const model::Node node = encoded_node(arena, value, "toJson");
  return model::write_json(model::Value(&node), format);
}

// Go maps come sorted, structs keep the order of their fields.
constexpr model::JsonFormat compact{.sorted_keys = false};
constexpr model::JsonFormat raw{.sorted_keys = false, .escape_html = false};
constexpr model::JsonFormat pretty{.sorted_keys = false, .indent = 2};

/// Where Go's function swallows the encoder's error the answer is "".
template <const model::JsonFormat& format>
GoValue to_json(Call& call) {
  try {
    return call.heap().string(json_text(call[0], format));
  } catch (const EncodingError&) {
    return GoValue::string("");
  }
}

template <const model::JsonFormat& format>
GoValue must_to_json(Call& call) {
  try {
    return call.heap().string(json_text(call[0], format));
  } catch (const EncodingError& error) {
    throw FunctionError(error.text);
  }
}

/// Go's text of a syntax error, which has no position.
std::string go_error_text(const model::Error& error) {
  const std::string& message = error.message();
  if (!message.starts_with("json: line ")) return message;
  const std::string reason = message.substr(message.find(": ", 6) + 2);
  return reason.starts_with("cannot unmarshal ") ? "json: " + reason : reason;
}

GoValue must_from_json(Call& call) {
  model::Document document;
  try {
    document = model::parse_json(call.text(0));
  } catch (const model::Error& error) {
    throw FunctionError(go_error_text(error));
  }
  return kept_value(call.heap(), std::move(document));
}

GoValue from_json_object(Call& call) {
  model::Document document;
  try {
    document = model::parse_json(call.text(0));
  } catch (const model::Error& error) {
    const std::string message = go_error_text(error);
    // Go reads into a map first: what the number could not be is found later.
    const std::size_t start = call.text(0).find_first_not_of(" \t\r\n");
    if (message.starts_with("json: cannot") && call.text(0)[start] != '{') {
      return error_map(call.heap(),
                       "json: cannot unmarshal " +
                           std::string(call.text(0)[start] == '[' ? "array" : "number") +
                           " into Go value of type map[string]interface {}");
    }
    return error_map(call.heap(), message);
  }
  return decoded_map(call.heap(), std::move(document), "");
}

GoValue from_json_array(Call& call) {
  model::Document document;
  try {
    document = model::parse_json(call.text(0));
  } catch (const model::Error& error) {
    return error_list(call.heap(), go_error_text(error));
  }
  return decoded_list(call.heap(), std::move(document), "");
}

constexpr Function sprig_table[] = {
    {"toJson", "a", to_json<compact>},
    {"toPrettyJson", "a", to_json<pretty>},
    {"toRawJson", "a", must_to_json<raw>},
    {"mustToJson", "a", must_to_json<compact>},
    {"mustToPrettyJson", "a", must_to_json<pretty>},
    {"mustToRawJson", "a", must_to_json<raw>},
    {"mustFromJson", "s", must_from_json},
};
constexpr Function helm_table[] = {
    {"fromJson", "s", from_json_object},
    {"fromJsonArray", "s", from_json_array},
};

}  // namespace

std::span<const Function> json_functions() {
  return sprig_table;
}
std::span<const Function> helm_json_functions() {
  return helm_table;
}

}  // namespace reconcile::sprig
