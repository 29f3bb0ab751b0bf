#include "engine/api/condition.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

const model::WallTime start{1'767'225'600s};

std::string text_of(const Conditions& conditions) {
  model::Arena arena;
  const model::Node list = conditions.to_node(arena);
  return model::write_json(model::Value(&list));
}

}  // namespace

TEST_CASE("moves the transition time only with the status", "[engine][api][condition]") {
  Conditions conditions;
  conditions.set("Ready", ConditionStatus::unknown, "Progressing", "working", 1, start);
  conditions.set("Ready", ConditionStatus::unknown, "Waiting", "other words", 2, start + 10s);
  CHECK(conditions.find("Ready")->last_transition_time == "2026-01-01T00:00:00Z");
  CHECK(conditions.find("Ready")->reason == "Waiting");
  CHECK(conditions.find("Ready")->observed_generation == 2);
  conditions.set("Ready", ConditionStatus::yes, "Done", "ok", 2, start + 20s);
  CHECK(conditions.find("Ready")->last_transition_time == "2026-01-01T00:00:20Z");
  CHECK(conditions.all().size() == 1);
}

TEST_CASE("writes what it reads", "[engine][api][condition]") {
  const std::string json =
      R"([{"lastTransitionTime":"2026-01-01T00:00:00Z","message":"a \"b\"",)"
      R"("observedGeneration":7,"reason":"BuildFailed","status":"False","type":"Ready"},)"
      R"({"lastTransitionTime":"2026-01-01T00:00:00Z","message":"","observedGeneration":7,)"
      R"("reason":"InvalidSpec","status":"True","type":"Stalled"}])";
  const model::Document document = model::parse_json(json);
  const Conditions conditions = Conditions::read(document.root());
  CHECK(text_of(conditions) == json);
  CHECK(conditions.is_true("Stalled"));
  CHECK_FALSE(conditions.is_true("Ready"));
  CHECK_FALSE(conditions.is_true("Reconciling"));
  CHECK(conditions.find("Reconciling") == nullptr);
}

TEST_CASE("reads conditions that others made badly", "[engine][api][condition]") {
  const model::Document document = model::parse_json(
      R"([{"status":"True"},7,null,{"type":"Ready","status":"yes"},{"type":"X"}])");
  const Conditions conditions = Conditions::read(document.root());
  REQUIRE(conditions.all().size() == 2);
  CHECK(conditions.find("Ready")->status == ConditionStatus::unknown);
  CHECK(Conditions::read(model::parse_json("{}")["conditions"]).all().empty());
}

TEST_CASE("removes a condition", "[engine][api][condition]") {
  Conditions conditions;
  conditions.set("Ready", ConditionStatus::yes, "a", "b", 1, start);
  conditions.set("Reconciling", ConditionStatus::yes, "a", "b", 1, start);
  conditions.remove("Reconciling");
  conditions.remove("Stalled");
  REQUIRE(conditions.all().size() == 1);
  CHECK(conditions.all()[0].type == "Ready");
}

TEST_CASE("cuts long messages between characters", "[engine][api][condition]") {
  CHECK(bounded_message("short") == "short");
  const std::string cut = bounded_message(std::string(8191, 'a') + "ä" + std::string(100, 'b'));
  CHECK(cut == std::string(8191, 'a') + " …");
  CHECK(bounded_message(std::string(8192, 'a')).size() == 8192);
  Conditions conditions;
  conditions.set("Ready", ConditionStatus::no, "a", std::string(1U << 20U, 'x'), 1, start);
  CHECK(conditions.find("Ready")->message.size() < 9000);
}
