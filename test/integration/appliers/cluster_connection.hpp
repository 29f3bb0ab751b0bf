#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::test {

/// A client of the control plane that $RECONCILE_TEST_KUBECONFIG names, and a namespace of its own
/// that goes with it.
struct ClusterConnection {
  static kube::ClusterConfig config() {
    const char* path = std::getenv("RECONCILE_TEST_KUBECONFIG");
    if (path == nullptr) throw std::runtime_error("RECONCILE_TEST_KUBECONFIG is not set");
    return kube::load_kubeconfig({path});
  }
  explicit ClusterConnection(std::string name_space) : space(std::move(name_space)) {
    const auto made = client.send(kube::Request::apply(
        json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + space + "\"}}"),
        "test"));
    made.require_ok("making namespace " + space);
  }
  ~ClusterConnection() { client.send(kube::Request::remove({"", "v1", "Namespace"}, "", space)); }

  static model::Object json(const std::string& text) {
    return model::Object(model::parse_json(text));
  }
  [[nodiscard]] model::Object config_map(const std::string& name, const std::string& value) const {
    return json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                R"(","namespace":")" + space + R"(","labels":{"set":"test"}},"data":{"v":")" +
                value + R"("}})");
  }

  std::string space;
  io::Executor executor{{.workers = 2}};
  io::HttpClient http{executor};
  kube::Client client{executor, http, config()};
};

inline const model::Gvk config_map_kind{"", "v1", "ConfigMap"};

}  // namespace reconcile::test
