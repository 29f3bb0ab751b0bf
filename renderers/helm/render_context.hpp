#pragma once

#include <span>
#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

/// `.Capabilities`: a pointer to a struct with KubeVersion, APIVersions and HelmVersion.
/// Throws Error(invalid_input) where the Kubernetes version does not parse.
gotemplate::GoValue make_capabilities(gotemplate::Heap& heap, const RenderRequest& request);
/// The normalised Kubernetes version that `kubeVersion` of a chart is compared with.
std::string normalised_kube_version(const RenderRequest& request);

/// `.Release`.
gotemplate::GoValue make_release(gotemplate::Heap& heap, const Release& release);
/// `.Chart`: a map with Go's field names (Helm 4) or a struct (Helm 3).
gotemplate::GoValue make_chart(gotemplate::Heap& heap, const ChartInstance& chart, Profile profile);
/// `.Files`.
gotemplate::GoValue make_files(gotemplate::Heap& heap, const Chart& chart);

/// Adds the methods of Helm's named types that are no structs: Values, files and VersionSet.
void add_named_type_methods(gotemplate::FunctionTable& functions);

}  // namespace reconcile::helm
