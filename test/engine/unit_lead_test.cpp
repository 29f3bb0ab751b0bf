// Units while the lead is in doubt.

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/controllers/unit_controller.hpp"
#include "reconcile/model/error.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using test::UnitWorld;

namespace {

const model::ObjectId map_x{"", "ConfigMap", "a", "x"};

std::ptrdiff_t passes_of(const UnitWorld& world) {
  return std::count(world.watched.begin(), world.watched.end(), UnitWorld::key("apps"));
}

}  // namespace

TEST_CASE("nothing runs while another replica may lead, everything afterwards",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.leads = false;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  CHECK(passes_of(world) == 0);
  world.leads = true;
  world.run([&] { world.units->resume(); });
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  world.leads = false;
  world.cluster.log.clear();
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, {}); });
  CHECK(world.cluster.log.empty());
}

TEST_CASE("what is cut off while another replica may lead is begun again and is no failure",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  REQUIRE(world.ready("apps") == "True ReconciliationSucceeded");
  bool stays = false;  // the lead is taken up again before the pass has ended, or after
  const auto cut_off = [&](const std::string& line) {
    if (line != "apply ConfigMap/a/x") return;
    world.cluster.before = nullptr;
    world.leads = stays;
    world.units->interrupt();
    throw model::Error(model::ErrorCode::cancelled, "nothing is written");
  };
  const auto value = [&] { return world.cluster.object("ConfigMap/a/x")["data"]["k"].text(); };
  const auto passes = [&] { return passes_of(world); };

  world.cluster.before = cut_off;
  std::ptrdiff_t before = passes();
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
  CHECK(value() == "1");
  CHECK(passes() == before + 1);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  world.leads = true;
  world.run([&] { world.units->resume(); });
  CHECK(value() == "2");

  stays = true;
  world.cluster.before = cut_off;
  before = passes();
  world.commit('3', {{"apps/x.yaml", UnitWorld::config_map("x", "3")}});
  CHECK(value() == "2");
  CHECK(passes() == before + 1);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  world.advance(std::chrono::seconds(1));
  CHECK(value() == "3");
  CHECK(world.status("apps")["status"]["lastAppliedRevision"].text() == UnitWorld::revision('3'));
}
