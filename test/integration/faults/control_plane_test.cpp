// The control plane breaks: the API server is killed, also in the middle of an apply, and etcd
// hangs.

#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "test/integration/faults/changing_units.hpp"

using namespace reconcile::test;

namespace {

/// A fast server takes the changes of both units, two requests for each object, within a second.
constexpr std::size_t requests_per_second_max = 500;
constexpr int objects = 100;
/// Two changes of both units with all that move between them, each object read and written once.
constexpr std::size_t requests_max = 2 * 2 * 2 * (objects + objects / 10);

bool is_gone(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str().empty() || text.str().find(") Z") != std::string::npos;
}

void kill_server(Cluster& cluster) {
  const int server = cluster.server_pid();
  ::kill(server, SIGKILL);
  REQUIRE(eventually([&] { return is_gone(server); }));
}

/// A program of the control plane that hangs; it goes on with the end of this.
class Hanging {
 public:
  explicit Hanging(int pid) : pid_(pid) { ::kill(pid_, SIGSTOP); }
  ~Hanging() { ::kill(pid_, SIGCONT); }
  Hanging(const Hanging&) = delete;
  Hanging& operator=(const Hanging&) = delete;

 private:
  int pid_;
};

void let_pass(std::chrono::seconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  eventually([&] { return std::chrono::steady_clock::now() >= end; }, time * 2);
}

}  // namespace

TEST_CASE(
    "an API server that is killed again and again, also in the middle of an apply, loses nothing",
    "[.integration][faults][server]") {
  Scenario scenario("server");
  ChangingUnits units(scenario, seed_of("API server killed"), objects);
  units.make();
  scenario.start_agent();
  units.require_settled();
  Cluster& cluster = scenario.cluster();
  for (int round = 0; round < (long_form() ? 10 : 1); ++round) {
    AuditCount writes;
    units.change();
    units.approve();
    const std::size_t when = 5 + units.random()() % 60;
    REQUIRE(eventually([&] { return writes.total() >= when; }));
    kill_server(cluster);
    units.change();
    AuditCount audit;
    cluster.start_again();
    units.disturb();
    const double healed = units.require_settled();
    std::cout << "API server killed after " << when << " requests: settled " << healed
              << " s after it was back, " << audit.busiest_second()
              << " requests in the busiest second\n";
    CHECK(audit.busiest_second() < requests_per_second_max);
    CHECK(audit.total() < requests_max);
  }
  CHECK(scenario.agent().running());
}

TEST_CASE("an etcd that hangs longer than requests may take is waited for",
          "[.integration][faults][server]") {
  Scenario scenario("etcd");
  ChangingUnits units(scenario, seed_of("etcd paused"), objects);
  units.make();
  scenario.start_agent();
  units.require_settled();
  AuditCount audit;
  units.change();
  units.approve();
  REQUIRE(eventually([&] { return audit.total() >= 20; }));
  {
    const Hanging etcd(scenario.cluster().pid_of("etcd"));
    units.change();
    let_pass(std::chrono::seconds(long_form() ? 45 : 4));
  }
  const double healed = units.require_settled();
  std::cout << "etcd paused: settled after " << healed << " s, " << audit.busiest_second()
            << " requests in the busiest second\n";
  INFO(audit.text());
  CHECK(audit.busiest_second() < requests_per_second_max);
  CHECK(audit.total() < requests_max);
  CHECK(scenario.agent().running());
}

TEST_CASE("an API server that hangs with its connections open is waited for",
          "[.integration][faults][server]") {
  Scenario scenario("hang");
  ChangingUnits units(scenario, seed_of("API server paused"), objects);
  units.make();
  scenario.start_agent();
  units.require_settled();
  AuditCount audit;
  units.change();
  REQUIRE(eventually([&] { return audit.total() >= 5; }));
  {
    const Hanging server(scenario.cluster().server_pid());
    units.change();
    let_pass(std::chrono::seconds(long_form() ? 60 : 4));
  }
  const double healed = units.require_settled();
  std::cout << "API server paused: settled after " << healed << " s, " << audit.busiest_second()
            << " requests in the busiest second\n";
  CHECK(audit.busiest_second() < requests_per_second_max);
  CHECK(audit.total() < requests_max);
}
