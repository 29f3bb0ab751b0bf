#pragma once

#include <string>

#include "reconcile/helm/chart.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::helm {

/// Reads the fields of Chart.yaml (or the dependencies of requirements.yaml) into `metadata`, as
/// encoding/json does: keys match without case, wrong types fail. `document` must be kept alive by
/// the chart: import-values stay views of it.
void read_metadata(const model::Document& document, Metadata& metadata);

/// Helm's chart validation; sanitises the texts first. Throws Error(invalid_input)
/// "validation: chart.metadata.name is required" and so on.
void validate_metadata(Metadata& metadata);

}  // namespace reconcile::helm
