#pragma once

#include <string>

#include "reconcile/gotemplate/go_value.hpp"

namespace reconcile::sprig {

/// The value as go.yaml.in/yaml v3.0.5 encodes it with indent 2, without the detour over JSON:
/// structs in the order of their fields, bytes as a list of numbers, durations as text. Throws
/// EncodingError where the encoder answers an error, FunctionError where it panics or a limit is
/// exceeded.
std::string write_pretty_yaml(const gotemplate::GoValue& value);

}  // namespace reconcile::sprig
