// HorizontalPodAutoscalers at work: the real controller scales by a metric that is served here.
// What it sets stays, wherever the autoscaler comes from, and is Git's again once there is none.

#include <catch2/catch.hpp>

#include "reconcile/appliers/scale_claim.hpp"
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

TEST_CASE("what an autoscaler set is Git's again where it went while no agent ran",
          "[.integration][others][scaler]") {
  Scenario scenario("unscaled");
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  ExternalMetrics metrics(space);
  metrics.set_load(30);
  const auto replicas_in_git = [](int count) {
    std::string yaml = scaled_yaml("web", "web:1");
    const std::string one = "replicas: 1\n";
    return yaml.replace(yaml.find(one), one.size(), "replicas: " + std::to_string(count) + "\n");
  };
  scenario.push(
      {{"app/web.yaml", replicas_in_git(1)}, {"app/hand.yaml", scaled_yaml("hand", "web:1")}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app",
                              in_quick_passes + std::string("  targetNamespace: ") + space + "\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  // A person's number is left too, and stays.
  kubectl({"scale", "deployment", "hand", "--replicas=2", "-n", space});
  kubectl({"apply", "-n", space, "-f", "-"}, scaler_yaml("web"));
  const auto replicas_of = [&](const std::string& name) {
    return cluster.get(deployment_kind, space, name)["spec"]["replicas"].integer();
  };
  const auto becomes = [&](std::int64_t wanted) {
    return eventually([&] { return replicas_of("web") == wanted; });
  };
  REQUIRE(becomes(3));
  require_quiet(scenario);
  CHECK(scenario.agent().stop() == 0);
  kubectl({"delete", "hpa", "web", "-n", space});
  scenario.start_agent();
  CHECK(becomes(1));

  // Nothing of the claim is left that would keep the next number of Git away, not even where it is
  // the one that the autoscaler had.
  kubectl({"apply", "-n", space, "-f", "-"}, scaler_yaml("web"));
  REQUIRE(becomes(3));
  CHECK(scenario.agent().stop() == 0);
  kubectl({"delete", "hpa", "web", "-n", space});
  const std::string same = scenario.push({{"app/web.yaml", replicas_in_git(3)}});
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app", same);
  REQUIRE(eventually([&] {
    const model::Document live = cluster.get(deployment_kind, space, "web");
    return !appliers::without_scale_claim(live).present();
  }));
  const std::string next = scenario.push({{"app/web.yaml", replicas_in_git(2)}});
  scenario.require_ready(kustomization_kind, "app", next);
  CHECK(becomes(2));
  CHECK(replicas_of("hand") == 2);
  require_quiet(scenario);
}
