#include <catch2/catch.hpp>

#include "engine/controllers/unit_controller.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "reconcile/appliers/unit_plan.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using test::Files;
using test::UnitWorld;

namespace {

/// A unit that is suspended at commit 1, and commit 2, which waits for somebody's agreement.
struct PlannedWorld : UnitWorld {
  /// `more` are further members of its spec.
  explicit PlannedWorld(const std::string& more = "") : suspended(R"("suspend":true)" + more) {
    commit('1', {{"apps/x.yaml", config_map("x")}, {"apps/y.yaml", config_map("y")}});
    kustomization("apps", "");
    kustomization("apps", suspended, 2);
    commit('2', files);
  }

  SavedPlan plan() {
    const model::Document unit = model::parse_json(
        R"({"metadata":{"name":"apps","namespace":"flux-system"},"spec":{"interval":"10m",)"
        R"("path":"./apps","sourceRef":{"kind":"GitRepository","name":"repo"}}})");
    const UnitRender render =
        render_unit(key("apps"), read_kustomization(unit), model::memory_tree(files), {});
    appliers::LiveState nothing("other key");
    const appliers::PreparedUnit prepared =
        appliers::prepare(key("apps"), render.objects, port, {.secret_key = "other key"});
    appliers::InventoryStore inventory(port, key("apps"), {.namespace_name = "reconcile-system"});
    appliers::PassOptions options;
    options.prune = prunes;
    SavedPlan saved = save_plan(
        prepared, appliers::make_plan(port, nothing, clock, {prepared, inventory.load(), options}),
        "uid-apps");
    saved.revision = revision('2');
    saved.generation = 2;
    return saved;
  }

  void request(const std::string& value, const SavedPlan& saved) {
    kustomization("apps", suspended, 2,
                  R"("annotations":{"reconcile.fluxcd.io/requestedAt":")" + value +
                      R"(","reconcile.dev/plan":")" + plan_annotation(value, saved) + R"("})");
  }

  /// "False PlanRefused: why" of the condition; empty where there is none.
  std::string answer() const {
    const model::Document patch = status("apps");
    const Conditions conditions = Conditions::read(patch["status"]["conditions"]);
    const Condition* found = conditions.find(plan_condition);
    return found == nullptr ? ""
                            : std::string(to_string(found->status)) + " " + found->reason + ": " +
                                  found->message;
  }

  std::string value_of(const std::string& name) const {
    return std::string(cluster.object("ConfigMap/a/" + name)["data"]["k"].text());
  }

  const std::string suspended;
  bool prunes = true;
  const Files files = {{"apps/x.yaml", config_map("x", "2")}, {"apps/z.yaml", config_map("z")}};
};

}  // namespace

TEST_CASE("applies exactly what a plan says", "[engine][controllers][unit_plan]") {
  PlannedWorld world;
  const SavedPlan plan = world.plan();
  CHECK(plan.objects.size() == 3);
  CHECK(world.value_of("x") == "1");
  world.request("r1", plan);
  INFO(world.answer());
  CHECK(world.value_of("x") == "2");
  CHECK(world.cluster.has("ConfigMap/a/z"));
  CHECK_FALSE(world.cluster.has("ConfigMap/a/y"));
  CHECK_THAT(world.answer(), Catch::StartsWith("True PlanApplied: "));
  CHECK(world.status("apps")["status"]["lastHandledReconcileAt"].text() == "r1");
  CHECK(world.status("apps")["status"]["lastAppliedRevision"].text() == UnitWorld::revision('2'));
}

TEST_CASE("lets objects go by a plan of a unit that does not prune",
          "[engine][controllers][unit_plan]") {
  PlannedWorld world(R"(,"prune":false)");
  world.prunes = false;
  const SavedPlan plan = world.plan();
  CHECK(plan.objects.size() == 2);
  world.request("r1", plan);
  CHECK_THAT(world.answer(), Catch::StartsWith("True PlanApplied: "));
  CHECK(world.value_of("x") == "2");
  CHECK(world.cluster.has("ConfigMap/a/y"));
}

TEST_CASE("waits for the health of what a plan applied", "[engine][controllers][unit_plan]") {
  const auto web = [](int ready) {
    return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":)"
           R"("a","generation":1},"spec":{"replicas":1},"status":{"observedGeneration":1,)"
           R"("replicas":1,"updatedReplicas":1,"readyReplicas":)" +
           std::to_string(ready) + R"(,"availableReplicas":)" + std::to_string(ready) +
           R"(,"conditions":[{"type":"Available","status":")" + (ready ? "True" : "False") +
           R"("}]}})";
  };
  PlannedWorld world(R"(,"timeout":"1m","healthChecks":[{"apiVersion":"apps/v1","kind":)"
                     R"("Deployment","namespace":"a","name":"web"}])");
  world.cluster.put(web(0));
  world.request("r1", world.plan());
  CHECK_THAT(world.answer(), Catch::StartsWith("True PlanApplied: "));
  CHECK(world.ready("apps") == "Unknown Progressing");
  world.cluster.put(web(1));
  world.advance(std::chrono::seconds(3));
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  // From then on the suspended unit says what it said.
  world.cluster.put(web(0));
  world.run([&] { world.units->on_health(UnitWorld::key("apps")); });
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("refuses a plan where something moved, and says what",
          "[engine][controllers][unit_plan]") {
  PlannedWorld world;
  const SavedPlan plan = world.plan();
  SECTION("an object") {
    world.cluster.put(
        test::FakeCluster::edited(world.cluster.object("ConfigMap/a/x"), "other", "9"));
    world.request("r1", plan);
    CHECK_THAT(world.answer(), Catch::StartsWith("False PlanRefused: ConfigMap/a/x was changed"));
  }
  SECTION("an object that is to be created") {
    world.cluster.put(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"z",)"
                      R"("namespace":"a"}})");
    world.request("r1", plan);
    CHECK(world.answer() == "False PlanRefused: ConfigMap/a/z is there now");
  }
  SECTION("an object that is to be deleted") {
    world.cluster.erase("ConfigMap/a/y");
    world.request("r1", plan);
    CHECK(world.answer() == "False PlanRefused: ConfigMap/a/y is not there any more");
  }
  SECTION("the revision") {
    SavedPlan other = plan;
    other.revision = UnitWorld::revision('3');
    world.request("r1", other);
    // The source is asked once; it has nothing newer.
    CHECK(world.answer().empty());
    world.run([&] { world.units->on_source_change({"GitRepository", "flux-system", "repo"}); });
    CHECK(world.answer() == "False PlanRefused: it is for revision " + UnitWorld::revision('3') +
                                ", and the source is at " + UnitWorld::revision('2'));
  }
  SECTION("what is desired") {
    SavedPlan other = plan;
    other.desired = "hmac-sha256:0";
    other.objects[0].desired = "hmac-sha256:0";
    world.request("r1", other);
    CHECK_THAT(world.answer(), Catch::EndsWith(" is rendered differently"));
  }
  SECTION("the unit") {
    SavedPlan other = plan;
    other.generation = 1;
    world.request("r1", other);
    CHECK(world.answer() ==
          "False PlanRefused: the unit itself was changed: its generation was 1 and is 2");
    other.unit.name = "others";
    world.request("r2", other);
    CHECK_THAT(world.answer(),
               Catch::Contains("it is a plan for Kustomization/flux-system/others"));
  }
  SECTION("a pause") {
    world.kustomization("apps", world.suspended, 2,
                        R"("annotations":{"reconcile.fluxcd.io/requestedAt":"r1",)"
                        R"("reconcile.dev/pausedUntil":"2199-01-01T00:00:00Z",)"
                        R"("reconcile.dev/plan":")" +
                            plan_annotation("r1", plan) + R"("})");
    CHECK(world.answer() == "False PlanRefused: the unit is paused");
  }
  CHECK(world.value_of("x") == "1");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK_FALSE(world.status("apps")["status"]["lastHandledReconcileAt"].text().empty());
}

TEST_CASE("waits for the plan's revision where the source is behind",
          "[engine][controllers][unit_plan]") {
  PlannedWorld world;
  SavedPlan plan = world.plan();
  plan.revision = UnitWorld::revision('3');
  world.request("r1", plan);
  CHECK(world.value_of("x") == "1");
  world.commit('3', world.files);
  CHECK_THAT(world.answer(), Catch::StartsWith("True PlanApplied: "));
  CHECK(world.value_of("x") == "2");
}

TEST_CASE("a plan of another request counts for nothing", "[engine][controllers][unit_plan]") {
  PlannedWorld world;
  const std::string old = plan_annotation("r0", world.plan());
  world.kustomization("apps", world.suspended, 2,
                      R"("annotations":{"reconcile.fluxcd.io/requestedAt":"r1",)"
                      R"("reconcile.dev/plan":")" +
                          old + R"("})");
  CHECK(world.answer().empty());
  CHECK(world.value_of("x") == "1");
}

TEST_CASE("a plan that was answered is no part of a later request made here",
          "[engine][controllers][unit_plan]") {
  PlannedWorld world;
  world.request("r1", world.plan());
  const std::string answer = world.answer();
  CHECK_THAT(answer, Catch::StartsWith("True PlanApplied: "));
  world.run([&] { world.units->request(UnitWorld::key("apps"), "r2"); });
  CHECK(world.answer() == answer);
  CHECK(world.status("apps")["status"]["lastHandledReconcileAt"].text() == "r1");
}
