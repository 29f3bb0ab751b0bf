#include "engine/controllers/render_ports.hpp"

#include <utility>

#include "engine/controllers/kube_lookup.hpp"
#include "engine/controllers/source_credentials.hpp"

namespace reconcile::engine {

RenderStores agent_render_stores(kube::Client& client, const std::string& data_dir,
                                 bool remote_bases) {
  RenderStores stores;
  stores.lookups = std::make_shared<LookupWatches>(client);
  stores.charts = std::make_shared<ChartCache>();
  if (!remote_bases) return stores;
  stores.remotes = [folder = data_dir + "/remote"] {
    RemoteOptions options;
    options.cache_dir = folder;
    // A pass waits for it: one of a few that run at once.
    options.total_timeout = std::chrono::minutes(2);
    return std::make_unique<RemoteContent>(std::move(options));
  };
  return stores;
}

RenderPorts cluster_render_ports(kube::Client& client, RenderStores stores) {
  RenderPorts ports;
  ports.charts = std::move(stores.charts);
  ports.remotes = std::move(stores.remotes);
  ports.config = [&client](const std::string& kind, const std::string& namespace_name,
                           const std::string& name) {
    return read_config_data(client, kind, namespace_name, name);
  };
  ports.lookup = [&client](const LookupQuery& query, const std::vector<std::string>& namespaces) {
    return KubeLookup(client, kube::RequestPurpose::pass, namespaces)
        .lookup(query.api_version, query.kind, query.namespace_name, query.name);
  };
  if (stores.lookups != nullptr) {
    ports.known_lookup = [lookups = stores.lookups](const LookupNote& note) {
      return lookups->digest(note);
    };
    ports.watch_lookups = [lookups = stores.lookups](const appliers::UnitKey& unit,
                                                     const std::vector<LookupNote>& notes) {
      lookups->keep(unit, notes);
    };
  }
  ports.is_cluster_scoped = [&client](const model::Gvk& gvk) {
    const std::optional<kube::ApiResource> resource = client.resource(gvk);
    return resource && resource->scope == kube::Scope::cluster;
  };
  ports.capabilities = [&client] {
    return ClusterCapabilities{client.server_version().git_version,
                               client.resources()->api_versions()};
  };
  return ports;
}

}  // namespace reconcile::engine
