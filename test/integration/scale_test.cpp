// What a thousand objects of mixed kinds may cost: bounds well above what was measured, so that a
// regression shows. The figures themselves are test/bench's ("scale").

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reconcile/model/digest.hpp"
#include "test/integration/scenario.hpp"
#include "test/support/patience.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

constexpr int units = 10;
constexpr int unit_objects = 100;
constexpr std::size_t value_lines = 40;
constexpr std::chrono::seconds ready_limit(150);
constexpr long resident_kib_max = 80 << 10;
constexpr double pass_seconds_max = 0.25;

/// About 3 KiB that no other number gives.
std::string settings(int number, const std::string& indent) {
  std::string text;
  for (std::size_t i = 0; i < value_lines; ++i)
    text += indent + "service.timeout_" + std::to_string(i) + "=" +
            model::hex_encode(
                model::sha256(std::to_string(number * 1000 + static_cast<int>(i))).substr(0, 20)) +
            "\n";
  return text;
}

std::string object_yaml(int number, const std::string& space) {
  const std::string name = "mixed-" + std::to_string(number);
  const std::string metadata = "\nmetadata:\n  name: " + name + "\n  namespace: " + space +
                               "\n  labels: {app: " + name + "}\n";
  switch (number % 5) {
    case 0:
      return "apiVersion: v1\nkind: Secret" + metadata + "stringData:\n  key: |\n" +
             settings(number, "    ");
    case 1:
      return "apiVersion: v1\nkind: Service" + metadata + "  annotations:\n    routing: |\n" +
             settings(number, "      ") +
             "spec:\n  clusterIP: None\n  ports:\n  - {name: http, port: 80}\n";
    case 2: {
      std::string rules;
      for (int i = 0; i < 20; ++i)
        rules += "- apiGroups: [group-" + std::to_string(i) +
                 ".example.org]\n  resources: [things]\n" +
                 "  verbs: [get, list]\n  resourceNames: [" + name + "]\n";
      return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role" + metadata + "rules:\n" + rules;
    }
    default:
      return "apiVersion: v1\nkind: ConfigMap" + metadata + "data:\n  mode: fast\n  settings: |\n" +
             settings(number, "    ");
  }
}

std::string unit_name(int unit) {
  return "unit-" + std::to_string(unit);
}

void prepare(Scenario& scenario, const std::string& space) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int unit = 0; unit < units; ++unit) {
    std::string text;
    for (int i = 0; i < unit_objects; ++i)
      text += "---\n" + object_yaml(unit * unit_objects + i, space);
    files.emplace_back(unit_name(unit) + "/objects.yaml", text);
  }
  scenario.push(files);
  scenario.make_source();
  for (int unit = 0; unit < units; ++unit)
    scenario.make_kustomization(unit_name(unit), "./" + unit_name(unit), "  interval: 10h\n");
}

bool all_ready(Scenario& scenario) {
  for (int unit = 0; unit < units; ++unit)
    if (scenario.ready(kustomization_kind, unit_name(unit)).status != "True") return false;
  return true;
}

/// What all threads of a process ran, by the scheduler's count.
double processor_seconds(int pid) {
  double nanoseconds = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    double one = 0;
    std::ifstream(task.path() / "schedstat") >> one;
    nanoseconds += one;
  }
  return nanoseconds / 1e9;
}

void pass_everywhere(Scenario& scenario) {
  std::vector<std::string> requests;
  for (int unit = 0; unit < units; ++unit)
    requests.push_back(scenario.request(kustomization_kind, unit_name(unit)));
  for (int unit = 0; unit < units; ++unit) {
    INFO(scenario.agent().log_tail());
    REQUIRE(eventually([&] {
      const model::Document seen =
          scenario.cluster().get(kustomization_kind, scenario.space(), unit_name(unit));
      return seen["status"]["lastHandledReconcileAt"].text() ==
             requests[static_cast<std::size_t>(unit)];
    }));
  }
}

}  // namespace

TEST_CASE("a thousand mixed objects stay cheap", "[.integration][agent][scale]") {
  Scenario scenario("scale");
  prepare(scenario, scenario.make_namespace("mixed"));
  AgentProcess& agent = scenario.start_agent();
  REQUIRE(eventually([&] { return all_ready(scenario); }, ready_limit));
  pass_everywhere(scenario);

  AuditCount audit;
  const double before = processor_seconds(agent.pid());
  pass_everywhere(scenario);
  const double seconds = processor_seconds(agent.pid()) - before;
  std::size_t caused = audit.total();
  for (const auto& [what, count] : audit.requests())
    if (what == "patch kustomizations") caused -= count;  // says that the request was handled
  INFO(audit.text());
  CHECK(caused == 0);
  // What passes leave behind is given back some seconds later. A sanitizer keeps what is freed, and
  // takes up to twenty times the processor time.
  if (patience() == 1) {
    CHECK(eventually([&] { return agent.resident_kib() < resident_kib_max; }));
    CHECK(seconds < pass_seconds_max);
  }
  std::cout << "1,000 mixed objects: pass without change " << seconds * 1000
            << " ms of processor time with its statuses, " << agent.resident_kib() / 1024
            << " MiB resident\n";
}
