// postBuild substitution against a real server.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

std::string value_of(Scenario& scenario, const std::string& name) {
  return std::string(
      scenario.cluster().get(config_map_kind, scenario.space(), name)["data"]["value"].text());
}

}  // namespace

TEST_CASE("variables come from the spec, ConfigMaps and Secrets",
          "[.integration][agent][post_build]") {
  Scenario scenario("postbuild");
  Cluster& cluster = scenario.cluster();
  cluster.apply(config_map_yaml("settings", "from settings", scenario.space()));
  cluster.apply("apiVersion: v1\nkind: Secret\nmetadata: {name: hidden, namespace: " +
                scenario.space() + "}\nstringData: {token: hunter2-hunter2}\n");
  scenario.push({{"apps/a.yaml", config_map_yaml("a", "${value}-${inline}", scenario.space())},
                 {"apps/b.yaml", config_map_yaml("b", "${none:-default}", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization(
      "apps", "apps",
      "  postBuild:\n    substitute: {inline: spec}\n    substituteFrom:\n"
      "    - {kind: ConfigMap, name: settings}\n    - {kind: Secret, name: hidden}\n"
      "    - {kind: Secret, name: absent, optional: true}\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "apps");
  CHECK(value_of(scenario, "a") == "from settings-spec");
  CHECK(value_of(scenario, "b") == "default");

  SECTION("a change of the ConfigMap leads to a new render at the next pass") {
    cluster.patch(config_map_kind, scenario.space(), "settings", R"({"data":{"value":"other"}})");
    scenario.request_and_wait(kustomization_kind, "apps");
    CHECK(value_of(scenario, "a") == "other-spec");
  }
  SECTION("a pass without change reads the references and writes nothing") {
    AuditCount audit;
    scenario.request_and_wait(kustomization_kind, "apps");
    INFO(audit.text());
    CHECK(audit.requests()["get configmaps"] == 1);
    CHECK(audit.requests()["get secrets"] == 2);
    CHECK(audit.requests()["patch configmaps"] == 0);
  }
  SECTION("a missing variable fails the unit by name and keeps its objects") {
    scenario.push({{"apps/b.yaml", config_map_yaml("b", "${missing}", scenario.space())}});
    const std::string message = scenario.require_problem(kustomization_kind, "apps", "BuildFailed");
    CHECK_THAT(message, Catch::Contains("variable not set (strict mode): \"missing\"") &&
                            Catch::Contains("ConfigMap/" + scenario.space() + "/b"));
    CHECK(value_of(scenario, "b") == "default");
  }
  SECTION("a refused object does not show what came from a Secret") {
    scenario.push(
        {{"apps/b.yaml",
          "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: " + scenario.space() +
              "}\nspec: {type: \"${token}\", ports: [{port: 80}]}\n"}});
    const std::string message =
        scenario.require_problem(kustomization_kind, "apps", "ReconciliationFailed");
    CHECK_THAT(message, Catch::Contains("Service/" + scenario.space() + "/b") &&
                            !Catch::Contains("hunter2"));
    CHECK(scenario.agent().log_with({"hunter2"}).empty());
  }
}
