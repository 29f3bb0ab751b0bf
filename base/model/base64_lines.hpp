#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

/// Standard base64, cut into lines of 70 characters as go-yaml's encodeBase64 does: with a newline
/// after every line, the last included, where there is more than one.
std::string base64_lines(std::string_view bytes);

/// Go's base64.StdEncoding: line breaks are skipped; absent where the text is not valid.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace reconcile::model
