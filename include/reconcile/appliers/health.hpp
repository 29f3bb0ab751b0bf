#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// The states of kstatus (sigs.k8s.io/cli-utils).
enum class HealthState : std::uint8_t {
  unknown,      ///< not observed yet
  current,      ///< does what its spec says
  in_progress,  ///< on the way
  failed,       ///< will not get there by itself
  terminating,  ///< being deleted
  not_found,    ///< not there
};
/// As kstatus writes it: "Unknown", "Current", "InProgress", "Failed", "Terminating", "NotFound".
std::string_view to_string(HealthState state);

struct Health {
  HealthState state = HealthState::unknown;
  std::string message;  ///< short, for people; empty for current
  bool operator==(const Health&) const = default;
};

/// Judges a live object by kstatus' rules for built-in kinds (cli-utils v0.37) with Flux's Job rule
/// (Current only when complete or suspended), by data for known custom resources, by its conditions
/// else. A status whose observedGeneration is behind counts as in progress. Pure; safe from any
/// thread.
Health assess_health(const model::Gvk& gvk, model::Value live);

/// Whether the status of a live object may speak of an older spec without a sign of it: that of a
/// custom resource without an observedGeneration of its own or of each condition. Pure; safe from
/// any thread.
bool status_may_be_old(const model::Gvk& gvk, model::Value live);

/// One rule for a custom resource: which condition decides. The table is in
/// appliers/health/condition_rules.cpp; a row is one line.
struct ConditionRule {
  std::string_view group;   ///< "*" at the front matches any prefix: "*.crossplane.io"
  std::string_view kind;    ///< empty: every kind of the group
  std::string_view ready;   ///< condition that must be True
  std::string_view also;    ///< second condition that must be True; empty for none
  std::string_view failed;  ///< condition that means failed when True; empty for none
  /// Space-separated reasons of `ready`=False that mean failed; "*": any, or none at all.
  std::string_view failed_reasons;
  bool needs_status = true;  ///< without the condition: in progress (true) or current (false)
};

}  // namespace reconcile::appliers
