// The process itself: readiness, log lines, counters, its end.

#include <catch2/catch.hpp>
#include <iostream>

#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"
#include "test/support/patience.hpp"

using namespace reconcile::test;

TEST_CASE("the agent ends well within seconds, also while units wait for health",
          "[.integration][process]") {
  Scenario scenario("stop");
  scenario.push({{"app/a.yaml", deployment_yaml("web", "registry.example.com/web:broken")}});
  scenario.make_source();
  scenario.make_kustomization(
      "app", "./app", "  wait: true\n  timeout: 5m\n  targetNamespace: " + scenario.space() + "\n");
  AgentProcess& agent = scenario.start_agent();
  REQUIRE(eventually(
      [&] { return scenario.cluster().exists(deployment_kind, scenario.space(), "web"); }));
  const auto start = std::chrono::steady_clock::now();
  CHECK(agent.stop() == 0);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "graceful stop: " << seconds << " s\n";
  CHECK(seconds < 5 * patience());
  CHECK(agent.log_with({"Agent stopped"}).size() == 1);
}

TEST_CASE("log lines are JSON that names unit, object, revision and trace",
          "[.integration][process]") {
  Scenario scenario("log");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  scenario.cluster().patch(config_map_kind, scenario.space(), "a", R"({"data":{"value":"drift"}})");
  REQUIRE(eventually([&] { return !agent.log_with({"Drift reverted"}).empty(); }));
  for (const std::string& line : agent.log_lines()) {
    INFO(line);
    const auto entry = reconcile::model::parse_json(line);
    CHECK_FALSE(entry["ts"].text().empty());
    CHECK_FALSE(entry["level"].text().empty());
    CHECK_FALSE(entry["msg"].text().empty());
  }
  const std::string unit = "Kustomization/" + scenario.space() + "/app";
  const std::string object = "ConfigMap/" + scenario.space() + "/a";
  REQUIRE_FALSE(agent.log_with({"Object created", object}).empty());
  const auto created =
      reconcile::model::parse_json(agent.log_with({"Object created", object}).front());
  CHECK(created["unit"].text() == unit);
  CHECK(created["object"].text() == object);
  CHECK_FALSE(created["trace"].text().empty());
  CHECK(created["revision"].text().starts_with("main@sha1:"));
  const auto finished =
      reconcile::model::parse_json(agent.log_with({"Pass finished", unit}).front());
  CHECK(finished["revision"].text().starts_with("main@sha1:"));
  CHECK(finished["trace"].text() == created["trace"].text());
  const auto reverted = reconcile::model::parse_json(agent.log_with({"Drift reverted"}).front());
  CHECK(reverted["unit"].text() == unit);
  CHECK(reverted["object"].text() == object);
  CHECK(reverted["revision"].text().starts_with("main@sha1:"));
  CHECK_FALSE(reverted["trace"].text().empty());
  CHECK(reverted["fields"].text().find("value") != std::string::npos);
}

TEST_CASE("probes and counters tell what the agent does", "[.integration][process]") {
  Scenario scenario("metrics");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  CHECK(agent.get("/healthz").first == 200);
  CHECK(agent.get("/readyz").first == 200);
  CHECK(agent.get("/nothing").first == 404);
  scenario.cluster().patch(config_map_kind, scenario.space(), "a", R"({"data":{"value":"drift"}})");
  CHECK(eventually([&] { return agent.metric("reconcile_reverts_total") == 1; }));
  CHECK(agent.metric("reconcile_passes_total{end=\"applied\"}") >= 1);
  CHECK(agent.metric("reconcile_pass_seconds_count") >= 1);
  CHECK(agent.metric("reconcile_revert_seconds_count") == 1);
  CHECK(agent.metric("kube_requests_total") > 0);
}

TEST_CASE("the agent says what is wrong with its start and ends", "[.integration][process]") {
  const Finished missing = run_program({program_path(), "controller", "--kubeconfig=/nonexistent",
                                        "--data-dir=/tmp/nowhere", "--listen-port=0"});
  INFO(missing.output);
  CHECK(missing.code == 1);
  CHECK(missing.output.find("/nonexistent") != std::string::npos);
}
