// The text form of field paths.
#include <algorithm>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

bool is_plain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

void append_field(std::string_view name, std::string& out) {
  if (is_plain(name)) {
    if (!out.empty()) out += '.';
    out += name;
    return;
  }
  out += '[';
  model::write_json_string(name, out, false);
  out += ']';
}

/// `{"containerPort":80,"protocol":"TCP"}` becomes `[containerPort=80,protocol=TCP]`.
void append_key(const std::string& json, std::string& out) {
  model::Document keys;
  try {
    keys = model::parse_json(json);
  } catch (const model::Error&) {
    out += '[' + json + ']';
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < keys.root().size(); ++i) {
    if (i > 0) out += ',';
    out += keys.root().key_at(i);
    out += '=';
    const model::Value value = keys.root().value_at(i);
    if (value.is_string())
      out += value.text();
    else
      model::write_json(value, out);
  }
  out += ']';
}

}  // namespace

std::string to_string(std::span<const PathStep> path) {
  std::string out;
  for (const PathStep& step : path) {
    switch (step.type) {
      case PathStepType::field:
        append_field(step.text, out);
        break;
      case PathStepType::key:
        append_key(step.text, out);
        break;
      case PathStepType::value:
      case PathStepType::index:
        out += '[' + step.text + ']';
        break;
    }
  }
  return out;
}

}  // namespace reconcile::diff
