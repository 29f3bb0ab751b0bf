// Watches whose place in history is gone, and watches without bookmarks.

#include <signal.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>

#include "reconcile/io/blocking_http.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/faults/proxied_agent.hpp"
#include "test/integration/tcp_proxy.hpp"

using namespace reconcile::test;
using std::chrono::milliseconds;

namespace {

const std::string gone_event =
    R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure",)"
    R"("message":"too old resource version","reason":"Expired","code":410}})";

/// A call of etcd's own API.
reconcile::model::Document ask_etcd(Cluster& cluster, const std::string& path,
                                    const std::string& body) {
  std::ifstream ports(cluster.directory() + "/ports");
  std::string line;
  while (std::getline(ports, line) && !line.starts_with("etcd_port=")) {
  }
  reconcile::io::HttpRequest request;
  request.method = "POST";
  request.url = "http://127.0.0.1:" + line.substr(line.find('=') + 1) + path;
  request.body = body;
  reconcile::io::BlockingHttp http;
  const reconcile::io::HttpResponse response = http.open(request);
  const std::string answer = http.read_all();
  INFO(path << ": " << answer);
  REQUIRE(response.status == 200);
  return reconcile::model::parse_json(answer);
}

void compact_history(Cluster& cluster) {
  const auto status = ask_etcd(cluster, "/v3/maintenance/status", "{}");
  const std::string revision(status["header"]["revision"].text());
  ask_etcd(cluster, "/v3/kv/compaction", R"({"revision":")" + revision + R"(","physical":true})");
}

milliseconds fault_time() {
  return milliseconds(long_form() ? 60'000 : 2'000);
}

}  // namespace

TEST_CASE("a watch whose history is gone is listed again at a bounded rate",
          "[.integration][faults][history]") {
  ProxiedAgent agent("gone");
  agent.start();
  const auto watches = [](const Treatment& treatment) {
    return [treatment](const ApiCall& call) { return call.is_watch() ? treatment : Treatment{}; };
  };
  agent.begin_fault(watches(refusal(410, "Expired")));
  agent.suffer(fault_time());
  agent.mend("410 to each watch", 120);
  Treatment event;
  event.only_event = gone_event;
  agent.begin_fault(watches(event));
  agent.suffer(fault_time());
  agent.mend("410 as an event of each watch", 120);
}

TEST_CASE("a history that was compacted while nobody watched is listed again",
          "[.integration][faults][history]") {
  Scenario scenario("compacted");
  ChangingUnits units(scenario, seed_of("compacted"));
  Cluster& cluster = scenario.cluster();
  TcpProxy proxy(cluster.server_port());
  const TemporaryDirectory state;
  state.write("kubeconfig", cluster.agent_kubeconfig_at(proxy.port()));
  units.make();
  scenario.start_agent_with(state.path() + "/kubeconfig");
  units.require_settled();
  proxy.refuse(true);
  proxy.cut();
  units.change();
  for (int i = 0; i < 30; ++i) units.disturb();
  compact_history(cluster);
  // The API server keeps a history of its own, which ends with it.
  ::kill(cluster.server_pid(), SIGKILL);
  REQUIRE(eventually([&] {
    try {
      cluster.start_again();
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
  AuditCount audit;
  proxy.refuse(false);
  const double healed = units.require_settled();
  std::cout << "history compacted: settled after " << healed << " s, " << audit.busiest_second()
            << " requests in the busiest second\n";
  CHECK(audit.busiest_second() < 200);
}

TEST_CASE("watches without bookmarks go on", "[.integration][faults][history]") {
  ProxiedAgent agent("bookmarks");
  agent.start();
  const auto lists = std::make_shared<std::atomic<int>>(0);
  agent.begin_fault([lists](const ApiCall& call) {
    if (call.is_list()) ++*lists;
    Treatment treatment;
    treatment.drops_bookmarks = true;
    return treatment;
  });
  agent.suffer(milliseconds(500));
  agent.proxy.cut();
  // In the long form longer than a watch may be silent.
  agent.suffer(milliseconds(long_form() ? 200'000 : 1'000));
  std::cout << "without bookmarks: " << *lists << " lists\n";
  agent.mend("watches without bookmarks", 200);
}
