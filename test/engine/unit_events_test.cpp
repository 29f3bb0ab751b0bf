#include <catch2/catch.hpp>

#include "engine/controllers/event_note.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::UnitWorld;

namespace {

const std::string revision_key = "kustomize.toolkit.fluxcd.io/revision";

/// "Normal Progressing: ConfigMap/a/x created" of each Event about units of flux-system.
std::vector<std::string> events_of(const UnitWorld& world) {
  std::vector<std::string> lines;
  for (const test::Write& write : world.api.writes_to("/namespaces/flux-system/events")) {
    const model::Document event = model::parse_json(write.body);
    lines.push_back(std::string(event["type"].text()) + " " + std::string(event["reason"].text()) +
                    ": " + std::string(event["message"].text()));
  }
  return lines;
}

EventNote note(const std::string& message) {
  return {kustomization_kind, "ns", "apps", "uid", true, "BuildFailed", message};
}

}  // namespace

TEST_CASE("a pass that changes something tells what, and that it ended",
          "[engine][controllers][unit_events]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  REQUIRE(events_of(world) ==
          std::vector<std::string>{
              "Normal Progressing: ConfigMap/a/x created",
              "Normal ReconciliationSucceeded: Reconciliation finished in 0s, next run in 10m0s"});
  const model::Document event = model::parse_json(world.api.writes_to("/events").back().body);
  CHECK(event["metadata"]["annotations"][revision_key].text() == UnitWorld::revision('1'));
  CHECK(event["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/commit_status"].text() ==
        "update");
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
  CHECK(events_of(world)[2] == "Normal Progressing: ConfigMap/a/x configured");
  const std::size_t before = events_of(world).size();
  world.run([&] { world.units->trigger(UnitWorld::key("apps")); });
  CHECK(events_of(world).size() == before);
}

TEST_CASE("failures are warnings with the reason of Ready, told once and counted",
          "[engine][controllers][unit_events]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", "a: [\n"}});
  world.kustomization("apps", R"("retryInterval":"1m")");
  REQUIRE(events_of(world).size() == 1);
  CHECK_THAT(events_of(world)[0], Catch::StartsWith("Warning BuildFailed: "));
  // Every minute, exactly.
  const auto passes = [&] { return world.metrics.expose(); };
  const std::string before = passes();
  world.advance(59s);
  CHECK(passes() == before);
  world.advance(2s);
  CHECK(passes() != before);
  for (int i = 0; i < 5; ++i) world.advance(61s);
  CHECK(events_of(world).size() == 1);
  bool counted = false;
  for (const test::Write& write : world.api.writes())
    counted = counted || write.body.starts_with(R"({"count":6,)");
  CHECK(counted);
}

TEST_CASE("tells of dependencies, sources and prunes", "[engine][controllers][unit_events]") {
  UnitWorld world;
  world.kustomization("apps", R"("dependsOn":[{"name":"infra"}])");
  REQUIRE(events_of(world).size() == 1);
  CHECK(events_of(world)[0] ==
        "Warning ArtifactFailed: source GitRepository/flux-system/repo not found");
  std::string many;
  for (int i = 0; i < 12; ++i) many += UnitWorld::config_map("m" + std::to_string(i));
  world.commit('1', {{"apps/x.yaml", many}});
  CHECK(events_of(world).back() ==
        "Normal DependencyNotReady: Dependencies do not meet ready condition, retrying in 30s");
  world.kustomization("apps", "", 2);
  REQUIRE(world.ready("apps") == "True ReconciliationSucceeded");
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("m0")}});
  REQUIRE(world.ready("apps") == "False PruneHeld");
  CHECK_THAT(events_of(world).back(), Catch::StartsWith("Warning PruneHeld: "));
}

TEST_CASE("a prune that fails is named as such", "[engine][controllers][unit_events]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x") + UnitWorld::config_map("y")}});
  world.kustomization("apps", "");
  world.cluster.script("delete ConfigMap/a/y",
                       test::FakeCluster::failure(403, "Forbidden", "not yours"));
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  CHECK(world.ready("apps") == "False PruneFailed");
  CHECK_THAT(events_of(world).back(), Catch::StartsWith("Warning PruneFailed: "));
}

TEST_CASE("the same event is counted, at most every five minutes",
          "[engine][controllers][event_note]") {
  EventMemory memory;
  const model::SteadyTime start{};
  using Kind = EventMemory::Verdict::Kind;
  const auto first = memory.judge(note("no"), start);
  CHECK(first.kind == Kind::create);
  CHECK(memory.judge(note("no"), start + 1s).kind == Kind::suppress);
  CHECK(memory.judge(note("other"), start + 1s).kind == Kind::create);
  const auto later = memory.judge(note("no"), start + 6min);
  CHECK(later.kind == Kind::count);
  CHECK(later.count == 3);
  CHECK(later.event_name == first.event_name);
  CHECK(memory.judge(note("no"), start + 60min).kind == Kind::create);
  for (int i = 0; i < 5000; ++i)
    CHECK(memory.judge(note(std::to_string(i)), start + 61min).kind == Kind::create);
}
