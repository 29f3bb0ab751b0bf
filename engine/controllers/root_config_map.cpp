#include "engine/controllers/root_config_map.hpp"

#include "engine/controllers/unit.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {

model::Document ensure_root_config_map(kube::Client& client, const std::string& agent_namespace) {
  const model::Gvk gvk{"", "v1", "ConfigMap"};
  const std::string name(root_config_map);
  kube::Response response = client.send(kube::Request::get(gvk, agent_namespace, name));
  if (response.status.not_found()) {
    const model::Document object =
        model::parse_json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                          R"(","namespace":")" + agent_namespace +
                          R"(","labels":{"app.kubernetes.io/part-of":"reconcile"}},"data":{}})");
    response = client.send(kube::Request::create(model::Object(object), "reconcile-status"));
  }
  response.require_ok("the root unit's ConfigMap/" + agent_namespace + "/" + name);
  return response.document();
}

}  // namespace reconcile::engine
