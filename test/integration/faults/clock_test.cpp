// The machine's time of day jumps, forth and back, under an agent that runs with false_clock.cpp,
// which reads a file that the test changes. The monotonic clock goes on, as it does on a machine.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/faults/changing_units.hpp"

using namespace reconcile::test;
using reconcile::model::system_clock;

namespace {

constexpr std::size_t requests_per_second_max = 200;

/// What programs that are started while it lives believe the time of day to be.
class FalseClock {
 public:
  FalseClock() {
    set(0);
    ::setenv("LD_PRELOAD", RECONCILE_FALSE_CLOCK_LIBRARY, 1);
    ::setenv("RECONCILE_FALSE_CLOCK", path().c_str(), 1);
  }
  ~FalseClock() { stop(); }
  FalseClock(const FalseClock&) = delete;
  FalseClock& operator=(const FalseClock&) = delete;

  void set(std::int64_t seconds) {
    std::ofstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    if (!file) file.open(path(), std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
  }
  /// Later programs know the time.
  void stop() {
    for (const char* name : {"LD_PRELOAD", "RECONCILE_FALSE_CLOCK"}) ::unsetenv(name);
  }

 private:
  [[nodiscard]] std::string path() const { return state_.path() + "/offset"; }
  TemporaryDirectory state_;
};

/// How far the agent's clock is from ours, by its last log line.
std::chrono::seconds offset_of(AgentProcess& agent) {
  const auto entry = reconcile::model::parse_json(agent.log_lines().back());
  return std::chrono::round<std::chrono::seconds>(
      reconcile::model::parse_rfc3339(entry["ts"].text()) - system_clock().wall_now());
}

std::size_t passes(AgentProcess& agent) {
  return agent.log_with({"Pass finished", "/ticking"}).size();
}

}  // namespace

TEST_CASE("a clock that jumps by an hour costs neither intervals nor a storm",
          "[.integration][faults][clock]") {
  Scenario scenario("clock");
  ChangingUnits units(scenario, seed_of("clock"));
  scenario.repository().commit({{"ticking/a.yaml", config_map_yaml("a", "1")}});
  units.make();
  scenario.make_kustomization(
      "ticking", "./ticking",
      "  interval: 1s\n  targetNamespace: " + scenario.make_namespace("ticking") + "\n");
  FalseClock clock;
  AgentProcess& agent = scenario.start_agent();
  clock.stop();
  units.require_settled();
  for (const std::int64_t offset : {3600, -3600, 0}) {
    AuditCount audit;
    const std::size_t before = passes(agent);
    clock.set(offset);
    units.change();
    for (int i = 0; i < 5; ++i) units.disturb();
    const double healed = units.require_settled();
    INFO("clock at " << offset << "\n" << agent.log_tail());
    // Nothing waits for an hour to be over, nothing makes up for one.
    CHECK(eventually([&] { return passes(agent) >= before + 3; }, std::chrono::seconds(10)));
    CHECK(passes(agent) < before + 40);
    CHECK(std::abs(offset_of(agent).count() - offset) <= 60);
    CHECK(agent.metric("reconcile_leader") == 1);
    CHECK(audit.busiest_second() < requests_per_second_max);
    std::cout << "clock at " << offset << ": settled after " << healed << " s, "
              << audit.busiest_second() << " requests in the busiest second\n";
  }
}

TEST_CASE("a pause ends when the clock says so, whenever it was set",
          "[.integration][faults][clock]") {
  Scenario scenario("pause");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  FalseClock clock;
  scenario.start_agent();
  clock.stop();
  scenario.require_ready(kustomization_kind, "app");
  const std::string until =
      reconcile::model::format_rfc3339(system_clock().wall_now() + std::chrono::minutes(30));
  Cluster& cluster = scenario.cluster();
  const auto value = [&] {
    return std::string(cluster.get(config_map_kind, scenario.space(), "a")["data"]["value"].text());
  };
  cluster.patch(config_map_kind, scenario.space(), "a",
                R"({"metadata":{"annotations":{"reconcile.dev/pausedUntil":")" + until +
                    R"("}},"data":{"value":"held"}})");
  const auto note = [&] {
    const auto unit = cluster.get(kustomization_kind, scenario.space(), "app");
    return reconcile::model::write_json(unit["status"]["conditions"]);
  };
  REQUIRE(eventually([&] { return note().find("\"Paused\"") != std::string::npos; }));
  clock.set(-3600);
  CHECK(value() == "held");
  clock.set(3600);
  CHECK(eventually([&] { return value() == "1"; }, std::chrono::seconds(30)));
}
