// Waits for health on a real server, where nothing but the test plays the controller.

#include <catch2/catch.hpp>

#include "reconcile/kube/client.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

/// A definition with a status of its own; answers its group.
std::string make_definition(Scenario& scenario) {
  const std::string group = scenario.space() + ".example.org";
  scenario.cluster().apply(
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
      "lamps." +
      group + "}\nspec:\n  group: " + group +
      "\n  scope: Namespaced\n  names: {kind: Lamp, plural: lamps, singular: lamp}\n"
      "  versions:\n  - name: v1\n    served: true\n    storage: true\n"
      "    subresources: {status: {}}\n    schema:\n      openAPIV3Schema:\n"
      "        type: object\n        x-kubernetes-preserve-unknown-fields: true\n");
  return group;
}

std::string lamp_yaml(const std::string& group, int watts) {
  return "apiVersion: " + group +
         "/v1\nkind: Lamp\nmetadata: {name: a}\nspec: {watts: " + std::to_string(watts) + "}\n";
}

}  // namespace

TEST_CASE("a wait does not end on a status of before", "[.integration][agent][health]") {
  Scenario scenario("oldstatus");
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  const std::string group = make_definition(scenario);
  const model::Gvk lamp{group, "v1", "Lamp"};
  scenario.push({{"app/lamp.yaml", lamp_yaml(group, 10)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", "  wait: true\n  targetNamespace: " + space + "\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const auto tell = [&](int seen) {
    kube::Request request = kube::Request::patch(
        kube::Verb::merge_patch, lamp, space, "a",
        R"({"status":{"conditions":[{"type":"Ready","status":"True","message":"at )" +
            std::to_string(seen) + R"( watts"}]}})",
        "lamp-controller");
    request.subresource = "status";
    cluster.client().send(std::move(request)).require_ok("status");
  };
  tell(10);

  const std::string second = scenario.push({{"app/lamp.yaml", lamp_yaml(group, 20)}});
  REQUIRE(
      eventually([&] { return cluster.get(lamp, space, "a")["spec"]["watts"].integer() == 20; }));
  REQUIRE(eventually([&] {
    return scenario.ready(kustomization_kind, "app").message.find("from before the last change") !=
           std::string::npos;
  }));
  tell(20);
  scenario.require_ready(kustomization_kind, "app", second);

  // A controller that has nothing to say is not waited for until the unit's timeout.
  const std::string third = scenario.push({{"app/lamp.yaml", lamp_yaml(group, 30)}});
  REQUIRE(
      eventually([&] { return cluster.get(lamp, space, "a")["spec"]["watts"].integer() == 30; }));
  scenario.require_ready(kustomization_kind, "app", third);
  cluster.remove({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "", "lamps." + group);
}
