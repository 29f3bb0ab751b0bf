// HorizontalPodAutoscalers at work: the real controller scales by a metric that is served here.
// What it sets stays, wherever the autoscaler comes from, and is Git's again once there is none.

#include <catch2/catch.hpp>

#include "test/integration/others/external_metrics.hpp"
#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using Files = std::vector<std::pair<std::string, std::string>>;

namespace {

const std::vector<std::string> targets = {"same", "other", "hand"};

std::string scaled_yaml(const std::string& name, const std::string& image) {
  return deployment_yaml(name, "registry.example.com/" + image);
}

std::string scaler_yaml(const std::string& target) {
  return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: " + target +
         "}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: " + target +
         "}\n  minReplicas: 1\n  maxReplicas: 9\n  behavior: {scaleDown: "
         "{stabilizationWindowSeconds: 0}}\n  metrics:\n  - type: External\n    external: {metric: "
         "{name: load}, target: {type: AverageValue, averageValue: '10'}}\n";
}

Files deployments(const std::string& image) {
  Files files;
  for (const std::string& target : targets)
    files.emplace_back(target + "/web.yaml", scaled_yaml(target, image));
  return files;
}

}  // namespace

TEST_CASE("what an autoscaler sets stays until it is gone", "[.integration][others][scaler]") {
  Scenario scenario("scale");
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  ExternalMetrics metrics(space);
  metrics.set_load(30);
  Files files = deployments("web:1");
  files.emplace_back("same/scaler.yaml", scaler_yaml("same"));
  files.emplace_back("scalers/scaler.yaml", scaler_yaml("other"));
  files.emplace_back("scalers/note.yaml", config_map_yaml("note", "1"));
  scenario.push(files);
  scenario.make_source();
  const std::vector<std::string> units = {"same", "other", "hand", "scalers"};
  for (const std::string& unit : units)
    scenario.make_kustomization(
        unit, "./" + unit, in_quick_passes + std::string("  targetNamespace: ") + space + "\n");
  scenario.start_agent();
  for (const std::string& unit : units) scenario.require_ready(kustomization_kind, unit);
  kubectl({"apply", "-n", space, "-f", "-"}, scaler_yaml("hand"));

  const auto replicas_are = [&](std::int64_t wanted) {
    return eventually([&] {
      for (const std::string& target : targets)
        if (cluster.get(deployment_kind, space, target)["spec"]["replicas"].integer() != wanted)
          return false;
      return true;
    });
  };
  REQUIRE(replicas_are(3));
  for (const std::string& unit : targets) {
    const Finished diff = diff_of(scenario, unit);
    INFO(diff.output);
    CHECK(diff.code == 0);
  }
  const std::string second = scenario.push(deployments("web:2"));
  for (const std::string& unit : targets) {
    scenario.require_ready(kustomization_kind, unit, second);
    const model::Document live = cluster.get(deployment_kind, space, unit);
    INFO(unit);
    CHECK(live["spec"]["replicas"].integer() == 3);
    CHECK(live["spec"]["template"]["spec"]["containers"].at(0)["image"].text() ==
          "registry.example.com/web:2");
  }
  metrics.set_load(40);
  CHECK(replicas_are(4));

  // Another process knows no more than what the server tells.
  scenario.start_agent();
  require_quiet(scenario, units);
  CHECK(replicas_are(4));
  scenario.erase("same/scaler.yaml");
  scenario.erase("scalers/scaler.yaml");
  scenario.push({});
  kubectl({"delete", "hpa", "hand", "-n", space, "--wait=false"});
  CHECK(replicas_are(1));
  CHECK(scenario.agent().log_with({"Field fought over"}).empty());
}
