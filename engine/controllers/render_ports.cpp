#include "engine/controllers/render_ports.hpp"

#include <utility>

#include "engine/controllers/kube_lookup.hpp"
#include "engine/controllers/source_credentials.hpp"

namespace reconcile::engine {

RenderPorts cluster_render_ports(kube::Client& client, std::shared_ptr<ChartCache> charts) {
  RenderPorts ports;
  ports.charts = std::move(charts);
  ports.config = [&client](const std::string& kind, const std::string& namespace_name,
                           const std::string& name) {
    return read_config_data(client, kind, namespace_name, name);
  };
  ports.lookup = [&client](const LookupQuery& query, const std::vector<std::string>& namespaces) {
    return KubeLookup(client, kube::RequestPurpose::pass, namespaces)
        .lookup(query.api_version, query.kind, query.namespace_name, query.name);
  };
  ports.capabilities = [&client] {
    return ClusterCapabilities{client.server_version().git_version,
                               client.resources()->api_versions()};
  };
  return ports;
}

}  // namespace reconcile::engine
