#include <catch2/catch.hpp>

#include "reconcile/appliers/health_expressions.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const model::Gvk sealed{"bitnami.com", "v1", "SealedSecret"};

std::shared_ptr<const HealthExpressions> expressions(const std::string& list) {
  return HealthExpressions::read(model::parse_json(list).root());
}

/// The example of Flux's documentation.
const std::string synced = R"x([{
  "apiVersion":"bitnami.com/v1alpha1","kind":"SealedSecret",
  "inProgress":"!has(status.conditions)",
  "failed":"status.conditions.filter(e, e.type == 'Synced').all(e, e.status == 'False')",
  "current":"status.conditions.filter(e, e.type == 'Synced').all(e, e.status == 'True')"}])x";

std::string health_of(const HealthExpressions& by, const std::string& object) {
  const model::Document read = model::parse_json(object);
  const Health health = by.assess(sealed, read.root());
  const std::string state(to_string(health.state));
  return health.message.empty() ? state : state + ": " + health.message;
}

std::string read_error(const std::string& list) {
  try {
    expressions(list);
  } catch (const model::Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("expressions judge health in the order of Flux", "[appliers][health][expressions]") {
  const auto by = expressions(synced);
  const std::pair<const char*, const char*> rows[] = {
      {R"({"metadata":{"generation":2},"status":{"observedGeneration":1}})",
       "InProgress: its status is behind its spec"},
      {R"({"status":{}})", "InProgress: its expression inProgress is true"},
      {R"({"status":{"conditions":[{"type":"Synced","status":"False"}]}})",
       "Failed: its expression failed is true"},
      {R"({"status":{"conditions":[{"type":"Synced","status":"True"}]}})", "Current"},
      {R"({"status":{"conditions":[{"type":"Synced","status":"Unknown"}]}})",
       "InProgress: its expression current is false"},
      {R"({"metadata":{"generation":2},"status":{"observedGeneration":"1",)"
       R"("conditions":[{"type":"Synced","status":"True"}]}})",
       "Current"},
      {R"({"status":{"conditions":[{"type":"Synced"}]}})",
       "Unknown: failed to evaluate the CEL expression 'status.conditions.filter(e, e.type == "
       "'Synced').all(e, e.status == 'False')': no such key: status"},
  };
  for (const auto& [object, expected] : rows) {
    INFO(object);
    CHECK(health_of(*by, object) == expected);
  }
  CHECK(by->assess(sealed, {}).state == HealthState::not_found);
}

TEST_CASE("an expression fails its object's health, not more", "[appliers][health][expressions]") {
  const auto by = expressions(R"([{"apiVersion":"bitnami.com/v1","current":"status.missing"}])");
  CHECK(health_of(*by, R"({"status":{}})") ==
        "Unknown: failed to evaluate the CEL expression 'status.missing': no such key: missing");
  const auto number = expressions(R"([{"apiVersion":"bitnami.com/v1","current":"1"}])");
  CHECK(health_of(*number, "{}") == "Unknown: failed to evaluate CEL expression as boolean: '1'");
}

TEST_CASE("a kind goes before its group", "[appliers][health][expressions]") {
  const auto by =
      expressions(R"([{"apiVersion":"bitnami.com/v1","current":"false","failed":"true"},)"
                  R"({"apiVersion":"bitnami.com/v1","kind":"SealedSecret","current":"true"}])");
  CHECK(by->assess(sealed, model::parse_json("{}").root()).state == HealthState::current);
  const model::Gvk other{"bitnami.com", "v2", "Other"};
  CHECK(by->assess(other, model::parse_json("{}").root()).state == HealthState::failed);
  CHECK_FALSE(by->supports({"", "v1", "SealedSecret"}));
  const model::Document object = model::parse_json(R"({"metadata":{}})");
  CHECK(assess_health({"", "v1", "ConfigMap"}, object.root(), by.get()).state ==
        HealthState::current);
}

TEST_CASE("refuses expressions in Flux's words", "[appliers][health][expressions]") {
  CHECK(expressions("[]") == nullptr);
  CHECK(read_error(R"([{"apiVersion":"v1","kind":"ConfigMap"}])") ==
        "failed to create custom status evaluator for healthchecks[0]: expression Current not "
        "specified");
  CHECK(read_error(R"([{"apiVersion":"v1","kind":"A","current":"true"},)"
                   R"({"apiVersion":"v2","kind":"A","current":"true"}])") ==
        "duplicate custom health check for GroupKind A at healthchecks[1]");
  CHECK(read_error(R"([{"apiVersion":"x/v1","kind":"A","current":"true"},)"
                   R"({"apiVersion":"x/v2","kind":"A","current":"true"}])") ==
        "duplicate custom health check for GroupKind A.x at healthchecks[1]");
  CHECK_THAT(read_error(R"([{"apiVersion":"v1","kind":"A","current":"true","failed":"data."}])"),
             Catch::StartsWith("failed to create custom status evaluator for healthchecks[0]: "
                               "failed to parse the expression Failed: failed to parse the CEL "
                               "expression 'data.': ERROR: <input>:1:6: Syntax error"));
}

TEST_CASE("a unit's expressions judge its objects", "[appliers][health][expressions]") {
  LiveState live;
  const UnitKey unit{UnitKind::kustomization, "team", "app"};
  const auto by = expressions(synced);
  CHECK(live.set_health_expressions(unit, by).empty());
  const model::Document object = model::parse_json(
      R"({"apiVersion":"bitnami.com/v1","kind":"SealedSecret","metadata":{"name":"a","uid":"1",)"
      R"("namespace":"team","resourceVersion":"5"},"status":{"conditions":[{"type":"Synced",)"
      R"("status":"False"}]}})");
  live.adopt(unit, sealed, {}, object.root());
  const model::ObjectId id{"bitnami.com", "SealedSecret", "team", "a"};
  CHECK(live.find(id)->health.state == HealthState::failed);
  CHECK(live.set_health_expressions(unit, by).empty());
  const std::vector<LiveRecord> unknown = live.set_health_expressions(unit, nullptr);
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].id == id);
  CHECK(live.find(id)->health.state == HealthState::unknown);
  live.reassess(id, object.root());
  CHECK(live.find(id)->health.state == HealthState::current);
  live.reassess(id, {});
  CHECK(live.find(id)->health.state == HealthState::not_found);
}
