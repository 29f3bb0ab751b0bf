#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/model/object.hpp"
#include "test/integration/platform/row_health.hpp"
#include "test/integration/platform/rows.hpp"

namespace reconcile::test {

/// What was seen of one row.
struct RowResult {
  PlatformRow row;
  std::string version;  ///< of the chart; empty where the corpus lacks it
  bool is_absent = false;
  model::Gvk gvk;            ///< of the unit: HelmRelease or Kustomization
  std::string unit;          ///< its YAML
  std::size_t webhooks = 0;  ///< that the unit's patch keeps from being called
  std::size_t objects = 0;
  std::size_t kinds = 0;
  double apply_seconds = 0;
  std::size_t apply_requests = 0;
  RowHealth health;
  std::size_t quiet_requests = 0;  ///< of the three passes
  std::size_t quiet_passes = 0;
  std::size_t drifts = 0;                  ///< kinds of which one object was changed
  std::vector<double> drift_milliseconds;  ///< of those that were put back
  std::optional<double> prune_seconds;     ///< absent where something stayed
  std::vector<std::string> problems;       ///< what is not as it should be
};

/// The rows as a table in Markdown, and below it why rows have values.
std::string markdown(const std::vector<RowResult>& results);

}  // namespace reconcile::test
