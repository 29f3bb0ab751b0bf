// SIGKILL at random points, also while the agent starts, while two units are applied, changed,
// pruned and written to by others: the state afterwards is the last commit's, nothing is orphaned,
// and nothing is written once nothing changes.

#include <catch2/catch.hpp>
#include <iostream>

#include "test/integration/faults/changing_units.hpp"
#include "test/support/patience.hpp"

using namespace reconcile::test;

namespace {

constexpr int kills_in_short = 20;
constexpr int kills_in_long = 200;
constexpr unsigned pause_ms_max = 600;

std::size_t writes_of_objects(AuditCount& audit) {
  std::size_t writes = 0;
  for (const auto& [what, count] : audit.requests()) {
    const bool reads = what.starts_with("get ") || what.starts_with("list ");
    const bool object = what.ends_with(" configmaps") || what.ends_with(" secrets");
    if (!reads && object) writes += count;
  }
  return writes;
}

}  // namespace

TEST_CASE("an agent that is killed at random points converges to the same state at its next start",
          "[.integration][faults][kill]") {
  Scenario scenario("kill");
  ChangingUnits units(scenario, seed_of("kills"));
  units.make();
  const int kills = long_form() ? kills_in_long : kills_in_short;
  AuditCount all;
  for (int i = 0; i < kills; ++i) {
    AgentProcess& agent = scenario.launch_agent(scenario.cluster().agent_kubeconfig());
    const auto end = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(units.random()() % pause_ms_max) * patience();
    units.change();
    if (i % 2 == 0) units.approve();
    units.disturb_until(end);
    agent.kill();
    units.forget_disturbances();
  }
  scenario.start_agent();
  units.change();
  const double healed = units.require_settled();
  std::cout << kills << " kills: settled " << healed << " s after the last start, "
            << all.busiest_second() << " requests in the busiest second\n";

  // Nothing changed: a restart writes nothing.
  scenario.agent().kill();
  AuditCount audit;
  scenario.start_agent();
  REQUIRE(eventually([&] {
    return !scenario.agent().log_with({"Pass finished", "left"}).empty() &&
           !scenario.agent().log_with({"Pass finished", "right"}).empty();
  }));
  INFO(audit.text());
  CHECK(writes_of_objects(audit) == 0);
}
