#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// time.Duration of Go 1.26: signed nanoseconds in 64 bits.
namespace reconcile::sprig {

inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

/// time.ParseDuration. Throws FunctionError with Go's text: `time: missing unit in duration "90"`.
std::int64_t parse_go_duration(std::string_view text);
/// Duration.String.
std::string duration_text(std::int64_t nanoseconds);
/// Duration.Round and Truncate; `multiple` ≤ 0 leaves the value.
std::int64_t rounded_duration(std::int64_t nanoseconds, std::int64_t multiple) noexcept;
std::int64_t truncated_duration(std::int64_t nanoseconds, std::int64_t multiple) noexcept;
/// Duration.Seconds, Minutes and Hours, by the length of the unit in nanoseconds.
double duration_in(std::int64_t nanoseconds, std::int64_t unit) noexcept;

}  // namespace reconcile::sprig
