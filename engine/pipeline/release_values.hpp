#pragma once

#include <vector>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::engine {

/// The values of a HelmRelease below its inline ones, in order: the chart's valuesFiles, then
/// valuesFrom (entries with targetPath as --set). Files read are added to `read_set`. Throws
/// Error(not_found) naming a file, object or key that is missing and not optional.
std::vector<helm::ValuesInput> release_values(const UnitSpec& spec, const model::FileTree& tree,
                                              const RenderPorts& ports,
                                              renderers::ReadSet& read_set);

}  // namespace reconcile::engine
