#include <catch2/catch.hpp>

#include "reconcile/appliers/live_state.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};
constexpr model::Hash128 digest{1, 2};
const model::Gvk thing{"example.org", "v1", "Thing"};
const model::ObjectId thing_id{"example.org", "Thing", "a", "x"};

/// A custom resource with a Ready condition; `more` are members of its status.
model::Document thing_at(int version, int generation, const std::string& ready,
                         const std::string& more = "") {
  return model::parse_json(
      R"({"apiVersion":"example.org/v1","kind":"Thing","metadata":{"namespace":"a","name":"x",)"
      R"("uid":"u","generation":)" +
      std::to_string(generation) + R"(,"resourceVersion":")" + std::to_string(version) +
      R"(","managedFields":[{"manager":"reconcile","operation":"Apply",)"
      R"("apiVersion":"example.org/v1","fieldsV1":{"f:spec":{}}}]},"spec":{},"status":{)" +
      more + R"("conditions":[{"type":"Ready","status":")" + ready + "\"}]}}");
}

}  // namespace

TEST_CASE("a status from before our write is not believed", "[appliers][old_statuses]") {
  test::FakeClock clock;
  LiveState live{"key", clock};
  const auto state = [&] { return live.find(thing_id)->health.state; };
  const auto write = [&](const model::Document& answer, int generation_before = 0) {
    live.begin_write(thing_id);
    live.end_write(unit, thing, digest, answer.root(), generation_before);
  };
  write(thing_at(5, 1, "True"));
  CHECK(state() == HealthState::current);
  // Another spec: whoever sets the status has not seen it.
  write(thing_at(7, 2, "True"));
  CHECK(state() == HealthState::in_progress);
  CHECK(live.records_of(unit).front().health.state == HealthState::in_progress);

  SECTION("until it is written") {
    const model::Document written = thing_at(8, 2, "True", R"("seen":2,)");
    const Observation seen = live.observe(WatchEventType::modified, thing, written.root());
    CHECK(seen.health_changed);
    CHECK(seen.health.state == HealthState::current);
    CHECK(state() == HealthState::current);
  }
  SECTION("an event that leaves it as it was says nothing") {
    const auto seen = live.observe(WatchEventType::modified, thing, thing_at(8, 2, "True").root());
    CHECK_FALSE(seen.health_changed);
    CHECK(state() == HealthState::in_progress);
  }
  SECTION("a failure of before neither") {
    write(thing_at(9, 3, "False", R"("x":1,)"));
    live.observe(WatchEventType::modified, thing, thing_at(10, 3, "True", R"("x":2,)").root());
    CHECK(state() == HealthState::current);
  }
  SECTION("or for a while: a controller may have nothing to write") {
    clock.advance(LiveState::status_grace);
    CHECK(state() == HealthState::current);
  }
  SECTION("an event while the write is under way counts") {
    live.begin_write(thing_id);
    live.observe(WatchEventType::modified, thing, thing_at(12, 3, "True", R"("seen":3,)").root());
    live.end_write(unit, thing, digest, thing_at(11, 3, "True").root());
    CHECK(state() == HealthState::current);
  }
}

TEST_CASE("a status that tells its age is believed by that", "[appliers][old_statuses]") {
  test::FakeClock clock;
  LiveState live{"key", clock};
  const auto after = [&](const model::Document& answer, int generation_before) {
    live.forget(thing_id);
    live.begin_write(thing_id);
    live.end_write(unit, thing, digest, answer.root(), generation_before);
    return live.find(thing_id)->health.state;
  };
  CHECK(after(thing_at(5, 2, "True"), 1) == HealthState::in_progress);
  CHECK(after(thing_at(5, 2, "True"), 2) == HealthState::current);
  CHECK(after(thing_at(5, 2, "True"), 0) == HealthState::current);
  CHECK(after(thing_at(5, 2, "True", R"("observedGeneration":2,)"), 1) == HealthState::current);
  CHECK(after(thing_at(5, 2, "True", R"("observedGeneration":1,)"), 1) == HealthState::in_progress);
}
