#pragma once

#include "reconcile/helm/ports.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// spec.postRenderers of a HelmRelease, one after the other, each a kustomization of patches and
/// images over the chart's manifests, as helm-controller 1.6 builds it; empty where there is none.
/// `spec` must outlive it.
helm::PostRenderer post_renderers(model::Value spec);

/// spec.postRenderStrategy; `combined` where absent, as helm-controller 1.6 and Helm 4. Throws
/// Error(invalid_input) for another word.
helm::PostRenderStrategy post_render_strategy(model::Value spec);

}  // namespace reconcile::engine
