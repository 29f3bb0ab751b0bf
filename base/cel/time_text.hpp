#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cel/value.hpp"

namespace reconcile::cel {

/// Go's time.Parse with time.RFC3339; absent where Go refuses the text.
std::optional<Instant> parse_instant(std::string_view text);
/// Go's time.RFC3339Nano.
std::string format_instant(const Instant& instant);

/// Go's time.ParseDuration, in nanoseconds; absent where Go refuses the text.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// Go's Duration.Seconds() with shortest digits and an `s`: "1.5s".
std::string format_duration(std::int64_t nanoseconds);
/// Go's Duration.String(): "1h30m0s".
std::string duration_text(std::int64_t nanoseconds);

/// Appends Go's strconv.FormatFloat(value, 'f', -1, 64); NaN and infinities as "NaN", "+Inf",
/// "-Inf".
void append_fixed(double value, std::string& out);

}  // namespace reconcile::cel
