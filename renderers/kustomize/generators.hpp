#pragma once

#include "reconcile/model/value.hpp"
#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/res_map.hpp"

namespace reconcile::kustomize {

enum class GeneratorKind : std::uint8_t { config_map, secret };

/// Makes the ConfigMap or Secret of one generator entry. `global_options` are `generatorOptions`;
/// null where there are none. Throws Error(invalid_input) naming the entry and the key or file.
Resource& generate(Context& context, const Loader& loader, GeneratorKind kind, model::Value entry,
                   model::Value global_options);

/// The entries of `helmCharts`, those of the old field `helmChartInflationGenerator` behind them in
/// the same form, and `helmGlobals`.
struct HelmEntries {
  model::Document document;
  [[nodiscard]] model::Value globals() const { return document["globals"]; }
  [[nodiscard]] model::Value charts() const { return document["charts"]; }
};
HelmEntries helm_entries(model::Value file);

/// The objects of one entry of `helmCharts`. Throws Error(unsupported) where the build has no
/// inflator.
std::vector<Resource*> inflate_chart(Context& context, const Loader& loader, model::Value globals,
                                     model::Value chart, const std::string& namespace_name);

/// Base64 as kustomize writes it: in lines of 70 characters where it does not fit one.
std::string base64_in_lines(std::string_view bytes);

/// The ten characters that stand for the content of an object in its name.
std::string content_hash(Arena& arena, const Node& root);

}  // namespace reconcile::kustomize
