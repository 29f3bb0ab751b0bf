// Units whose readiness and health expressions decide.
#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::UnitWorld;

namespace {

const test::Files files = {{"apps/x.yaml", UnitWorld::config_map("x")},
                           {"infra/z.yaml", UnitWorld::config_map("z")}};

std::string depends(const std::string& expression) {
  return R"("retryInterval":"1h","dependsOn":[{"name":"infra","readyExpr":")" + expression +
         R"("}])";
}

/// Health of ConfigMaps by their data.
std::string judged(const std::string& current) {
  return R"("wait":true,"timeout":"1m","retryInterval":"1h","healthCheckExprs":[)"
         R"({"apiVersion":"v1","kind":"ConfigMap","failed":"data.k == '7'","current":")" +
         current + R"("}])";
}

}  // namespace

TEST_CASE("a dependency is ready when its expression says so",
          "[engine][controllers][unit_expressions]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("infra", R"("suspend":true)");
  world.kustomization("apps",
                      depends("dep.metadata.?annotations['go'].orValue('') == self.spec.path"));
  CHECK(world.ready("apps") == "False DependencyNotReady");
  CHECK(world.message("apps") ==
        "dependency 'flux-system/infra' is not ready according to readyExpr eval");
  // infra never becomes Ready: only its annotation counts.
  world.kustomization("infra", R"("suspend":true)", 1, R"("annotations":{"go":"./apps"})");
  world.kustomization("infra", R"("suspend":true)", 1, R"("annotations":{"go":"apps"})");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("an expression sees the status that a dependency has now",
          "[engine][controllers][unit_expressions]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps",
                      depends("dep.status.conditions.exists(c, c.type == 'Ready' && c.status == "
                              "'True') && dep.status.lastAppliedRevision.startsWith('main@')"));
  CHECK(world.message("apps") == "dependency 'flux-system/infra' not found");
  world.kustomization("infra", "");
  CHECK(world.ready("infra") == "True ReconciliationSucceeded");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("an expression that fails is a dependency that is not ready",
          "[engine][controllers][unit_expressions]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("infra", "");
  world.kustomization("apps", depends("dep.status.missing == 1"));
  CHECK(world.ready("apps") == "False DependencyNotReady");
  CHECK(world.message("apps") ==
        "failed to evaluate the CEL expression 'dep.status.missing == 1': no such key: missing");
}

TEST_CASE("an expression that is none stalls its unit", "[engine][controllers][unit_expressions]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps", depends("dep.status.x"));
  CHECK(world.ready("apps") == "False InvalidCELExpression");
  CHECK(world.message("apps") ==
        "Reconciliation failed terminally due to configuration error: failed to evaluate "
        "dependency infra: CEL expression output type mismatch: expected bool, got dyn");
  const model::Document patch = world.status("apps");
  CHECK(Conditions::read(patch["status"]["conditions"]).is_true("Stalled"));
  CHECK(patch["status"]["observedGeneration"].integer() == 1);
}

TEST_CASE("expressions judge what a unit waits for", "[engine][controllers][unit_expressions]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps", judged("data.k == '2'"));
  CHECK(world.ready("apps") == "Unknown Progressing");
  CHECK_THAT(world.message("apps"), Catch::EndsWith("its expression current is false"));
  // Other expressions for the same objects: they are looked at once, nothing is written.
  world.cluster.log.clear();
  world.kustomization("apps", judged("data.k == '1'"), 2);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.cluster.log == std::vector<std::string>{"get ConfigMap/a/x"});
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "7")}});
  CHECK(world.ready("apps") == "False HealthCheckFailed");
}
