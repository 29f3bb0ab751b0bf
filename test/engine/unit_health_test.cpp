#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::UnitWorld;

namespace {

std::string condition(const UnitWorld& world, const std::string& type) {
  const model::Document patch = world.status("apps");
  const Conditions conditions = Conditions::read(patch["status"]["conditions"]);
  const Condition* found = conditions.find(type);
  return found == nullptr ? "" : std::string(to_string(found->status)) + " " + found->reason;
}

std::string check(const std::string& api_version, const std::string& kind,
                  const std::string& name) {
  return R"("timeout":"1m","retryInterval":"1h","healthChecks":[{"apiVersion":")" + api_version +
         R"(","kind":")" + kind + R"(","namespace":"a","name":")" + name + R"("}])";
}

std::string deployment(int ready) {
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"a",)"
         R"("generation":1},"spec":{"replicas":1},"status":{"observedGeneration":1,"replicas":1,)"
         R"("updatedReplicas":1,"readyReplicas":)" +
         std::to_string(ready) + R"(,"availableReplicas":)" + std::to_string(ready) +
         R"(,"conditions":[{"type":"Available","status":")" + (ready ? "True" : "False") +
         R"("}]}})";
}

const test::Files files = {{"apps/x.yaml", UnitWorld::config_map("x")}};

}  // namespace

TEST_CASE("only listed objects count, also those that no unit owns",
          "[engine][controllers][unit_health]") {
  UnitWorld world;
  world.cluster.put(deployment(0));
  world.commit('1', files);
  world.kustomization("apps", check("apps/v1", "Deployment", "web"));
  CHECK(world.ready("apps") == "Unknown Progressing");
  CHECK(condition(world, "Healthy") == "Unknown Progressing");
  CHECK(condition(world, "Reconciling") == "True Progressing");
  CHECK_FALSE(world.status("apps")["status"].contains("lastAppliedRevision"));
  world.cluster.put(deployment(1));
  world.advance(3s);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(condition(world, "Healthy") == "True Succeeded");
  CHECK(condition(world, "Reconciling").empty());
  // Nothing is asked between passes, and a pass without change writes nothing.
  world.cluster.log.clear();
  const std::size_t writes = world.api.writes().size();
  world.advance(5min);
  CHECK(world.cluster.log.empty());
  world.run([&] { world.units->trigger(UnitWorld::key("apps")); });
  CHECK(world.cluster.log == std::vector<std::string>{"get Deployment/a/web"});
  CHECK(world.api.writes().size() == writes);
}

TEST_CASE("a listed object that never comes fails the check in time",
          "[engine][controllers][unit_health]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps", check("apps/v1", "Deployment", "web"));
  CHECK(world.ready("apps") == "Unknown Progressing");
  world.advance(61s);
  CHECK(world.ready("apps") == "False HealthCheckFailed");
  CHECK_THAT(world.message("apps"),
             Catch::StartsWith("timeout waiting for: ") && Catch::Contains("Deployment/a/web"));
  CHECK(condition(world, "Healthy") == "False HealthCheckFailed");
  CHECK(condition(world, "Reconciling") == "True ProgressingWithRetry");
  world.cluster.log.clear();
  world.advance(5min);
  CHECK(world.cluster.log.empty());
  // The retry looks again.
  world.cluster.put(deployment(1));
  world.advance(1h);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("a listed object of the unit itself is judged without a look",
          "[engine][controllers][unit_health]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps", check("v1", "ConfigMap", "x"));
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  world.cluster.log.clear();
  world.run([&] { world.units->trigger(UnitWorld::key("apps")); });
  CHECK(world.cluster.log.empty());
}

TEST_CASE("the history has one entry for each render and outcome",
          "[engine][controllers][unit_history]") {
  UnitWorld world;
  world.commit('1', files);
  world.kustomization("apps", "");
  const auto entry = [&](std::size_t index, const std::string& field) {
    const model::Document patch = world.status("apps");
    return model::write_json(patch["status"]["history"].at(index)[field]);
  };
  CHECK(entry(0, "lastReconciledStatus") == "\"ReconciliationSucceeded\"");
  CHECK(entry(0, "totalReconciliations") == "1");
  const std::string first = entry(0, "digest");
  CHECK_THAT(first, Catch::StartsWith("\"sha256:"));
  world.commit('2', files);
  CHECK(entry(0, "digest") == first);
  CHECK(entry(0, "totalReconciliations") == "2");
  CHECK(entry(0, "metadata") == R"({"revision":")" + UnitWorld::revision('2') + "\"}");
  world.commit('3', {{"apps/x.yaml", UnitWorld::config_map("x", "3")}});
  CHECK(entry(0, "digest") != first);
  CHECK(entry(1, "digest") == first);
  for (char digit = '4'; digit <= '9'; ++digit)
    world.commit(digit, {{"apps/x.yaml", UnitWorld::config_map("x", std::string(1, digit))}});
  CHECK(world.status("apps")["status"]["history"].size() == 5);
}
