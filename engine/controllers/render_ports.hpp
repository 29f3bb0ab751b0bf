#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/controllers/lookup_watches.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// What renders have in common beside the cluster; all may be empty.
struct RenderStores {
  std::shared_ptr<ChartCache> charts;
  std::function<std::unique_ptr<RemoteContent>()> remotes;
  std::shared_ptr<LookupWatches> lookups;
};

/// Those of an agent, below `data_dir`. Without `remote_bases` no render asks other machines.
/// `client` must outlive them.
RenderStores agent_render_stores(kube::Client& client, const std::string& data_dir,
                                 bool remote_bases);

/// What renders ask of the cluster, answered by `client`, which must outlive the ports.
RenderPorts cluster_render_ports(kube::Client& client, RenderStores stores = {});

}  // namespace reconcile::engine
