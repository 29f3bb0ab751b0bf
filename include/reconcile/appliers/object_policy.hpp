#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// What happens where a live object differs from what was applied last.
enum class DriftMode : std::uint8_t {
  revert,  ///< the object is applied again at once
  warn,    ///< it is left as it is, told of by condition and event
  off,     ///< it is left as it is
};
/// "revert", "warn", "off".
std::string_view to_string(DriftMode mode);
/// Reads a mode in any case; also Flux's words of a HelmRelease, "enabled" and "disabled". Absent
/// for every other text.
std::optional<DriftMode> parse_drift_mode(std::string_view text);

/// Annotation of a unit's object, or of an object that a unit owns: a DriftMode.
inline constexpr std::string_view drift_annotation = "reconcile.dev/driftDetection";
/// Annotations, as above: until when nothing is written (RFC 3339), why, and who wants it so.
inline constexpr std::string_view paused_until_annotation = "reconcile.dev/pausedUntil";
inline constexpr std::string_view pause_reason_annotation = "reconcile.dev/pauseReason";
inline constexpr std::string_view pause_author_annotation = "reconcile.dev/pauseAuthor";

/// A time in which nothing is written; it ends by itself.
struct Pause {
  model::WallTime until;
  std::string reason;  ///< as written; empty where nobody said
  std::string author;  ///< as written; empty where nobody said

  /// "until 2026-01-31T08:00:00Z: node drain (jane)".
  [[nodiscard]] std::string display() const;
  bool operator==(const Pause&) const = default;
};

/// Pauses of several objects.
using Pauses = std::map<model::ObjectId, Pause>;

/// What the annotations of one object say about when it is written.
struct ObjectPolicy {
  std::optional<DriftMode> drift;  ///< absent: as the unit has it
  std::optional<Pause> pause;      ///< also where it is over; see `paused`
  std::string problem;             ///< an annotation that cannot be read, for people; empty: none

  [[nodiscard]] bool says_nothing() const noexcept { return !drift && !pause && problem.empty(); }
  /// The pause where it lasts at `now`, else null.
  [[nodiscard]] const Pause* paused(model::WallTime now) const noexcept;
  bool operator==(const ObjectPolicy&) const = default;
};

/// Reads the annotations of an object, live or desired. `helm.toolkit.fluxcd.io/driftDetection:
/// disabled`, as annotation or label, counts as `off`, as in helm-controller 1.6.3. A time that
/// cannot be read pauses nothing: a pause without an end would be forgotten.
ObjectPolicy read_policy(model::Value object);

}  // namespace reconcile::appliers
