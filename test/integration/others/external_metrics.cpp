#include "test/integration/others/external_metrics.hpp"

#include <stdexcept>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/clock.hpp"
#include "test/integration/cluster.hpp"

namespace reconcile::test {
namespace {

const std::string group_version = "external.metrics.k8s.io/v1beta1";
const std::string service_name = "v1beta1.external.metrics.k8s.io";
const model::Gvk api_service_kind{"apiregistration.k8s.io", "v1", "APIService"};

}  // namespace

ExternalMetrics::ExternalMetrics(const std::string& space)
    : server_([this](const HttpsRequest& request) { return answer(request); }) {
  Cluster& cluster = Cluster::instance();
  const std::string port = std::to_string(server_.port());
  cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: metrics, namespace: " + space +
                "}\nspec: {type: ExternalName, externalName: localhost, ports: [{port: " + port +
                "}]}\n---\napiVersion: apiregistration.k8s.io/v1\nkind: APIService\n" +
                "metadata: {name: " + service_name + "}\nspec:\n" +
                "  group: external.metrics.k8s.io\n  version: v1beta1\n" +
                "  groupPriorityMinimum: 100\n  versionPriority: 100\n" +
                "  insecureSkipTLSVerify: true\n  service: {name: metrics, namespace: " + space +
                ", port: " + port + "}\n");
  const bool served = eventually([&] {
    return cluster.client()
        .get_raw("/apis/" + group_version + "/namespaces/" + space + "/load",
                 kube::RequestPurpose::command)
        .ok();
  });
  if (!served) throw std::runtime_error("the API server does not serve " + group_version);
}

ExternalMetrics::~ExternalMetrics() {
  try {
    Cluster::instance().remove_and_wait(api_service_kind, "", service_name);
  } catch (const std::exception&) {
    // The cluster is not there: neither is the registration.
  }
}

std::pair<int, std::string> ExternalMetrics::answer(const HttpsRequest& request) const {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path == "/apis/" + group_version)
    return {200, R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":")" + group_version +
                     R"(","resources":[{"name":"load","singularName":"","namespaced":true,)"
                     R"("kind":"ExternalMetricValueList","verbs":["get"]}]})"};
  if (!path.ends_with("/load"))
    return {404, R"({"kind":"Status","apiVersion":"v1","status":"Failure","code":404})"};
  return {200, R"({"kind":"ExternalMetricValueList","apiVersion":")" + group_version +
                   R"(","metadata":{},"items":[{"metricName":"load","metricLabels":{},)"
                   R"("timestamp":")" +
                   model::format_rfc3339(model::system_clock().wall_now()) + R"(","value":")" +
                   std::to_string(load_) + "\"}]}"};
}

}  // namespace reconcile::test
