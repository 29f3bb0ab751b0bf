#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::Files;
using test::UnitWorld;

namespace {

const model::ObjectId map_x{"", "ConfigMap", "a", "x"};
constexpr auto& maps = UnitWorld::config_maps;
const std::string apply_x = "apply ConfigMap/a/x";

/// Units apps, with ConfigMaps x and y, and perhaps infra, with z; a revert of x that is on its
/// way.
struct LateRevert {
  UnitWorld world;
  std::atomic<int> meanwhile{0};  ///< writes to x before the revert

  explicit LateRevert(bool has_infra = true) {
    world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"infra/z.yaml", maps({"z"})}});
    world.kustomization("apps", "");
    if (has_infra) world.kustomization("infra", "");
    const model::Document applied = world.cluster.object("ConfigMap/a/x");
    world.cluster.put(test::FakeCluster::edited(applied, "k", "drifted"), "kubectl-edit");
    const model::Document live = world.cluster.object("ConfigMap/a/x");
    world.port.hold(apply_x);
    world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, live); });
    REQUIRE(world.port.await_held(apply_x));
    world.cluster.after = [this](const std::string& line) {
      if (line == apply_x || line == "delete ConfigMap/a/x") ++meanwhile;
    };
  }

  /// The revert arrives after what `change` starts: passes that do not wait for it have time to
  /// write first.
  void overtake(const std::function<void()>& change) {
    std::thread changer(change);
    for (int look = 0; look < 100 && meanwhile == 0; ++look) std::this_thread::sleep_for(2ms);
    CHECK(meanwhile == 0);
    world.port.let_go(apply_x);
    changer.join();
    world.settle();
  }
};

}  // namespace

TEST_CASE("a revert that is late does not leave an older state behind",
          "[engine][controllers][revert]") {
  const std::string apply_y = "apply ConfigMap/a/y";
  for (const bool ends_within_pass : {false, true}) {
    INFO("within the pass: " << ends_within_pass);
    LateRevert late(false);
    UnitWorld& world = late.world;
    // Meanwhile a pass writes the next state; it goes on after x, as long as y is held.
    if (ends_within_pass) world.port.hold(apply_y);
    world.commit(
        '2', {{"apps/x.yaml", UnitWorld::config_map("x", "2") + UnitWorld::config_map("y", "2")},
              {"infra/z.yaml", maps({"z"})}});
    CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "2");
    CHECK(world.port.held() == (ends_within_pass ? 2 : 1));
    world.run([&] { world.port.let_go(apply_x); });
    if (ends_within_pass) world.run([&] { world.port.let_go(apply_y); });
    CHECK(world.cluster.object("ConfigMap/a/y")["data"]["k"].text() == "2");
    CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "2");
    CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  }
}

TEST_CASE("a revert that is late takes nothing back from the unit that the object moved to",
          "[engine][controllers][revert]") {
  LateRevert late;
  late.overtake([&] {
    late.world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", maps({"x", "z"})}});
  });
  CHECK(late.world.owner_of("x") == "infra");
  CHECK(late.world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(late.world.ready("infra") == "True ReconciliationSucceeded");
}

TEST_CASE("a revert that is late does not bring back what was pruned",
          "[engine][controllers][revert]") {
  LateRevert late;
  late.overtake([&] {
    late.world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", maps({"z"})}});
  });
  CHECK_FALSE(late.world.cluster.has("ConfigMap/a/x"));
  CHECK(late.world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("a revert that is late does not bring back what went with its unit",
          "[engine][controllers][revert]") {
  LateRevert late;
  late.overtake([&] {
    late.world.kustomization("apps", "", 1, R"("deletionTimestamp":"2026-01-01T00:00:00Z")");
  });
  CHECK_FALSE(late.world.cluster.has("ConfigMap/a/x"));
  CHECK(late.world.api.writes_to("/kustomizations/apps").size() == 1);
}

TEST_CASE("drift that was seen before an object moved is not reverted for its former unit",
          "[engine][controllers][revert]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})},
                     {"base/b.yaml", maps({"b"})},
                     {"infra/z.yaml", maps({"z"})}});
  world.kustomization("base", "");
  world.kustomization("apps", R"("dependsOn":[{"name":"base"}])");
  world.kustomization("infra", "");
  REQUIRE(world.cluster.has("ConfigMap/a/x"));
  // apps has rendered without x, and waits to apply that.
  world.commit('2', {{"apps/x.yaml", maps({"y"})},
                     {"base/b.yaml", "a: [\n"},
                     {"infra/z.yaml", maps({"x", "z"})}});
  REQUIRE(world.ready("apps") == "False DependencyNotReady");
  const std::string line = "apply ConfigMap/a/x";
  world.cluster.log.clear();
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, {}); });
  CHECK(std::count(world.cluster.log.begin(), world.cluster.log.end(), line) == 0);
  CHECK(world.owner_of("x") == "infra");
}

TEST_CASE("drift of an object that moved is reverted although an older revert still waits",
          "[engine][controllers][revert]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", maps({"x", "y"})}, {"infra/z.yaml", maps({"z"})}});
  world.kustomization("apps", "");
  world.kustomization("infra", "");
  const auto drift = [&](const std::string& unit) {
    const model::Document applied = world.cluster.object("ConfigMap/a/x");
    world.cluster.put(test::FakeCluster::edited(applied, "k", "drifted"), "kubectl-edit");
    const model::Document live = world.cluster.object("ConfigMap/a/x");
    world.live.observe(appliers::WatchEventType::modified, {"", "v1", "ConfigMap"}, live.root());
    world.run([&] { world.units->on_drift(UnitWorld::key(unit), map_x, live); });
  };
  const auto value = [&] {
    return std::string(world.cluster.object("ConfigMap/a/x")["data"]["k"].text());
  };
  for (int i = 0; i < 20 && (i == 0 || value() == "1"); ++i) drift("apps");
  REQUIRE(value() == "drifted");  // Its revert is delayed.
  world.commit('2', {{"apps/x.yaml", maps({"y"})}, {"infra/z.yaml", maps({"x", "z"})}});
  REQUIRE(value() == "1");
  drift("infra");
  CHECK(value() == "drifted");
  for (int i = 0; i < 3; ++i) world.advance(1s);
  CHECK(value() == "1");
  CHECK(world.ready("infra") == "True ReconciliationSucceeded");
}
