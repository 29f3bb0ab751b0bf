#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace reconcile::model {

using WallTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

/// The source of time. Everything that waits or stamps takes a Clock, so that tests own the time.
/// Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Calendar time, UTC, for stamps in status and records.
  [[nodiscard]] virtual WallTime wall_now() const = 0;
  /// Monotonic time, for intervals and time-outs.
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

/// The process's real clock; lives for ever.
const Clock& system_clock();

/// RFC 3339 with seconds and Z, as Kubernetes writes metav1.Time: "2026-01-31T08:00:00Z".
std::string format_rfc3339(WallTime time);
/// RFC 3339 with as many fraction digits as needed (up to 9), as Go's RFC3339Nano.
std::string format_rfc3339_nano(WallTime time);
/// Reads RFC 3339 with any fraction and offset; a time before or after all that WallTime holds is
/// the first or the last of them. Throws Error(invalid_input) on anything else.
WallTime parse_rfc3339(std::string_view text);

/// Reads a Go duration such as "5m", "1h30m", "750ms" ("0" is allowed, sign is not).
/// Throws Error(invalid_input) naming the text; bounded to 10 years.
std::chrono::nanoseconds parse_duration(std::string_view text);
/// Writes a duration as Go's time.Duration.String does: "5m0s", "1.5s", "750ms", "0s".
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace reconcile::model
