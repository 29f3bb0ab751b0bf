#pragma once

#include "renderers/helm/chart_instance.hpp"
#include "renderers/helm/coalesce.hpp"

namespace reconcile::helm {

/// Throws Error(not_found) where Chart.yaml lists a dependency that is not under charts/, naming
/// all.
void check_dependencies(const Chart& chart, Profile profile);

/// Helm's ProcessDependencies: aliases, tags and conditions decide which subcharts stay, then
/// import-values move values from children to parents.
void process_dependencies(ValuesContext& context, ChartInstance& root,
                          const gotemplate::GoMap& values);

}  // namespace reconcile::helm
