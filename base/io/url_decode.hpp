#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::io {

/// Percent-decodes `text`; absent for bad escapes and NUL. `plus_is_space` as in query strings.
std::optional<std::string> url_decode(std::string_view text, bool plus_is_space);
/// A request's path, decoded; absent where it is none: no leading slash, ".." or "." as a segment,
/// a backslash, NUL, control characters or a bad escape.
std::optional<std::string> decode_path(std::string_view raw);

}  // namespace reconcile::io
