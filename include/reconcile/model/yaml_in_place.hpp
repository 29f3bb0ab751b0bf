#pragma once

#include <string_view>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

/// Reads the first document of `text` as parse_yaml does, into `arena`; an empty one answers null.
/// The nodes may be edited. Their texts are views of `text` where it has them as they are, so it
/// must live as long as the arena. Throws as parse_yaml does.
Node parse_yaml_in_place(std::string_view text, const YamlOptions& options, Arena& arena);

}  // namespace reconcile::model
