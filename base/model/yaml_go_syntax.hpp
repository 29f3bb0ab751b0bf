#pragma once

#include <string>

#include "reconcile/model/value.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

/// `value` as Go's fmt prints what the reader of `dialect` holds with %#v, for go-yaml's messages.
std::string go_syntax(Value value, YamlDialect dialect);

}  // namespace reconcile::model
