#include <chrono>
#include <string>

#include "renderers/sprig/decoded_value.hpp"
#include "renderers/sprig/tables.hpp"
#include "renderers/sprig/time_object.hpp"
#include "renderers/sprig/toml.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoValue;

/// The error's text stands in for the TOML, as in Helm.
GoValue to_toml(Call& call) {
  try {
    return call.heap().string(write_toml(call[0]));
  } catch (const TomlError& error) {
    return call.heap().string(error.text);
  }
}

GoValue must_to_toml(Call& call) {
  try {
    return call.heap().string(write_toml(call[0]));
  } catch (const TomlError& error) {
    throw FunctionError(error.text);
  }
}

GoValue from_toml(Call& call) {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(call.context.now.time_since_epoch());
  try {
    return GoValue::map(
        read_toml(call.heap(), call.text(0), local_zone(call.context)->at(now.count()).seconds));
  } catch (const TomlError& error) {
    return error_map(call.heap(), error.text);
  }
}

constexpr Function helm_table[] = {
    {"toToml", "a", to_toml},
    {"fromToml", "s", from_toml},
};
constexpr Function helm4_table[] = {{"mustToToml", "a", must_to_toml}};

}  // namespace

std::span<const Function> helm_toml_functions() {
  return helm_table;
}
std::span<const Function> helm4_toml_functions() {
  return helm4_table;
}

}  // namespace reconcile::sprig
