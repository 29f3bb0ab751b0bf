// Connections to the API server, HTTP/2 as the program speaks it, that are cut, slow, cut in the
// middle of what they carry, or open and dead.

#include <catch2/catch.hpp>
#include <iostream>

#include "test/integration/faults/changing_units.hpp"
#include "test/integration/tcp_proxy.hpp"

using namespace reconcile::test;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t requests_per_second_max = 200;
constexpr std::size_t connections_per_second_max = 40;

/// An agent that reaches the API server through a proxy, with settled units.
struct Behind {
  explicit Behind(const std::string& name)
      : scenario(name), units(scenario, seed_of(name)), proxy(scenario.cluster().server_port()) {
    units.make();
    state.write("kubeconfig", scenario.cluster().agent_kubeconfig_at(proxy.port()));
    scenario.start_agent_with(state.path() + "/kubeconfig");
    units.require_settled();
  }
  Scenario scenario;
  ChangingUnits units;
  TcpProxy proxy;
  TemporaryDirectory state;
};

void report(const std::string& what, double healed, AuditCount& audit) {
  std::cout << what << ": settled after " << healed << " s, " << audit.busiest_second()
            << " requests in the busiest second\n";
  INFO(audit.text());
  CHECK(audit.busiest_second() < requests_per_second_max);
}

}  // namespace

TEST_CASE("connections that are cut again and again cost neither changes nor a storm",
          "[.integration][faults][connection]") {
  Behind behind("cut");
  AuditCount audit;
  const std::size_t before = behind.proxy.connections();
  const auto begun = steady_clock::now();
  const auto end = begun + std::chrono::seconds(long_form() ? 60 : 2);
  while (steady_clock::now() < end) {
    behind.units.change();
    behind.units.disturb_until(steady_clock::now() +
                               std::chrono::milliseconds(behind.units.random()() % 400));
    behind.proxy.cut();
  }
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begun).count();
  const double connections = static_cast<double>(behind.proxy.connections() - before) / seconds;
  std::cout << "cut again and again: " << connections << " connections a second\n";
  CHECK(connections < connections_per_second_max);
  behind.units.change();
  report("cut again and again", behind.units.require_settled(), audit);
}

TEST_CASE("a connection that breaks off in the middle of an answer loses no object and no event",
          "[.integration][faults][connection]") {
  Behind behind("part");
  AuditCount audit;
  for (int round = 0; round < (long_form() ? 40 : 4); ++round) {
    // From the middle of the handshake to the middle of what is served and of lists.
    behind.proxy.cut_after(500 + behind.units.random()() % 60'000);
    behind.proxy.cut();
    behind.units.change();
    behind.units.disturb_until(steady_clock::now() + std::chrono::milliseconds(500));
  }
  behind.proxy.cut_after(0);
  report("broken off in the middle", behind.units.require_settled(), audit);
}

TEST_CASE("answers that trickle are read to their end", "[.integration][faults][connection]") {
  Behind behind("trickle");
  AuditCount audit;
  behind.proxy.slow(64, std::chrono::microseconds(1000));
  behind.proxy.cut();
  behind.units.change();
  behind.units.disturb();
  report("trickling", behind.units.require_settled(), audit);
}

TEST_CASE("connections that are open and dead are given up", "[.integration][faults][connection]") {
  Behind behind("dead");
  AuditCount audit;
  behind.proxy.silence_open();
  behind.units.change();
  behind.units.disturb();
  const double healed = behind.units.require_settled(std::chrono::seconds(90));
  report("open and dead", healed, audit);
}
