#pragma once

#include <vector>

#include "engine/pipeline/cluster_values.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::engine {

/// The values of a HelmRelease below its inline ones, in order: the chart's valuesFiles, then
/// valuesFrom (entries with targetPath as --set). What was read is noted in `render`'s read_set,
/// cluster_values and secret_values. Throws Error(not_found) naming a file that is missing and not
/// optional, MissingValues such an object or key, Error(invalid_input) naming a Secret's key that
/// holds no YAML.
std::vector<helm::ValuesInput> release_values(const UnitSpec& spec, const model::FileTree& tree,
                                              const RenderPorts& ports, UnitRender& render);

/// The digest of what spec.valuesFrom names now; empty, and nothing is asked, where it names none.
/// Throws as release_values.
std::string release_references_digest(const UnitSpec& spec, const RenderPorts& ports);

}  // namespace reconcile::engine
