#pragma once

#include <string>
#include <string_view>

namespace reconcile::model {

// What sigs.k8s.io/yaml 1.6.0 Marshal does to scalars on their way through JSON text and the v2
// reader.

/// `text` as it comes out of the hop: itself, or changed in `scratch`. Throws Error(invalid_input)
/// where the v2 reader refuses a character (DEL and other controls that JSON does not escape).
std::string_view text_after_json_hop(std::string_view text, std::string& scratch);

/// As text_after_json_hop for a key, which must moreover fit the reader's limit for simple keys
/// (one line, 1024 characters as JSON).
std::string_view key_after_json_hop(std::string_view key, std::string& scratch);

/// Appends the number that the v2 writer prints for `value`. Throws Error(invalid_input) for
/// infinities and NaN.
void float_after_json_hop(double value, std::string& out);

}  // namespace reconcile::model
