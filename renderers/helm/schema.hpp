#pragma once

#include "reconcile/gotemplate/heap.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

/// Checks the coalesced values of `root` and its subcharts against their values.schema.json. Throws
/// Error(invalid_input) listing every chart that fails, in Helm's layout.
void validate_values(const ChartInstance& root, const gotemplate::GoMap& values);

}  // namespace reconcile::helm
