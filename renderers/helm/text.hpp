#pragma once

#include <string>
#include <string_view>

#include "reconcile/model/value.hpp"

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

/// Bytes of the JSON value at the front of `text`, leading blanks included: what Go's json.Decoder
/// takes for one value. A value that is spoilt includes what spoils it.
std::size_t json_extent(std::string_view text);

/// A scalar as sigs.k8s.io/yaml 1.6.0 gives it to a Go string: `appVersion: 1.10` is "1.1"; null is
/// empty.
std::string text_of_scalar(model::Value value);

}  // namespace reconcile::helm
