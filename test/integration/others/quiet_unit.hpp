#pragma once

#include <string>
#include <vector>

#include "test/integration/scenario.hpp"

namespace reconcile::test {

/// The line of a unit's spec that makes its passes follow each other closely.
inline constexpr const char* in_quick_passes = "  interval: 1s\n";

/// Waits until each of `units` has made `passes` passes more, of which none sent a request, while
/// the agent asked the server for nothing but its Lease; fails with what was asked where that does
/// not come. Their interval is `in_quick_passes`.
void require_quiet(Scenario& scenario, const std::vector<std::string>& units = {"app"},
                   std::size_t passes = 2);
/// `reconcile diff` of a Kustomization of the scenario, as its administrator.
Finished diff_of(Scenario& scenario, const std::string& unit = "app");
/// The message of a Kustomization's condition; empty where it has none.
std::string condition_of(Scenario& scenario, const std::string& type,
                         const std::string& unit = "app");

}  // namespace reconcile::test
