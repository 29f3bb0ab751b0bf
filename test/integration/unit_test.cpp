// How units are driven: order, waiting, namespaces, suspension, the interval.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using reconcile::model::Document;

TEST_CASE("a unit is applied, changed by a commit and pruned when files go",
          "[.integration][unit]") {
  Scenario scenario("apply");
  scenario.push({{"app/one.yaml", config_map_yaml("one", "1", scenario.space())},
                 {"app/two.yaml", config_map_yaml("two", "1", scenario.space())},
                 {"app/three.yaml", config_map_yaml("three", "1", scenario.space())},
                 {"app/four.yaml", config_map_yaml("four", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");

  const std::string second =
      scenario.push({{"app/one.yaml", config_map_yaml("one", "2", scenario.space())}});
  scenario.require_ready(kustomization_kind, "app", second);
  const Document one = scenario.cluster().get(config_map_kind, scenario.space(), "one");
  CHECK(one["data"]["value"].text() == "2");
  CHECK(one["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"].text() == "app");

  scenario.erase("app/two.yaml");
  scenario.require_ready(kustomization_kind, "app", scenario.push({}));
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, scenario.space(), "two"));
  CHECK(scenario.cluster().exists(config_map_kind, scenario.space(), "three"));
}

TEST_CASE("an interval pass without change causes no request", "[.integration][unit]") {
  Scenario scenario("quiet");
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "c" + std::to_string(i);
    files.emplace_back("app/" + name + ".yaml", config_map_yaml(name, "1", scenario.space()));
  }
  files.emplace_back("web/web.yaml", deployment_yaml("web", "registry.example.com/web:1"));
  scenario.push(files);
  scenario.make_source("  interval: 1s\n");
  scenario.make_kustomization("app", "./app", "  interval: 1s\n");
  scenario.make_kustomization(
      "web", "./web",
      "  interval: 1s\n  wait: true\n  targetNamespace: " + scenario.space() + "\n");
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  scenario.require_ready(kustomization_kind, "web");

  // The status of the pass before may still be under way: count from the next pass on.
  const auto passes = [&] { return agent.log_with({"Pass finished", "\"requests\":0"}).size(); };
  std::size_t before = passes();
  REQUIRE(eventually([&] { return passes() >= before + 4; }));
  AuditCount audit;
  before = passes();
  REQUIRE(eventually([&] { return passes() >= before + 8; }));
  CHECK(audit.total() == 0);
  INFO(audit.text());
  CHECK(audit.requests().empty());
}

TEST_CASE("a unit waits until the units it depends on are ready", "[.integration][unit]") {
  Scenario scenario("order");
  const std::string space = scenario.space();
  scenario.push({{"base/a.yaml", deployment_yaml("base", "registry.example.com/base:broken")},
                 {"top/b.yaml", config_map_yaml("top", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("top", "./top", "  dependsOn: [{name: base}]\n");
  scenario.make_kustomization("base", "./base",
                              "  wait: true\n  timeout: 30s\n  targetNamespace: " + space + "\n");
  scenario.start_agent();
  const std::string message =
      scenario.require_problem(kustomization_kind, "top", "DependencyNotReady");
  CHECK(message.find("base") != std::string::npos);
  REQUIRE(eventually([&] { return scenario.cluster().exists(deployment_kind, space, "base"); }));
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, space, "top"));

  const std::string fixed =
      scenario.push({{"base/a.yaml", deployment_yaml("base", "registry.example.com/base:1")}});
  scenario.require_ready(kustomization_kind, "base", fixed);
  scenario.require_ready(kustomization_kind, "top", fixed);
  CHECK(scenario.cluster().exists(config_map_kind, space, "top"));
}

TEST_CASE("a health check that fails is reported and recovers with the next commit",
          "[.integration][unit]") {
  Scenario scenario("health");
  scenario.push({{"app/a.yaml", deployment_yaml("web", "registry.example.com/web:broken")}});
  scenario.make_source();
  scenario.make_kustomization(
      "app", "./app", "  wait: true\n  timeout: 3s\n  targetNamespace: " + scenario.space() + "\n");
  scenario.start_agent();
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "HealthCheckFailed");
  CHECK(message.find("Deployment/" + scenario.space() + "/web") != std::string::npos);
  const std::string fixed =
      scenario.push({{"app/a.yaml", deployment_yaml("web", "registry.example.com/web:2")}});
  scenario.require_ready(kustomization_kind, "app", fixed);
}

TEST_CASE("a unit's objects go to its target namespace", "[.integration][unit]") {
  Scenario scenario("target");
  const std::string target = scenario.make_namespace("target-of");
  scenario.push({{"app/a.yaml", config_map_yaml("settings", "1")},
                 {"app/b.yaml", deployment_yaml("web", "registry.example.com/web:1")}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", "  wait: true\n  targetNamespace: " + target + "\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  CHECK(scenario.cluster().exists(config_map_kind, target, "settings"));
  CHECK(scenario.cluster().exists(deployment_kind, target, "web"));
}

TEST_CASE("a suspended unit is left alone and goes on when it is resumed", "[.integration][unit]") {
  Scenario scenario("suspend");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)},
                 {"other/b.yaml", config_map_yaml("b", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.make_kustomization("other", "./other");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  scenario.require_ready(kustomization_kind, "other");

  Cluster& cluster = scenario.cluster();
  const std::string resumed = R"({"spec":{"suspend":false}})";
  cluster.patch(kustomization_kind, space, "app", R"({"spec":{"suspend":true}})");
  const std::string commit = scenario.push({{"app/a.yaml", config_map_yaml("a", "2", space)},
                                            {"other/b.yaml", config_map_yaml("b", "2", space)}});
  scenario.require_ready(kustomization_kind, "other", commit);
  cluster.patch(config_map_kind, space, "a", R"({"data":{"value":"drift"}})");
  cluster.patch(config_map_kind, space, "b", R"({"data":{"value":"drift"}})");
  const auto value = [&](const char* name) {
    return std::string(cluster.get(config_map_kind, space, name)["data"]["value"].text());
  };
  REQUIRE(eventually([&] { return value("b") == "2"; }));
  CHECK(value("a") == "drift");
  cluster.patch(kustomization_kind, space, "app", resumed);
  scenario.require_ready(kustomization_kind, "app", commit);
  CHECK(value("a") == "2");
}
