#pragma once

#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::sprig {

/// `value` as JSON data in `arena`. Throws EncodingError where Go's encoder answers an error, and
/// FunctionError naming the limit where the text would be too large (values may share parts, so a
/// small one can stand for gigabytes).
model::Node encoded_node(model::Arena& arena, const gotemplate::GoValue& value,
                         std::string_view function);

/// Throws FunctionError naming the limit where the text of `value` would be too large.
void check_encoded_size(const gotemplate::GoValue& value, std::string_view function);

/// What an encoder of Go answers as its error; toYaml and toJson swallow it.
struct EncodingError {
  std::string text;
};

}  // namespace reconcile::sprig
