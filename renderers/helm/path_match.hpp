#pragma once

#include <string_view>

namespace reconcile::helm {

/// Go's path/filepath.Match on Unix: `*` and `?` stop at '/', classes in brackets, `\` escapes.
/// Throws Error(invalid_input) "syntax error in pattern" where the pattern is malformed, as far as
/// Go finds it.
bool path_match(std::string_view pattern, std::string_view name);

}  // namespace reconcile::helm
