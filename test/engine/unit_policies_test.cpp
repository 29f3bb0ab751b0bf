#include <catch2/catch.hpp>

#include "engine/controllers/fight_log.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/watched_map.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using namespace reconcile::test;

namespace {

/// "True REASON: message" of a condition; empty where there is none.
std::string condition(const UnitWorld& world, const std::string& type) {
  const model::Document status = world.status("apps");
  const Conditions conditions = Conditions::read(status["status"]["conditions"]);
  const Condition* found = conditions.find(type);
  return found == nullptr
             ? ""
             : std::string(to_string(found->status)) + " " + found->reason + ": " + found->message;
}

std::size_t events(const UnitWorld& world, const std::string& reason) {
  std::size_t count = 0;
  for (const test::Write& write : world.api.writes_to("/namespaces/flux-system/events"))
    count += model::parse_json(write.body)["reason"].text() == reason;
  return count;
}

std::string in(const UnitWorld& world, std::chrono::nanoseconds from_now) {
  return model::format_rfc3339(world.clock.wall_now() + from_now);
}

diff::ObjectChange flip(const std::string& field, const std::string& manager,
                        const std::string& value) {
  diff::FieldChange change;
  change.path = {{diff::PathStepType::field, "spec"}, {diff::PathStepType::field, field}};
  change.before = value;
  change.after = "2";
  change.owner = diff::FieldOwner{manager, diff::Operation::update, "", ""};
  return {map_x, diff::Action::configured, diff::Reason::drift, "", {change}};
}

}  // namespace

TEST_CASE("drift of a unit that only warns is told of and stays",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world, annotations(R"("reconcile.dev/driftDetection":"warn")"));
  edit_x(world, "9");
  CHECK(value_of_x(world) == "9");
  CHECK(condition(world, "Drifted") == R"(True DriftDetected: ConfigMap/a/x: data.k "1" -> "9")");
  CHECK(events(world, "DriftDetected") == 1);
  world.cluster.log.clear();
  world.advance(11min);
  CHECK(value_of_x(world) == "9");
  CHECK(world.cluster.log.empty());
  CHECK_FALSE(condition(world, "Drifted").empty());
  SECTION("until its mode is another") {
    world.kustomization("apps", "", 1, "");
    CHECK(value_of_x(world) == "1");
    CHECK(condition(world, "Drifted").empty());
  }
  SECTION("until Git changes the object") {
    world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
    CHECK(value_of_x(world) == "2");
    CHECK(condition(world, "Drifted").empty());
  }
}

TEST_CASE("drift of a unit that looks away is not told of",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world, annotations(R"("reconcile.dev/driftDetection":"off")"));
  edit_x(world, "9");
  world.advance(11min);
  CHECK(value_of_x(world) == "9");
  CHECK(condition(world, "Drifted").empty());
  CHECK(events(world, "DriftDetected") == 0);
}

TEST_CASE("values of Secrets stand in no condition and no event",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  world.configs["Secret/flux-system/s"] = {{"token", "hunter2"}};
  const std::string from = R"("postBuild":{"substituteFrom":[{"kind":"Secret","name":"s"}]})";
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x", "${token}")}});
  world.kustomization("apps", from);
  REQUIRE(value_of_x(world) == "hunter2");
  SECTION("where drift is only told of") {
    world.kustomization("apps", from, 1, annotations(R"("reconcile.dev/driftDetection":"warn")"));
    edit_x(world, "9");
    CHECK(condition(world, "Drifted") ==
          "True DriftDetected: ConfigMap/a/x: data.k *** (after) -> *** (before)");
  }
  SECTION("where a field is fought over") {
    for (int i = 0; i < 6; ++i) {
      edit_x(world, "9");
      world.advance(15s);
    }
    CHECK_THAT(condition(world, "Fighting"),
               Catch::Contains("somebody sets *** (before), Git has *** (after)"));
  }
  for (const test::Write& write : world.api.writes_to(""))
    CHECK_THAT(write.body, !Catch::Contains("hunter2"));
}

TEST_CASE("a restart leaves the drift of a unit that warns",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  const std::string mode = annotations(R"("reconcile.dev/driftDetection":"warn")");
  apply_x(world, mode);
  const std::string status = model::write_json(world.status("apps")["status"]);
  edit_x(world, "9");
  world.run([&] { world.units->remove(UnitWorld::key("apps")); });
  world.live.forget(map_x);
  world.kustomization("apps", "", 1, mode, status);
  CHECK(value_of_x(world) == "9");
  CHECK(condition(world, "Drifted") ==
        "True DriftDetected: ConfigMap/a/x: differs from what was applied");
}

TEST_CASE("a paused unit writes nothing until the pause ends by itself",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world);
  world.kustomization("apps", "", 1,
                      annotations(R"("reconcile.dev/pausedUntil":")" + in(world, 1h) +
                                  R"(","reconcile.dev/pauseReason":"incident 7",)"
                                  R"("reconcile.dev/pauseAuthor":"jane")"));
  const std::string until = in(world, 1h);
  CHECK(condition(world, "Paused") == "True UnitPaused: until " + until + ": incident 7 (jane)");
  CHECK(events(world, "Paused") == 1);
  edit_x(world, "9");
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
  CHECK(value_of_x(world) == "9");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.message("apps") == "Applied revision: " + UnitWorld::revision('1'));
  world.advance(1h);
  CHECK(value_of_x(world) == "2");
  CHECK(condition(world, "Paused").empty());
  CHECK(events(world, "Resumed") == 1);
}

TEST_CASE("a paused object is not reverted until the pause ends by itself",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world);
  annotate_x(world, R"("reconcile.dev/pausedUntil":")" + in(world, 1h) + "\"");
  const std::string until = in(world, 1h);
  edit_x(world, "9");
  world.advance(11min);
  CHECK(value_of_x(world) == "9");
  CHECK(condition(world, "Paused") == "True ObjectsPaused: ConfigMap/a/x until " + until);
  world.advance(50min);
  CHECK(value_of_x(world) == "1");
  CHECK(condition(world, "Paused").empty());
}

TEST_CASE("a pause without an end pauses nothing and is told of",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world);
  annotate_x(world, R"("reconcile.dev/pausedUntil":"later")");
  CHECK(events(world, "InvalidAnnotation") == 1);
  edit_x(world, "9");
  CHECK(value_of_x(world) == "1");
}

TEST_CASE("a manager that sets a field again and again is named with both values",
          "[engine][controllers][unit_policies]") {
  UnitWorld world;
  apply_x(world);
  for (int i = 0; i < 6; ++i) {
    edit_x(world, "9");
    world.advance(15s);
  }
  CHECK(condition(world, "Fighting") ==
        "True FieldFight: data.k of ConfigMap/a/x: somebody sets \"9\", Git has \"1\" (6 times "
        "within an hour)");
  CHECK(events(world, "FieldFight") == 1);
  world.advance(61min);
  world.advance(11min);
  CHECK(condition(world, "Fighting").empty());
}

TEST_CASE("flips are counted by field and manager within an hour",
          "[engine][controllers][fight_log]") {
  FightLog log;
  const appliers::UnitKey unit = UnitWorld::key("apps");
  const model::SteadyTime start{};
  for (int i = 0; i < 4; ++i) {
    CHECK(log.note(unit, flip("replicas", "autoscaler", "5"), start + i * 15min).empty());
    CHECK(log.note(unit, flip("replicas", "kubectl-edit", "5"), start + i * 15min).empty());
    CHECK(log.note(unit, flip("paused", "autoscaler", "true"), start + i * 15min).empty());
  }
  // The first is older than an hour.
  CHECK(log.note(unit, flip("replicas", "autoscaler", "5"), start + 61min).empty());
  const std::vector<Fight> begun =
      log.note(unit, flip("replicas", "autoscaler", "6"), start + 62min);
  REQUIRE(begun.size() == 1);
  CHECK(begun.front().display() ==
        "spec.replicas of ConfigMap/a/x: autoscaler sets 6, Git has 2 (5 times within an hour)");
  CHECK(log.note(unit, flip("replicas", "autoscaler", "6"), start + 63min).empty());
  CHECK(log.fights_of(unit, start + 63min).size() == 1);
  CHECK(log.fights_of(UnitWorld::key("other"), start + 63min).empty());
  CHECK(log.fights_of(unit, start + 4h).empty());
  CHECK(log.size() == 0);
}

TEST_CASE("reverts wait longer with each flip", "[engine][controllers][fight_log]") {
  FightLog log;
  const model::SteadyTime start{};
  std::vector<std::chrono::nanoseconds> delays;
  for (int i = 0; i < 20; ++i) {
    delays.push_back(log.delay(map_x, start));
    log.note(UnitWorld::key("apps"), flip("replicas", "autoscaler", "5"), start);
  }
  CHECK(delays[0] == 0s);
  CHECK(delays[1] == 0s);
  CHECK(delays[2] == 20ms);
  CHECK(delays[3] == 40ms);
  CHECK(delays[19] == 5min);
  CHECK(log.delay(map_x, start + 61min) == 0s);
}
