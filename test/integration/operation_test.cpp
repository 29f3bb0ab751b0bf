// What a unit's spec promises beside applying, on a real server: health checks, force, deletion
// policies; and what its status and events tell.

#include <algorithm>
#include <catch2/catch.hpp>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;
using reconcile::model::Document;
using reconcile::model::Value;

namespace {

const reconcile::model::Gvk event_kind{"", "v1", "Event"};

/// "Normal ReconciliationSucceeded" of each Event about the object.
std::vector<std::string> events_about(Scenario& scenario, const std::string& name) {
  std::vector<std::string> found;
  for (const Document& event : scenario.cluster().list(event_kind, scenario.space())) {
    if (event["involvedObject"]["name"].text() != name) continue;
    found.push_back(std::string(event["type"].text()) + " " + std::string(event["reason"].text()));
  }
  return found;
}

bool has_event(Scenario& scenario, const std::string& name, const std::string& expected) {
  return eventually([&] {
    const std::vector<std::string> events = events_about(scenario, name);
    return std::find(events.begin(), events.end(), expected) != events.end();
  });
}

std::string condition(Scenario& scenario, const std::string& name, const std::string& type) {
  const Document object = scenario.cluster().get(kustomization_kind, scenario.space(), name);
  const Value conditions = object["status"]["conditions"];
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (conditions.at(i)["type"].text() == type)
      return std::string(conditions.at(i)["status"].text()) + " " +
             std::string(conditions.at(i)["reason"].text());
  }
  return "";
}

std::string immutable_map(const std::string& value, const std::string& space) {
  return config_map_yaml("fixed", value, space) + "immutable: true\n";
}

}  // namespace

TEST_CASE("a unit is Ready when the listed object is, whoever owns it",
          "[.integration][operation]") {
  Scenario scenario("checks");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app",
                              "  healthChecks:\n  - {apiVersion: v1, kind: ConfigMap, name: "
                              "foreign, namespace: " +
                                  space + "}\n");
  scenario.start_agent();
  REQUIRE(
      eventually([&] { return condition(scenario, "app", "Healthy") == "Unknown Progressing"; }));
  CHECK(condition(scenario, "app", "Ready") == "Unknown Progressing");
  CHECK(scenario.cluster().exists(config_map_kind, space, "a"));
  scenario.cluster().apply(config_map_yaml("foreign", "1", space));
  scenario.require_ready(kustomization_kind, "app");
  CHECK(condition(scenario, "app", "Healthy") == "True Succeeded");
  CHECK(condition(scenario, "app", "Reconciling").empty());
  CHECK(has_event(scenario, "app", "Normal Progressing"));
  CHECK(has_event(scenario, "app", "Normal ReconciliationSucceeded"));
  const Document object = scenario.cluster().get(kustomization_kind, space, "app");
  const Value newest = object["status"]["history"].at(0);
  CHECK(newest["lastReconciledStatus"].text() == "ReconciliationSucceeded");
  CHECK(newest["metadata"]["revision"].text() == object["status"]["lastAppliedRevision"].text());
}

TEST_CASE("an immutable object is made anew where the unit forces it",
          "[.integration][operation]") {
  Scenario scenario("force");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", immutable_map("1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", "  retryInterval: 1h\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const std::string commit = scenario.push({{"app/a.yaml", immutable_map("2", space)}});
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  INFO(message);
  CHECK(message.find("immutable") != std::string::npos);
  CHECK(has_event(scenario, "app", "Warning ReconciliationFailed"));
  scenario.cluster().patch(kustomization_kind, space, "app", R"({"spec":{"force":true}})");
  scenario.require_ready(kustomization_kind, "app", commit);
  CHECK(scenario.cluster().get(config_map_kind, space, "fixed")["data"]["value"].text() == "2");
}

TEST_CASE("objects of a deleted unit go or stay as its policy says", "[.integration][operation]") {
  Scenario scenario("policy");
  const std::string space = scenario.space();
  scenario.push({{"stays/a.yaml", config_map_yaml("stays", "1", space)},
                 {"goes/a.yaml", config_map_yaml("goes", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("stays", "./stays", "  deletionPolicy: Orphan\n");
  scenario.make_kustomization("goes", "./goes", "  deletionPolicy: WaitForTermination\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "stays");
  scenario.require_ready(kustomization_kind, "goes");
  scenario.cluster().patch(config_map_kind, space, "goes",
                           R"({"metadata":{"finalizers":["example.com/hold"]}})");
  for (const char* name : {"stays", "goes"})
    scenario.cluster().remove(kustomization_kind, space, name);
  REQUIRE(
      eventually([&] { return !scenario.cluster().exists(kustomization_kind, space, "stays"); }));
  CHECK(scenario.cluster().exists(config_map_kind, space, "stays"));
  REQUIRE(eventually([&] {
    return scenario.cluster().get(config_map_kind, space, "goes")["metadata"].contains(
        "deletionTimestamp");
  }));
  CHECK(scenario.cluster().exists(kustomization_kind, space, "goes"));
  scenario.cluster().patch(config_map_kind, space, "goes", R"({"metadata":{"finalizers":null}})");
  CHECK(eventually([&] { return !scenario.cluster().exists(kustomization_kind, space, "goes"); }));
}

TEST_CASE("the root unit's ConfigMap comes back when it is deleted", "[.integration][operation]") {
  Scenario scenario("root");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)}});
  AgentProcess& agent =
      scenario.start_agent({"--repository=" + scenario.url(), "--path=app", "--poll-interval=1s"});
  const auto ready = [&] { return scenario.root("ready") == "True"; };
  INFO(agent.log_tail());
  REQUIRE(eventually(ready));
  scenario.cluster().remove(config_map_kind, space, "reconcile-root");
  CHECK(eventually(ready));
}

TEST_CASE("fields of a manager that is named are taken over once", "[.integration][operation]") {
  for (const bool named : {false, true}) {
    Scenario scenario("takeover");
    const std::string space = scenario.space();
    const kube::Response made = scenario.cluster().client().send(kube::Request::create(
        model::Object(model::parse_json(
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":")" +
            space + R"("},"data":{"value":"0","extra":"old"}})")),
        "spinnaker"));
    made.require_ok("the object of before");
    scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)}});
    scenario.make_source();
    scenario.make_kustomization("app", "./app");
    scenario.start_agent(named ? std::vector<std::string>{"--take-over-managers=x,spinnaker"}
                               : std::vector<std::string>{});
    scenario.require_ready(kustomization_kind, "app");
    const model::Document map = scenario.cluster().get(config_map_kind, space, "a");
    CHECK(map["data"]["value"].text() == "1");
    CHECK(map["data"].contains("extra") == !named);
  }
}
