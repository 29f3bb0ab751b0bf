#pragma once

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What renders ask of the cluster, answered by `client`, which must outlive the ports.
RenderPorts cluster_render_ports(kube::Client& client);

}  // namespace reconcile::engine
