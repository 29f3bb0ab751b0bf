#pragma once

#include <string>

namespace reconcile::model {

/// Where the `e` form of a float begins in Go: strconv.FormatFloat 'g' with shortest digits (YAML)
/// and fmt's `%v`.
inline constexpr int exponent_min_strconv = 6;
inline constexpr int exponent_min_fmt = 21;

/// Appends `value` as Go's strconv.FormatFloat(value, 'g', -1, 64) does: shortest digits, `e` form
/// with at least two exponent digits below 1e-4 and from 10^exponent_min on. Infinities and NaN are
/// "+Inf",
/// "-Inf" and "NaN".
void append_go_float(double value, std::string& out, int exponent_min = exponent_min_strconv);

/// As append_go_float with 32-bit precision (shortest digits that give the same float).
void append_go_float32(float value, std::string& out, int exponent_min = exponent_min_strconv);

/// Appends a finite `value` as Go's encoding/json does: plain between 1e-6 and 1e21, else `e` form
/// with the fewest exponent digits. The caller refuses infinities and NaN.
void append_json_float(double value, std::string& out);

}  // namespace reconcile::model
