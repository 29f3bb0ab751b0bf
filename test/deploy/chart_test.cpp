// The chart and the plain manifests are the same objects.

#include <catch2/catch.hpp>

#include "test/deploy/deployed.hpp"
#include "test/integration/agent_process.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

std::vector<std::string> differences(const std::string& kustomize, const std::string& chart) {
  auto left = objects_of(kustomize);
  const auto right = objects_of(chart);
  // Helm needs the namespace before it can install anything: --create-namespace makes it.
  CHECK(left.erase("Namespace/reconcile-system") == 1);
  std::vector<std::string> differing;
  for (const auto& [id, object] : left) {
    const auto found = right.find(id);
    if (found == right.end() || !equal(object.root(), found->second.root())) {
      differing.push_back(id);
    }
  }
  for (const auto& [id, object] : right) {
    if (!left.contains(id)) differing.push_back("only in the chart: " + id);
  }
  return differing;
}

/// The output of a peer of test/peers.
std::string peer(const std::string& name, std::vector<std::string> arguments) {
  std::string path =
      run_program({std::string(RECONCILE_SOURCE_DIR) + "/test/peers/build", name}).output;
  path.pop_back();
  arguments.insert(arguments.begin(), path);
  return run_program(arguments).output;
}

}  // namespace

TEST_CASE("the chart's defaults are deploy/controller", "[.integration][deploy][chart]") {
  CHECK(differences(built("controller"), templated()) == std::vector<std::string>{});
}

TEST_CASE("the chart without cluster-admin is deploy/rbac", "[.integration][deploy][chart]") {
  CHECK(differences(built("rbac"), templated({"--set", "rbac.clusterAdmin=false"})) ==
        std::vector<std::string>{});
}

TEST_CASE("the chart's values say where they go", "[.integration][deploy][chart]") {
  const auto objects = objects_of(templated(
      {"--set", "settings.RECONCILE_BRANCH=dev,replicas=1,image.repository=mirror/reconcile",
       "--set", "image.digest=sha256:" + std::string(64, 'a'), "--set",
       "extraArgs={--concurrent=2}", "--set",
       "podDisruptionBudget.enabled=false,networkPolicy.enabled=false"}));
  CHECK(object_in(objects,
                  "ConfigMap/reconcile-system/reconcile-settings")["data"]["RECONCILE_BRANCH"]
            .text() == "dev");
  const model::Value spec =
      object_in(objects, "Deployment/reconcile-system/reconcile-agent")["spec"];
  CHECK(spec["replicas"].integer() == 1);
  const model::Value container = spec["template"]["spec"]["containers"].at(0);
  CHECK(container["image"].text() == "mirror/reconcile@sha256:" + std::string(64, 'a'));
  CHECK(container["args"].at(container["args"].size() - 1).text() == "--concurrent=2");
  CHECK(spec["template"]["metadata"]["annotations"]["checksum/settings"].text().size() == 64);
  CHECK_FALSE(objects.contains("PodDisruptionBudget/reconcile-system/reconcile-agent"));
  CHECK_FALSE(objects.contains("NetworkPolicy/reconcile-system/reconcile-agent"));
}

TEST_CASE("the chart refuses values that it does not know", "[.integration][deploy][chart]") {
  CHECK_THROWS_WITH(templated({"--set", "replica=3"}), Catch::Contains("replica"));
  CHECK_THROWS_WITH(templated({"--set", "replicas=0"}), Catch::Contains("replicas"));
  CHECK_THROWS_WITH(templated({"--set", "settings.BRANCH=dev"}), Catch::Contains("BRANCH"));
}

TEST_CASE("the real kustomize and helm render the same bytes", "[.peers][deploy][chart]") {
  for (const char* folder : {"controller", "rbac", "crds"}) {
    CHECK(peer("kustomize", {"build", deploy_path(folder)}) == built(folder));
  }
  const TemporaryDirectory folder;
  const std::string chart = folder.path() + "/reconcile";
  REQUIRE(run_program({deploy_path("package-chart"), folder.path()}).code == 0);
  for (const char* set : {"replicas=2", "rbac.clusterAdmin=false"}) {
    CHECK(peer("helm4", {"template", "reconcile", chart, "--namespace", "reconcile-system",
                         "--include-crds", "--set", set}) == templated({"--set", set}));
  }
}
