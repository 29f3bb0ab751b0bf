#pragma once

#include <cstddef>
#include <string_view>

namespace reconcile::substitute {

enum class GlobMatch { no, yes, bad_pattern };

/// Whether all of `name` matches `pattern`: `*` any bytes, `?` one rune, `[…]` a class, `\` before
/// a byte, as fluxcd/pkg/envsubst 1.7.0's path.Match (Go's, without a meaning of `/`). Takes what
/// it compares from `steps_left`; throws Error(limit_exceeded) at 0.
GlobMatch match_glob(std::string_view pattern, std::string_view name, std::size_t& steps_left);

}  // namespace reconcile::substitute
