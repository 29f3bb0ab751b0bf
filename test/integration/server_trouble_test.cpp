// An API server that goes away, breaks connections off or asks for patience: the agent resumes,
// loses nothing and does not storm.

#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "test/integration/scenario.hpp"
#include "test/integration/tcp_proxy.hpp"

using namespace reconcile::test;

namespace {

constexpr std::size_t requests_per_second_max = 100;

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string value_of(Scenario& scenario, const std::string& name) {
  return std::string(
      scenario.cluster().get(config_map_kind, scenario.space(), name)["data"]["value"].text());
}

void prepare(Scenario& scenario) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "c" + std::to_string(i);
    files.emplace_back("app/" + name + ".yaml", config_map_yaml(name, "1", scenario.space()));
  }
  scenario.push(files);
  scenario.make_source("  interval: 1s\n");
  scenario.make_kustomization("app", "./app");
}

void drift(Scenario& scenario, const std::string& name) {
  scenario.cluster().patch(config_map_kind, scenario.space(), name,
                           R"({"data":{"value":"drift"}})");
}

}  // namespace

TEST_CASE("connections cut in the middle of watches are resumed without loss",
          "[.integration][server]") {
  Scenario scenario("cut");
  prepare(scenario);
  TcpProxy proxy(scenario.cluster().server_port());
  const TemporaryDirectory state;
  state.write("kubeconfig", scenario.cluster().agent_kubeconfig_at(proxy.port()));
  scenario.start_agent_with(state.path() + "/kubeconfig");
  scenario.require_ready(kustomization_kind, "app");

  AuditCount audit;
  for (int round = 0; round < 3; ++round) {
    const std::string name = "c" + std::to_string(round);
    proxy.refuse(true);
    proxy.cut();
    // Happens while nobody watches.
    drift(scenario, name);
    scenario.cluster().remove(config_map_kind, scenario.space(), "c9");
    proxy.refuse(false);
    CHECK(eventually([&] { return value_of(scenario, name) == "1"; }));
    CHECK(eventually([&] { return value_of(scenario, "c9") == "1"; }));
  }
  scenario.require_ready(
      kustomization_kind, "app",
      scenario.push({{"app/c0.yaml", config_map_yaml("c0", "2", scenario.space())}}));
  INFO(audit.text());
  CHECK(audit.busiest_second() < requests_per_second_max);
  CHECK(proxy.connections() < 100);
}

TEST_CASE("an API server that is killed and started again is picked up without loss or storm",
          "[.integration][server]") {
  Scenario scenario("restart");
  prepare(scenario);
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  Cluster& cluster = scenario.cluster();
  const int server = cluster.server_pid();
  ::kill(server, SIGKILL);
  REQUIRE(eventually([&] {
    return ::kill(server, 0) != 0 || !scenario.agent().running() ||
           file_text("/proc/" + std::to_string(server) + "/stat").find(") Z") != std::string::npos;
  }));
  AuditCount audit;
  // Git goes on meanwhile.
  const std::string commit =
      scenario.repository().commit({{"app/c0.yaml", config_map_yaml("c0", "2", scenario.space())}});
  cluster.start_again();
  drift(scenario, "c1");
  CHECK(eventually([&] { return value_of(scenario, "c1") == "1"; }, std::chrono::seconds(60)));
  scenario.require_ready(kustomization_kind, "app", commit);
  CHECK(value_of(scenario, "c0") == "2");
  CHECK(scenario.agent().running());
  CHECK(scenario.agent().get("/readyz").first == 200);
  std::cout << "after a restart of the API server: " << audit.total() << " requests, "
            << audit.busiest_second() << " in the busiest second\n";
  CHECK(audit.busiest_second() < requests_per_second_max);
}

TEST_CASE("answers of 429 are waited out, and what was asked meanwhile happens",
          "[.integration][server]") {
  Scenario scenario("patience");
  prepare(scenario);
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  Cluster& cluster = scenario.cluster();
  const std::string& name = scenario.space();
  // A priority level without a share: what the agent asks beside another request is answered 429.
  cluster.apply(
      "apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: PriorityLevelConfiguration\n"
      "metadata: {name: " +
      name +
      "}\nspec:\n  type: Limited\n  limited:\n"
      "    nominalConcurrencyShares: 0\n    lendablePercent: 0\n    borrowingLimitPercent: 0\n"
      "    limitResponse: {type: Reject}\n---\n"
      "apiVersion: flowcontrol.apiserver.k8s.io/v1\nkind: FlowSchema\nmetadata: {name: " +
      name + "}\nspec:\n  matchingPrecedence: 2\n  priorityLevelConfiguration: {name: " + name +
      "}\n  rules:\n  - subjects:\n    - {kind: User, user: {name: reconcile-agent}}\n"
      "    resourceRules:\n    - {apiGroups: ['*'], resources: ['*'], verbs: ['*'], "
      "namespaces: ['*'], clusterScope: true}\n");
  const reconcile::model::Gvk schema_kind{"flowcontrol.apiserver.k8s.io", "v1", "FlowSchema"};
  const reconcile::model::Gvk level_kind{"flowcontrol.apiserver.k8s.io", "v1",
                                         "PriorityLevelConfiguration"};
  AuditCount audit;
  // The level takes effect a little after it is stored: drift all objects until some are refused.
  const bool in_force = eventually(
      [&] {
        for (int i = 0; i < 9; ++i) drift(scenario, "c" + std::to_string(i));
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        return audit.refused() >= 5;
      },
      std::chrono::seconds(10));
  const std::string commit =
      scenario.repository().commit({{"app/c9.yaml", config_map_yaml("c9", "2", name)}});
  const std::size_t asked = audit.total();
  const bool asked_again = eventually([&] { return audit.total() > asked; });
  cluster.remove(schema_kind, "", name);
  cluster.remove(level_kind, "", name);
  CHECK(in_force);
  CHECK(asked_again);
  scenario.require_ready(kustomization_kind, "app", commit);
  for (int i = 0; i < 9; ++i) {
    const std::string object = "c" + std::to_string(i);
    INFO(object << "\n" << scenario.agent().log_tail());
    CHECK(eventually([&] { return value_of(scenario, object) == "1"; }, std::chrono::seconds(60)));
  }
  CHECK(value_of(scenario, "c9") == "2");
  INFO(audit.text());
  CHECK(audit.busiest_second() < requests_per_second_max);
}
