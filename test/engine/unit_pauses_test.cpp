#include <catch2/catch.hpp>
#include <future>

#include "reconcile/model/json.hpp"
#include "test/engine/watched_map.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using namespace reconcile::test;

namespace {

/// The annotation of a pause that ends so long from now.
std::string paused(const UnitWorld& world, std::chrono::nanoseconds from_now) {
  return R"("reconcile.dev/pausedUntil":")" +
         model::format_rfc3339(world.clock.wall_now() + from_now) + "\"";
}

/// Message of the condition Paused of "apps"; empty where there is none.
std::string shown_pause(const UnitWorld& world) {
  const model::Document status = world.status("apps");
  const Conditions conditions = Conditions::read(status["status"]["conditions"]);
  const Condition* found = conditions.find("Paused");
  return found == nullptr ? "" : found->message;
}

}  // namespace

TEST_CASE("a revert that was delayed leaves what is to stay by then",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  apply_x(world);
  for (int i = 0; i < 20 && (i == 0 || value_of_x(world) == "1"); ++i) edit_x(world, "9");
  REQUIRE(value_of_x(world) == "9");  // Its revert is delayed.
  std::string spec;
  std::string metadata;
  SECTION("of a unit that is suspended") {
    spec = R"("suspend":true)";
  }
  SECTION("of a unit that only warns") {
    metadata = annotations(R"("reconcile.dev/driftDetection":"warn")");
  }
  SECTION("of a unit that is paused") {
    metadata = annotations(paused(world, 1h));
  }
  world.kustomization("apps", spec, 2, metadata);
  for (int i = 0; i < 3; ++i) world.advance(1s);
  CHECK(value_of_x(world) == "9");
  world.kustomization("apps", "", 3);
  CHECK(value_of_x(world) == "1");
}

TEST_CASE("a pause that ends while its pass waits does not stop the unit",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  apply_x(world);
  world.cluster.put(test::FakeCluster::edited(world.cluster.object("ConfigMap/a/x"), "k", "9"),
                    "kubectl-edit");
  world.live.mark_drifted(map_x);
  std::promise<void> freed;
  world.passes.post([&] { freed.get_future().wait(); });
  const model::Document unit = model::parse_json(
      R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization","metadata":{)"
      R"("name":"apps","namespace":"flux-system","uid":"uid-apps","generation":2,)"
      R"("finalizers":["finalizers.fluxcd.io"],)" +
      annotations(paused(world, 5s)) +
      R"(},"spec":{"interval":"10m","prune":true,"path":"./apps",)"
      R"("sourceRef":{"kind":"GitRepository","name":"repo"}}})");
  std::promise<void> posted;
  world.control.post([&] {
    world.units->upsert(appliers::UnitKind::kustomization, unit);
    posted.set_value();
  });
  posted.get_future().wait();
  world.clock.advance(6s);
  freed.set_value();
  world.settle();
  CHECK(value_of_x(world) == "1");
}

TEST_CASE("what Git has new of a paused object is applied when the pause is over",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  apply_x(world);
  const model::Document before = world.cluster.object("ConfigMap/a/x");
  annotate_x(world, paused(world, 1min));
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
  CHECK(value_of_x(world) == "1");
  SECTION("by itself") {
    world.advance(50s);
    CHECK(value_of_x(world) == "1");
    world.advance(10s);
  }
  SECTION("since somebody ends it") {
    world.cluster.put(model::write_json(before.root()));
    see_x(world);
  }
  CHECK(value_of_x(world) == "2");
  CHECK(shown_pause(world).empty());
}

TEST_CASE("a pause that Git sets is shown and ends by itself",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  apply_x(world);
  const std::string until = model::format_rfc3339(world.clock.wall_now() + 1min);
  world.commit('2', {{"apps/x.yaml",
                      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: a\n"
                      "  annotations: {reconcile.dev/pausedUntil: '" +
                          until + "'}\ndata: {k: '2'}\n"}});
  CHECK(value_of_x(world) == "1");
  CHECK(shown_pause(world) == "ConfigMap/a/x until " + until);
  world.advance(1min);
  CHECK(value_of_x(world) == "2");
  CHECK(shown_pause(world).empty());
}

TEST_CASE("a unit that Git pauses is told so by the unit that brings it",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  const std::string until = model::format_rfc3339(world.clock.wall_now() + 1h);
  world.commit('1', {{"apps/child.yaml",
                      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
                      "metadata:\n  name: child\n  namespace: flux-system\n"
                      "  annotations: {reconcile.dev/pausedUntil: '" +
                          until + "'}\nspec: {interval: 10m, path: ./child}\n"}});
  world.kustomization("apps", "");
  const std::string child = "Kustomization/flux-system/child";
  REQUIRE(world.cluster.has(child));
  CHECK(
      world.cluster.object(child)["metadata"]["annotations"]["reconcile.dev/pausedUntil"].text() ==
      until);
}

TEST_CASE("a paused object that leaves Git is deleted when the pause is over",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_maps({"x", "y"})}});
  world.kustomization("apps", "");
  annotate_x(world, paused(world, 1min));
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("y")}});
  CHECK(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.shown_objects("apps") ==
        std::vector<std::string>{"a_y__ConfigMap", "a_x__ConfigMap"});
  CHECK_THAT(shown_pause(world), Catch::StartsWith("ConfigMap/a/x until "));
  world.advance(1min);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_y__ConfigMap"});
}

TEST_CASE("a deleted unit goes when its pause and those of its objects are over",
          "[engine][controllers][unit_pauses]") {
  UnitWorld world;
  apply_x(world);
  std::string metadata = R"("deletionTimestamp":"2026-01-01T00:00:00Z")";
  std::string who;
  SECTION("its own") {
    metadata += "," + annotations(paused(world, 1min));
    who = "it is paused until ";
  }
  SECTION("an object's") {
    annotate_x(world, paused(world, 1min));
    who = "ConfigMap/a/x is paused until ";
  }
  world.kustomization("apps", "", 1, metadata);
  CHECK(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.ready("apps") == "False PruneHeld");
  CHECK_THAT(world.message("apps"), Catch::StartsWith(who));
  CHECK(world.api.writes_to("/kustomizations/apps").empty());
  world.advance(1min);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.api.writes_to("/kustomizations/apps").size() == 1);
}
