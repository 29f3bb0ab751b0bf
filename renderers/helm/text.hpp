#pragma once

#include <string>
#include <string_view>

namespace reconcile::helm {

/// Go's unicode.IsSpace for the bytes and two-byte forms that texts hold: ASCII blanks, NEL, NBSP
/// and the wide spaces.
bool starts_with_space(std::string_view text, std::size_t& bytes);
/// strings.TrimSpace.
std::string_view trim_space(std::string_view text);
/// strings.TrimLeftFunc(text, unicode.IsSpace).
std::string_view trim_left_space(std::string_view text);
/// strings.TrimRightFunc(text, unicode.IsSpace).
std::string_view trim_right_space(std::string_view text);
/// unicode.IsSpace → ' ', what is not printable is dropped: Helm's sanitizeString.
std::string sanitize(std::string_view text);
/// ASCII lower case.
std::string lower_ascii(std::string_view text);
/// path.Base as Go answers it: "." for "", "/" for only slashes.
std::string_view path_base(std::string_view path);

}  // namespace reconcile::helm
