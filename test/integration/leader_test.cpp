// Two agents over one control plane: one writes, and the other takes over where it ends, dies or
// hangs.

#include <signal.h>

#include <catch2/catch.hpp>
#include <iostream>

#include "reconcile/model/clock.hpp"
#include "test/integration/scenario.hpp"
#include "test/integration/tcp_proxy.hpp"
#include "test/support/patience.hpp"

using namespace reconcile::test;
using reconcile::model::Document;
using std::chrono::steady_clock;

namespace {

const reconcile::model::Gvk lease_kind{"coordination.k8s.io", "v1", "Lease"};

/// The default, also where a test is to wait longer: the second replica has it too.
const std::string own_lease = "--leader-elect-lease-duration=2s";

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

/// A replica beside the scenario's agent, with a data directory of its own.
struct Replica {
  explicit Replica(Scenario& scenario, const std::vector<std::string>& more = {},
                   const std::string& kubeconfig = "") {
    std::vector<std::string> arguments{
        "--kubeconfig=" + (kubeconfig.empty() ? scenario.cluster().agent_kubeconfig() : kubeconfig),
        "--namespace=" + scenario.space()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    agent = std::make_unique<AgentProcess>(arguments, data.path());
    agent->wait_ready();
  }
  TemporaryDirectory data;
  std::unique_ptr<AgentProcess> agent;
  AgentProcess* operator->() const { return agent.get(); }
};

std::string holder(Scenario& scenario) {
  return std::string(
      scenario.cluster()
          .get(lease_kind, scenario.space(), "reconcile-agent")["spec"]["holderIdentity"]
          .text());
}

bool leads(AgentProcess& agent) {
  return agent.metric("reconcile_leader") == 1;
}

/// A unit with one ConfigMap, applied by the leader.
void prepare(Scenario& scenario) {
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source("  interval: 1s\n");
  scenario.make_kustomization("app", "./app");
}

/// Waits until drift of the unit's object is reverted: somebody leads and works.
void require_work(Scenario& scenario, const std::string& log) {
  scenario.cluster().patch(config_map_kind, scenario.space(), "a", R"({"data":{"value":"drift"}})");
  INFO(log);
  REQUIRE(eventually([&] {
    const Document object = scenario.cluster().get(config_map_kind, scenario.space(), "a");
    return object["data"]["value"].text() == "1";
  }));
}

std::size_t writes_of(const AgentProcess& agent) {
  return agent.log_with({"Object "}).size() + agent.log_with({"Drift reverted"}).size();
}

/// How long the other replica needs to lead and to revert drift, from `start`.
void require_taken_over(Scenario& scenario, AgentProcess& next, steady_clock::time_point start,
                        const char* what, double limit) {
  REQUIRE(eventually([&] { return leads(next); }));
  const double lead = seconds_since(start);
  REQUIRE(eventually([&] { return next.log_with({"Pass finished", "/app"}).size() == 1; }));
  const double work = seconds_since(start);
  std::cout << what << ": next leader after " << lead << " s, its first pass ended after " << work
            << " s\n";
  CHECK(lead < limit * patience());
  require_work(scenario, next.log_tail());
}

}  // namespace

TEST_CASE("a leader that ends hands over at once", "[.integration][leader]") {
  Scenario scenario("handover");
  prepare(scenario);
  AgentProcess& first = scenario.start_agent({own_lease});
  scenario.require_ready(kustomization_kind, "app");
  Replica second(scenario);
  CHECK(leads(first));
  CHECK_FALSE(leads(*second.agent));
  CHECK(second->get("/healthz").first == 200);
  CHECK(second->get("/readyz").first == 200);
  require_work(scenario, first.log_tail());
  CHECK(writes_of(*second.agent) == 0);
  const auto start = steady_clock::now();
  CHECK(first.stop() == 0);
  require_taken_over(scenario, *second.agent, start, "graceful hand-over", 3);
}

TEST_CASE("a leader that is killed is replaced when its Lease ran out", "[.integration][leader]") {
  Scenario scenario("killed");
  prepare(scenario);
  AgentProcess& first = scenario.start_agent({own_lease});
  scenario.require_ready(kustomization_kind, "app");
  Replica second(scenario);
  REQUIRE(leads(first));
  const auto start = steady_clock::now();
  first.kill();
  // A server under load makes the leader promise 15 s.
  require_taken_over(scenario, *second.agent, start, "hand-over after SIGKILL", 20);
}

TEST_CASE("a killed leader's next process in the same place leads at once",
          "[.integration][leader]") {
  Scenario scenario("restart");
  prepare(scenario);
  scenario.start_agent({"--leader-elect-lease-duration=60s"});
  scenario.require_ready(kustomization_kind, "app");
  const std::string before = holder(scenario);
  scenario.agent().kill();
  const auto start = steady_clock::now();
  scenario.start_agent({"--leader-elect-lease-duration=60s"});
  REQUIRE(eventually([&] { return leads(scenario.agent()); }));
  std::cout << "restart in the same place: leads after " << seconds_since(start) << " s\n";
  CHECK(seconds_since(start) < 10 * patience());
  CHECK(holder(scenario) == before);
}

TEST_CASE("a leader that hangs is replaced, and writes nothing when it wakes up",
          "[.integration][leader]") {
  Scenario scenario("hang");
  prepare(scenario);
  AgentProcess& first = scenario.start_agent({own_lease});
  scenario.require_ready(kustomization_kind, "app");
  Replica second(scenario);
  REQUIRE(leads(first));
  const auto start = steady_clock::now();
  first.signal(SIGSTOP);
  require_taken_over(scenario, *second.agent, start, "hand-over after SIGSTOP", 20);
  // The one that slept has all of this before it: drift that is gone and a commit.
  const std::string commit =
      scenario.push({{"app/a.yaml", config_map_yaml("a", "2", scenario.space())}});
  scenario.require_ready(kustomization_kind, "app", commit);
  const std::size_t before = writes_of(first);
  AuditCount audit;
  first.signal(SIGCONT);
  CHECK(first.wait_end() == 1);
  CHECK(first.log_with({"Lead lost"}).size() == 1);
  CHECK(writes_of(first) == before);
  std::size_t writes = 0;
  for (const auto& [what, count] : audit.requests()) {
    const bool writes_objects = what.find("configmaps") != std::string::npos ||
                                what.find("secrets") != std::string::npos ||
                                what.find("kustomizations") != std::string::npos;
    if (!what.starts_with("get ") && !what.starts_with("list ") && writes_objects) writes += count;
  }
  INFO(audit.text());
  CHECK(writes == 0);
  CHECK(leads(*second.agent));
}

TEST_CASE("a leader that cannot reach the API server pauses and goes on",
          "[.integration][leader]") {
  Scenario scenario("outage");
  prepare(scenario);
  TcpProxy proxy(scenario.cluster().server_port());
  const TemporaryDirectory state;
  state.write("kubeconfig", scenario.cluster().agent_kubeconfig_at(proxy.port()));
  AgentProcess& first = scenario.start_agent_with(state.path() + "/kubeconfig", {own_lease});
  scenario.require_ready(kustomization_kind, "app");
  const std::string before = holder(scenario);
  proxy.refuse(true);
  proxy.cut();
  REQUIRE(eventually([&] { return first.log_with({"writing paused"}).size() == 1; }));
  CHECK_FALSE(leads(first));
  scenario.cluster().patch(config_map_kind, scenario.space(), "a", R"({"data":{"value":"drift"}})");
  proxy.refuse(false);
  REQUIRE(eventually([&] { return leads(first); }));
  CHECK(holder(scenario) == before);
  CHECK(eventually([&] {
    const Document object = scenario.cluster().get(config_map_kind, scenario.space(), "a");
    return object["data"]["value"].text() == "1";
  }));
  CHECK(first.log_with({"Lead resumed"}).size() == 1);
  CHECK(first.running());
}

TEST_CASE("a leader that is cut off while another leads ends itself", "[.integration][leader]") {
  Scenario scenario("cutoff");
  prepare(scenario);
  TcpProxy proxy(scenario.cluster().server_port());
  const TemporaryDirectory state;
  state.write("kubeconfig", scenario.cluster().agent_kubeconfig_at(proxy.port()));
  AgentProcess& first = scenario.start_agent_with(state.path() + "/kubeconfig", {own_lease});
  scenario.require_ready(kustomization_kind, "app");
  Replica second(scenario);
  REQUIRE(leads(first));
  proxy.refuse(true);
  proxy.cut();
  const auto start = steady_clock::now();
  require_taken_over(scenario, *second.agent, start, "hand-over from a leader cut off", 20);
  CHECK_FALSE(leads(first));
  proxy.refuse(false);
  CHECK(first.wait_end() == 1);
  CHECK(first.log_with({"Lead lost"}).size() == 1);
}
