// Objects that move from one unit to another.
#include <algorithm>
#include <catch2/catch.hpp>

#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::Files;
using test::UnitWorld;

namespace {

constexpr auto& maps = UnitWorld::config_maps;

const std::string deleting = R"("deletionTimestamp":"2026-01-01T00:00:00Z")";

/// A Kustomization of the source repo, as a parent's file has it.
std::string unit(const std::string& name, const std::string& path) {
  return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " +
         name + ", namespace: flux-system}\nspec: {interval: 10m, prune: true, path: ./" + path +
         ", sourceRef: {kind: GitRepository, name: repo}}\n---\n";
}

std::string uid_of(const UnitWorld& world, const std::string& name) {
  return std::string(world.cluster.object("ConfigMap/a/" + name)["metadata"]["uid"].text());
}

/// Whether a Warning was told of that Kustomization.
bool warned(const UnitWorld& world, const std::string& name) {
  const std::vector<test::Write> events = world.api.writes_to("/events");
  return std::any_of(events.begin(), events.end(), [&](const test::Write& event) {
    return event.body.find("\"Warning\"") != std::string::npos &&
           event.body.find("\"name\":\"" + name + "\"") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("an object that moves to a unit that is yet to come is not deleted on the way",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"parent/m.yaml", maps({"m"})}});
  world.kustomization("parent", "");
  world.kustomization("apps", "");
  const std::string uid = uid_of(world, "x");
  world.commit('2', {{"apps/x.yaml", maps({"y"})},
                     {"parent/m.yaml", unit("fresh", "fresh")},
                     {"fresh/x.yaml", maps({"x"})}});
  REQUIRE(world.cluster.has("Kustomization/flux-system/fresh"));
  REQUIRE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.message("apps") == "Applied revision: " + UnitWorld::revision('2') +
                                     "; not pruned yet: Kustomization/flux-system/fresh has yet to "
                                     "render " +
                                     UnitWorld::revision('2'));
  world.kustomization("fresh", "");
  CHECK(uid_of(world, "x") == uid);
  CHECK(world.owner_of("x") == "fresh");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_y__ConfigMap"});
}

TEST_CASE("an object that moves to a unit whose own change is yet to come is not deleted",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})},
                     {"infra/z.yaml", maps({"z"})},
                     {"parent/u.yaml", unit("apps", "apps") + unit("infra", "infra")}});
  world.kustomization("parent", "");
  world.kustomization("apps", "");
  world.kustomization("infra", "");
  const std::string uid = uid_of(world, "x");
  world.commit('2', {{"apps/x.yaml", maps({"y"})},
                     {"infra/z.yaml", maps({"z"})},
                     {"infra-2/z.yaml", maps({"x", "z"})},
                     {"parent/u.yaml", unit("apps", "apps") + unit("infra", "infra-2")}});
  REQUIRE(world.cluster.has("ConfigMap/a/x"));
  world.kustomization("infra", R"("path":"./infra-2")", 2);
  CHECK(uid_of(world, "x") == uid);
  CHECK(world.owner_of("x") == "infra");
  CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_y__ConfigMap"});
}

TEST_CASE("the objects of a unit that is renamed stay, however many they are",
          "[engine][controllers][prune]") {
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"};
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps(names)}, {"parent/u.yaml", unit("apps", "apps")}});
  world.kustomization("parent", "");
  world.kustomization("apps", "");
  const std::string uid = uid_of(world, "k");
  world.commit('2', {{"apps/x.yaml", maps(names)}, {"parent/u.yaml", unit("fresh", "apps")}});
  REQUIRE(world.cluster.has("Kustomization/flux-system/apps"));
  world.kustomization("fresh", R"("path":"./apps")");
  REQUIRE_FALSE(world.cluster.has("Kustomization/flux-system/apps"));
  CHECK(world.ready("fresh") == "Unknown Progressing");
  CHECK(world.message("fresh").find("belongs to Kustomization/flux-system/apps, which may be about "
                                    "to let go of it") != std::string::npos);
  world.kustomization("apps", "", 1, deleting);
  CHECK(uid_of(world, "k") == uid);
  CHECK(world.owner_of("k") == "fresh");
  CHECK(world.ready("fresh") == "True ReconciliationSucceeded");
  CHECK(world.shown_objects("fresh").size() == names.size());
  CHECK_FALSE(warned(world, "fresh"));
  CHECK_FALSE(warned(world, "parent"));
}

TEST_CASE("a unit that goes with its directory is pruned although it does not build any more",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x"})},
                     {"parent/u.yaml", maps({"m", "n"}) + unit("apps", "apps")}});
  world.kustomization("parent", "");
  world.kustomization("apps", "");
  world.commit('2', {{"parent/u.yaml", maps({"m", "n"})}});
  REQUIRE(world.ready("apps") == "False BuildFailed");
  CHECK_FALSE(world.cluster.has("Kustomization/flux-system/apps"));
}

TEST_CASE("a unit waits without a warning for one that has yet to let go of an object",
          "[engine][controllers][prune]") {
  for (const bool lets_go : {true, false}) {
    INFO("lets go: " << lets_go);
    UnitWorld world;
    world.commit('1', {{"apps/y.yaml", maps({"y"})}, {"later/x.yaml", maps({"x", "z"})}});
    world.kustomization("apps", "");
    world.kustomization("later", "");
    const std::string uid = uid_of(world, "x");
    world.commit('2', {{"apps/y.yaml", maps({"x", "y"})},
                       {"later/x.yaml", lets_go ? maps({"z"}) : "a: [\n"}});
    CHECK(uid_of(world, "x") == uid);
    CHECK(world.owner_of("x") == (lets_go ? "apps" : "later"));
    CHECK(world.ready("apps") ==
          (lets_go ? "True ReconciliationSucceeded" : "False ReconciliationFailed"));
    CHECK(warned(world, "apps") == !lets_go);
  }
}

TEST_CASE("a unit takes nothing from one that is not told of yet, or has yet to render",
          "[engine][controllers][prune]") {
  const std::string labelled =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a","labels":{)"
      R"("kustomize.toolkit.fluxcd.io/name":"later",)"
      R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"}}})";
  UnitWorld world;
  world.cluster.put(labelled);
  world.commit('1', {{"apps/x.yaml", maps({"x"})}, {"later/x.yaml", maps({"x"})}});
  world.run([&] { world.rendered.begin_listing(); });
  world.kustomization("apps", "");
  CHECK(world.ready("apps") == "Unknown Progressing");
  world.kustomization("later", "");
  world.run([&] { world.units->end_listing(); });
  CHECK(world.owner_of("x") == "later");
  CHECK(world.ready("later") == "True ReconciliationSucceeded");
  CHECK(world.ready("apps") == "False ReconciliationFailed");
}

TEST_CASE("nothing is pruned before all units are known", "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}});
  world.kustomization("apps", "");
  world.run([&] { world.rendered.begin_listing(); });
  world.commit('2', {{"apps/x.yaml", maps({"y"})}});
  CHECK(world.cluster.has("ConfigMap/a/x"));
  world.run([&] { world.units->end_listing(); });
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
}

TEST_CASE("a unit that is deleted waits for those that may come to want its objects, for a while",
          "[engine][controllers][removal]") {
  for (const bool is_mended : {true, false}) {
    INFO("is mended: " << is_mended);
    UnitWorld world;
    world.commit('1', {{"apps/x.yaml", maps({"x"})}, {"infra/z.yaml", maps({"z"})}});
    world.kustomization("apps", "");
    world.kustomization("infra", "");
    const std::string uid = uid_of(world, "x");
    world.commit('2', {{"apps/x.yaml", maps({"x"})}, {"infra/z.yaml", "a: [\n"}});
    world.kustomization("apps", "", 1, deleting);
    CHECK(world.cluster.has("ConfigMap/a/x"));
    if (is_mended) {
      world.commit('3', {{"infra/z.yaml", maps({"x", "z"})}});
      CHECK(uid_of(world, "x") == uid);
      CHECK(world.owner_of("x") == "infra");
    } else {
      world.advance(31s);
      CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
    }
    CHECK(world.api.writes_to("/kustomizations/apps").back().body.find("finalizers") !=
          std::string::npos);
  }
}

TEST_CASE("an object that moves to another unit is not deleted on the way",
          "[engine][controllers][prune]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"infra/z.yaml", maps({"z"})}});
  world.kustomization("apps", "");
  world.kustomization("infra", "");
  const std::string uid(world.cluster.object("ConfigMap/a/x")["metadata"]["uid"].text());
  world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", maps({"x", "z"})}});
  CHECK(world.cluster.object("ConfigMap/a/x")["metadata"]["uid"].text() == uid);
  CHECK(world.owner_of("x") == "infra");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("an object belongs to its unit until the one that it moves to has applied it",
          "[engine][controllers][prune]") {
  using Ids = std::vector<std::string>;
  for (const bool arrives : {true, false}) {
    INFO("arrives: " << arrives);
    UnitWorld world;
    world.commit('1', {{"apps/x.yaml", maps({"x", "y"})},
                       {"base/b.yaml", maps({"b"})},
                       {"infra/z.yaml", maps({"z"})}});
    world.kustomization("base", "");
    world.kustomization("apps", "");
    world.kustomization("infra", R"("dependsOn":[{"name":"base"}])");
    world.cluster.script("apply ConfigMap/a/b", test::FakeCluster::failure(422, "Invalid", "no"));
    const Files moved = {{"apps/x.yaml", maps({"y"})},
                         {"base/b.yaml", UnitWorld::config_map("b", "2")},
                         {"infra/z.yaml", maps({"x", "z"})}};
    world.commit('2', moved);
    REQUIRE(world.ready("infra") == "False DependencyNotReady");
    CHECK(world.ready("apps") == "True ReconciliationSucceeded");
    CHECK(world.shown_objects("apps") == Ids{"a_y__ConfigMap", "a_x__ConfigMap"});
    Files next = moved;
    if (!arrives) next["infra/z.yaml"] = maps({"z"});
    world.commit('3', next);
    CHECK(world.shown_objects("apps") == Ids{"a_y__ConfigMap"});
    CHECK(world.shown_objects("infra") ==
          (arrives ? Ids{"a_x__ConfigMap", "a_z__ConfigMap"} : Ids{"a_z__ConfigMap"}));
    CHECK(world.cluster.has("ConfigMap/a/x") == arrives);
    CHECK(world.ready("infra") == "True ReconciliationSucceeded");
  }
}

TEST_CASE("an object that is taken while its former unit's pass still runs leaves that inventory",
          "[engine][controllers][prune]") {
  const std::string keep_apps_busy = "apply ConfigMap/a/y";
  const std::string look_before_taking = "get ConfigMap/a/n";
  const std::string other_prune = "delete ConfigMap/a/w";
  const std::string y = UnitWorld::config_map("y", "2");
  UnitWorld world({}, 2);
  world.commit('1', {{"apps/x.yaml", maps({"w", "x", "y"})}, {"infra/z.yaml", maps({"z"})}});
  world.kustomization("apps", "");
  world.kustomization("infra", "");
  for (const std::string& line : {keep_apps_busy, look_before_taking, other_prune})
    world.port.hold(line);
  world.commit('2', {{"apps/x.yaml", maps({"w", "x"}) + y}, {"infra/z.yaml", maps({"z"})}});
  REQUIRE(world.port.await_held(keep_apps_busy));
  world.commit('3', {{"apps/x.yaml", y}, {"infra/z.yaml", maps({"n", "x", "z"})}});
  REQUIRE(world.port.await_held(look_before_taking));
  world.run([&] { world.port.let_go(keep_apps_busy); });
  REQUIRE(world.port.await_held(other_prune));
  world.run([&] { world.port.let_go(look_before_taking); });
  REQUIRE(world.owner_of("x") == "infra");
  world.run([&] { world.port.let_go(other_prune); });
  CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_y__ConfigMap"});
}
