#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/gates/chain.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine::gates {

/// How many of the environments in `from` must prove a change.
struct Requirement {
  enum class Kind : std::uint8_t { all, any, quorum };
  Kind kind = Kind::all;
  std::size_t count = 0;  ///< of quorum
  [[nodiscard]] std::size_t needed(std::size_t sources) const;
};

/// spec of an Environment (gates.reconcile.dev/v1alpha1). Durations as in Flux. Fields that belong
/// to later forms (windows, approvals, bake, onDegraded, equivalence, allowSubset) are read and
/// kept in the digest; one that would have to hold a change back and is not built is a lint error.
struct Policy {
  std::string name;                 ///< of the Environment object
  std::string cluster;              ///< names the evidence ref
  std::string evidence_repository;  ///< URL; empty: that of the installation's flags
  std::string evidence_ref;         ///< default refs/gitops/evidence/<cluster>
  std::string signing_key_secret;   ///< evidence.signingKeyRef.name; empty: that of the flags
  std::vector<ChainTrust> trust;    ///< one an upstream environment
  std::vector<std::string> from;    ///< environments upstream; empty: the tip is admitted
  Requirement require;
  std::chrono::nanoseconds soak{0};
  std::chrono::nanoseconds max_unhealthy{std::chrono::minutes(2)};
  std::size_t max_flaps = 3;
  std::optional<std::chrono::nanoseconds> max_evidence_age;
  std::vector<std::string> overlay_paths;  ///< globs ("apps/overlays/staging/**")
  bool overlay_only_applies = false;       ///< overlayOnly: apply; default approve
  std::chrono::nanoseconds rollback_window{std::chrono::hours(24 * 30)};
  /// Fields that are set and not built yet: those that would hold a change back, and others.
  std::vector<std::string> unbuilt_holding;
  std::vector<std::string> unbuilt_other;
  std::string digest;  ///< "sha256:…" of the canonical spec

  /// Reads an Environment object. Throws Error(invalid_input) naming the field, expected and found;
  /// an unknown field is named with the nearest known one.
  static Policy read(model::Value object);
  /// Null where the policy trusts nobody for `environment`.
  [[nodiscard]] const ChainTrust* trust_of(std::string_view environment) const;
};

struct LintFinding {
  bool is_error = false;  ///< an error keeps the old policy in force; else a warning
  std::string message;
};
/// Whether the policy can ever pass: quorum possible, keys parse and are valid at `now`, each
/// `from` has trust, no cycle on itself, globs well-formed. A key that ends within 14 days is a
/// warning.
std::vector<LintFinding> lint(const Policy& policy, model::WallTime now);

/// What is wrong with a glob; absent where it is well-formed.
std::optional<std::string> glob_problem(std::string_view glob);
/// Whether `path` matches one of the globs: `*` and `?` within a segment, `**` for any segments,
/// `[a-z]` sets.
bool matches_any(const std::vector<std::string>& globs, std::string_view path);

}  // namespace reconcile::engine::gates
