#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::Files;
using test::UnitWorld;

namespace {

const std::string unit_path = "/kustomizations/apps";
const std::string deleting = R"("deletionTimestamp":"2026-01-01T00:00:00Z")";
const model::ObjectId map_x{"", "ConfigMap", "a", "x"};
constexpr auto& maps = UnitWorld::config_maps;

/// A unit with ConfigMap x that was applied.
void apply_one(UnitWorld& world, const std::string& spec = "") {
  world.commit('1', {{"apps/x.yaml", maps({"x"})}});
  world.kustomization("apps", spec);
  REQUIRE(world.cluster.has("ConfigMap/a/x"));
}

/// An edit of x by a person.
model::Document edit(UnitWorld& world, const std::string& value) {
  world.cluster.put(test::FakeCluster::edited(world.cluster.object("ConfigMap/a/x"), "k", value),
                    "kubectl-edit");
  return world.cluster.object("ConfigMap/a/x");
}

std::string value_of_x(const UnitWorld& world) {
  return std::string(world.cluster.object("ConfigMap/a/x")["data"]["k"].text());
}

}  // namespace

TEST_CASE("a deleted unit takes its objects with it, then lets go",
          "[engine][controllers][removal]") {
  UnitWorld world;
  apply_one(world);
  world.kustomization("apps", "", 1, deleting);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  const auto writes = world.api.writes_to(unit_path);
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].body == R"([{"op":"test","path":"/metadata/uid","value":"uid-apps"},)"
                          R"({"op":"test","path":"/metadata/finalizers",)"
                          R"("value":["finalizers.fluxcd.io"]},)"
                          R"({"op":"add","path":"/metadata/finalizers","value":[]}])");
}

TEST_CASE("objects stay where the unit says so", "[engine][controllers][removal]") {
  for (const char* spec : {R"("deletionPolicy":"Orphan")", R"("suspend":true)"}) {
    INFO(spec);
    UnitWorld world;
    apply_one(world);
    world.kustomization("apps", spec, 2, deleting);
    CHECK(world.cluster.has("ConfigMap/a/x"));
    CHECK(world.api.writes_to(unit_path).size() == 1);
  }
}

TEST_CASE("removal of many objects is held until it is approved",
          "[engine][controllers][removal]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y", "z", "w"})}});
  world.kustomization("apps", "");
  world.kustomization("apps", "", 1, deleting);
  CHECK(world.ready("apps") == "False PruneHeld");
  CHECK(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.api.writes_to(unit_path).empty());
  world.kustomization("apps", "", 1,
                      deleting + R"(,"annotations":{"reconcile.fluxcd.io/requestedAt":"1",)"
                                 R"("reconcile.dev/allowPrune":"1"})");
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.api.writes_to(unit_path).size() == 1);
}

TEST_CASE("a finalizer that cannot be removed is tried again", "[engine][controllers][removal]") {
  UnitWorld world;
  apply_one(world);
  world.api.refuse(unit_path, 409);
  world.kustomization("apps", "", 1, deleting);
  CHECK(world.api.writes_to(unit_path).size() == 1);
  world.api.refuse(unit_path, 0);
  world.advance(6s);
  CHECK(world.api.writes_to(unit_path).size() == 2);
}

TEST_CASE("objects that could not be deleted keep the unit", "[engine][controllers][removal]") {
  UnitWorld world;
  apply_one(world);
  world.cluster.script("delete ConfigMap/a/x",
                       test::FakeCluster::failure(403, "Forbidden", "not yours"));
  world.kustomization("apps", "", 1, deleting);
  CHECK(world.ready("apps") == "False PruneFailed");
  CHECK(world.api.writes_to(unit_path).empty());
  world.advance(6s);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.api.writes_to(unit_path).size() == 1);
}

TEST_CASE("prunes wait for a unit that does not render, without a loop",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"infra/z.yaml", maps({"z"})}});
  world.kustomization("apps", "");
  world.kustomization("infra", "");
  world.watched.clear();
  world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", "a: [\n"}});
  CHECK(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.ready("infra") == "False BuildFailed");
  CHECK(world.watched.size() <= 3);
  world.commit('3', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", maps({"z"})}});
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
}

TEST_CASE("a prune waits no longer for a unit that goes or is suspended",
          "[engine][controllers][prune]") {
  for (const bool goes : {true, false}) {
    INFO("goes: " << goes);
    UnitWorld world;
    world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"infra/z.yaml", maps({"z"})}});
    world.kustomization("apps", "");
    world.kustomization("infra", "");
    world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", "a: [\n"}});
    REQUIRE(world.cluster.has("ConfigMap/a/x"));
    if (goes)
      world.run([&] { world.units->remove(UnitWorld::key("infra")); });
    else
      world.kustomization("infra", R"("suspend":true)", 2);
    CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
    CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_y__ConfigMap"});
  }
}

TEST_CASE("a prune of many objects is held, and the unit not ready",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y", "z", "w"})}});
  world.kustomization("apps", "");
  world.commit('2', {{"apps/x.yaml", maps({"x"})}});
  CHECK(world.ready("apps") == "False PruneHeld");
  CHECK(world.cluster.has("ConfigMap/a/y"));
  world.kustomization("apps", "", 1,
                      R"("annotations":{"reconcile.fluxcd.io/requestedAt":"1",)"
                      R"("reconcile.dev/allowPrune":"1"})");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK_FALSE(world.cluster.has("ConfigMap/a/y"));
}

TEST_CASE("reverts a drift as soon as it is told", "[engine][controllers][revert]") {
  UnitWorld world;
  apply_one(world);
  const std::size_t passes = world.watched.size();
  const model::Document live = edit(world, "drifted");
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, live); });
  CHECK(value_of_x(world) == "1");
  CHECK(world.watched.size() == passes);
}

TEST_CASE("a revert that fails is tried again", "[engine][controllers][revert]") {
  UnitWorld world;
  apply_one(world);
  const model::Document live = edit(world, "drifted");
  world.cluster.script("apply ConfigMap/a/x", test::FakeCluster::failure(422, "Invalid", "no"));
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, live); });
  CHECK(value_of_x(world) == "1");
}

TEST_CASE("who writes against us again and again is answered ever later",
          "[engine][controllers][revert]") {
  UnitWorld world;
  apply_one(world);
  for (int i = 0; i < 6; ++i) {
    const model::Document live = edit(world, "drifted" + std::to_string(i));
    world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, live); });
  }
  CHECK(value_of_x(world) == "drifted5");
  world.advance(1s);
  CHECK(value_of_x(world) == "1");
}

TEST_CASE("drift of units and objects that are not known is ignored",
          "[engine][controllers][revert]") {
  UnitWorld world;
  apply_one(world);
  world.cluster.log.clear();
  world.run([&] {
    world.units->on_drift(UnitWorld::key("other"), map_x, {});
    world.units->on_drift(UnitWorld::key("apps"), {"", "ConfigMap", "a", "unknown"}, {});
    world.units->on_health(UnitWorld::key("other"));
  });
  CHECK(world.cluster.log.empty());
}

TEST_CASE("a unit that waits for termination keeps its object until all are gone",
          "[engine][controllers][removal]") {
  UnitWorld world;
  const std::string spec = R"("deletionPolicy":"WaitForTermination","timeout":"1m")";
  apply_one(world, spec);
  bool stays = true;
  world.cluster.after = [&](const std::string& line) {
    if (line == "delete ConfigMap/a/x" && stays)
      world.cluster.put(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x",)"
                        R"("namespace":"a","deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  };
  world.kustomization("apps", spec, 1, deleting);
  CHECK(world.api.writes_to(unit_path).empty());
  world.advance(3s);
  CHECK(world.api.writes_to(unit_path).empty());
  world.cluster.erase("ConfigMap/a/x");
  world.advance(3s);
  CHECK(world.api.writes_to(unit_path).size() == 1);
}

TEST_CASE("the wait for termination ends with the unit's timeout",
          "[engine][controllers][removal]") {
  UnitWorld world;
  const std::string spec = R"("deletionPolicy":"WaitForTermination","timeout":"1m")";
  apply_one(world, spec);
  world.cluster.after = [&](const std::string& line) {
    if (line == "delete ConfigMap/a/x")
      world.cluster.put(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x",)"
                        R"("namespace":"a","deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  };
  world.kustomization("apps", spec, 1, deleting);
  for (int i = 0; i < 25; ++i) world.advance(2s);
  CHECK(world.api.writes_to(unit_path).empty());
  for (int i = 0; i < 10; ++i) world.advance(2s);
  CHECK(world.api.writes_to(unit_path).size() == 1);
  CHECK_THAT(world.api.writes_to("/events").back().body,
             Catch::Contains("failed to wait for resources termination"));
}

TEST_CASE("drift is reverted to what was applied, not to what waits for dependencies",
          "[engine][controllers][removal]") {
  UnitWorld world;
  const std::string spec = R"("dependsOn":[{"name":"infra"}])";
  world.commit('1', {{"apps/x.yaml", maps({"x"})}, {"infra/z.yaml", maps({"z"})}});
  world.kustomization("infra", "");
  world.kustomization("apps", spec);
  REQUIRE(value_of_x(world) == "1");
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}, {"infra/z.yaml", "a: [\n"}});
  REQUIRE(world.ready("apps") == "False DependencyNotReady");
  const model::Document live = edit(world, "drift");
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, live); });
  CHECK(value_of_x(world) == "1");
  world.commit('3',
               {{"apps/x.yaml", UnitWorld::config_map("x", "2")}, {"infra/z.yaml", maps({"z"})}});
  CHECK(value_of_x(world) == "2");
}
