#pragma once

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What renders ask of the cluster, answered by `client`, which must outlive the ports. `charts`
/// may be null.
RenderPorts cluster_render_ports(kube::Client& client, std::shared_ptr<ChartCache> charts = {});

}  // namespace reconcile::engine
