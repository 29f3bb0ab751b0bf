#include "engine/controllers/unit_witness.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using gates::UnitState;
using End = PassOutcome::End;

namespace {

const appliers::UnitKey apps{appliers::UnitKind::kustomization, "flux-system", "apps"};
const std::string name = "Kustomization/flux-system/apps";
const model::Gvk deployment{"apps", "v1", "Deployment"};

struct World {
  /// A pass at the commit of 40 `digit`s ended.
  void pass(char digit, End end = End::applied, bool wrote = true, char content = 'a') {
    Unit unit;
    unit.key = apps;
    unit.spec.prune = true;
    unit.spec.object = model::parse_json(
        R"({"metadata":{"labels":{"gates.reconcile.dev/unit":"shop"}},"spec":{}})");
    unit.attempted_revision = "main@sha1:" + std::string(40, digit);
    PassOutcome outcome;
    outcome.end = end;
    outcome.error = end == End::applied ? "" : "it broke\nbadly";
    auto rendered = std::make_shared<Rendered>();
    rendered->revision = unit.attempted_revision;
    rendered->digests = {"sha256:" + std::string(64, content),
                         "hmac-sha256:" + std::string(64, content)};
    if (end != End::render_failed) outcome.rendered = rendered;
    if (end == End::applied || end == End::apply_failed) {
      outcome.result.emplace();
      outcome.result->prune_guard.allowed = true;
      outcome.result->pruned = pruned;
      diff::ObjectChange change;
      change.id = {"", "ConfigMap", "a", "x"};
      change.action = wrote ? diff::Action::configured : diff::Action::unchanged;
      outcome.result->changes.objects.push_back(change);
    }
    witness.on_pass(unit, outcome, clock.wall_now());
  }

  /// The unit's Deployment is seen with so many ready replicas of one.
  void see(int ready, bool drifted = false) {
    const std::string object =
        R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"a",)"
        R"("generation":1,"resourceVersion":")" +
        std::to_string(++version) +
        R"("},"spec":{"replicas":1},"status":{)"
        R"("observedGeneration":1,"replicas":1,"updatedReplicas":1,"readyReplicas":)" +
        std::to_string(ready) + R"(,"availableReplicas":)" + std::to_string(ready) +
        R"(,"conditions":[{"type":"Available","status":")" + (ready == 1 ? "True" : "False") +
        R"("},{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]}})";
    const model::Document live_object = model::parse_json(object);
    if (version == 1)
      live.adopt(apps, deployment, {}, live_object.root());
    else
      live.observe(appliers::WatchEventType::modified, deployment, live_object.root());
    if (drifted) live.mark_drifted({"apps", "Deployment", "a", "web"});
    witness.observe(apps, clock.wall_now());
  }

  gates::UnitEvidence said() { return witness.evidence(clock.wall_now()).at(name); }
  void look() { witness.observe_unsettled(clock.wall_now(), true); }

  test::FakeClock clock;
  appliers::LiveState live{"key"};
  int version = 0;
  bool hears = true;
  bool pruned = true;
  UnitWitness witness{{live, [this] { return hears; }, "key"}};
};

}  // namespace

TEST_CASE("a unit is green 5 seconds after the last write", "[engine][controllers][witness]") {
  World world;
  world.pass('1');
  CHECK(world.said().state == UnitState::pending);
  CHECK(world.said().failing == "settling");
  CHECK(world.said().applied);
  CHECK(world.said().label == "shop");
  CHECK(world.said().revision == std::string(40, '1'));
  world.clock.advance(4s);
  world.look();
  CHECK(world.said().state == UnitState::pending);
  world.clock.advance(1s);
  world.look();
  CHECK(world.said().state == UnitState::green);
  CHECK(world.said().healthy_since == world.clock.wall_now());
}

TEST_CASE("a pass without a write is green at once", "[engine][controllers][witness]") {
  World world;
  world.pass('1', End::applied, false);
  CHECK(world.said().state == UnitState::green);
}

TEST_CASE("the same content under a new commit keeps its healthy time",
          "[engine][controllers][witness]") {
  World world;
  world.pass('1', End::applied, false);
  const auto since = world.said().healthy_since;
  world.clock.advance(1min);
  world.pass('2', End::applied, false);
  CHECK(world.said().healthy_since == since);
  CHECK(world.said().revision == std::string(40, '2'));
  world.clock.advance(1min);
  world.pass('3', End::applied, false, 'b');
  CHECK(world.said().healthy_since == world.clock.wall_now());
}

TEST_CASE("what keeps a unit from being green is said", "[engine][controllers][witness]") {
  World world;
  world.pruned = false;
  world.pass('1', End::applied, false);
  CHECK(world.said().state == UnitState::pending);
  CHECK_THAT(world.said().failing, Catch::Contains("pruned"));
  world.pruned = true;
  world.pass('1', End::apply_failed, false);
  CHECK(world.said().state == UnitState::failed);
  CHECK(world.said().failing == "it broke");
  world.pass('1', End::applied, false);
  world.see(0);
  CHECK(world.said().state == UnitState::pending);
  CHECK_THAT(world.said().failing, Catch::Contains("Deployment/a/web"));
  world.see(1);
  CHECK(world.said().state == UnitState::green);
  world.see(1, true);
  CHECK(world.said().state == UnitState::pending);
  CHECK_THAT(world.said().failing, Catch::Contains("differs"));
}

TEST_CASE("a render that fails keeps the commit that runs", "[engine][controllers][witness]") {
  World world;
  world.pass('1', End::applied, false);
  world.pass('2', End::render_failed, false);
  CHECK(world.said().revision == std::string(40, '1'));
  CHECK(world.said().state == UnitState::failed);
  CHECK_FALSE(world.said().applied);
}

TEST_CASE("flaps are counted, and unhealthy time", "[engine][controllers][witness]") {
  World world;
  world.pass('1', End::applied, false);
  world.see(1);
  world.see(0);
  world.clock.advance(30s);
  CHECK(world.said().flaps == 1);
  CHECK(world.said().unhealthy == 30s);
  world.see(1);
  CHECK(world.said().flaps == 1);
  CHECK(world.said().healthy_since == world.clock.wall_now());
}

TEST_CASE("silence of the server pauses the healthy time", "[engine][controllers][witness]") {
  World world;
  world.pass('1', End::applied, false);
  const auto since = world.said().healthy_since;
  world.hears = false;
  world.look();
  CHECK(world.said().state == UnitState::unknown);
  world.clock.advance(10s);
  world.hears = true;
  world.look();
  CHECK(world.said().flaps == 0);
  CHECK(world.said().healthy_since == *since + 10s);
}

TEST_CASE("a restart goes on where the last record stopped", "[engine][controllers][witness]") {
  World before;
  before.pass('1', End::applied, false);
  const auto since = before.said().healthy_since;
  before.clock.advance(1min);
  gates::ChainMoment moment;
  moment.observed_at = before.clock.wall_now();
  moment.units[name] = std::make_shared<const gates::UnitEvidence>(before.said());
  World after;
  after.clock.advance(2min);
  after.witness.resume(moment);
  CHECK(after.said().state == UnitState::unknown);
  CHECK_FALSE(after.said().healthy_since);
  SECTION("with the same content, without the time in between") {
    after.pass('1', End::applied, false);
    CHECK(after.said().healthy_since == *since + 1min);
  }
  SECTION("anew with another content") {
    after.pass('1', End::applied, false, 'b');
    CHECK(after.said().healthy_since == after.clock.wall_now());
  }
  SECTION("not for a unit that is gone") {
    after.witness.forget_others({});
    CHECK(after.witness.evidence(after.clock.wall_now()).empty());
  }
}
