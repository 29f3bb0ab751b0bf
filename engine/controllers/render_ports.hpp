#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What renders have in common beside the cluster; both may be empty, as in RenderPorts.
struct RenderStores {
  std::shared_ptr<ChartCache> charts;
  std::function<std::unique_ptr<RemoteContent>()> remotes;
};

/// Those of an agent, below `data_dir`. Without `remote_bases` no render asks other machines.
RenderStores agent_render_stores(const std::string& data_dir, bool remote_bases);

/// What renders ask of the cluster, answered by `client`, which must outlive the ports.
RenderPorts cluster_render_ports(kube::Client& client, RenderStores stores = {});

}  // namespace reconcile::engine
