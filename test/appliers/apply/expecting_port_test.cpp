#include "appliers/apply/expecting_port.hpp"

#include <catch2/catch.hpp>

#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

ExpectedState state_of(const Agent& agent, const std::string& name) {
  const model::Document object = agent.cluster.object("ConfigMap/a/" + name);
  return {std::string(object["metadata"]["uid"].text()),
          std::string(object["metadata"]["resourceVersion"].text())};
}

model::ObjectId id(const std::string& name) {
  return {"", "ConfigMap", "a", name};
}

}  // namespace

TEST_CASE("a pass that keeps to a list writes nothing else", "[appliers][apply][expecting]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  const ExpectedObjects only = {{id("x"), state_of(agent, "x")}, {id("new"), {}}};
  PassOptions options;
  options.only = &only;
  const ExpectedState before = state_of(agent, "x");
  const PassResult result = agent.pass(
      {config_map("x", "2"), config_map("y", "2"), config_map("new"), config_map("more")}, options);
  CHECK(result.ok());
  CHECK(diff::to_text(result.changes) ==
        "skipped ConfigMap/a/more (held): not part of the plan\n"
        "skipped ConfigMap/a/y (held): not part of the plan\n"
        "created ConfigMap/a/new (change)\n"
        "configured ConfigMap/a/x (change)\n");
  CHECK(agent.cluster.object("ConfigMap/a/y")["data"]["k"].text() == "1");
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/more"));
  // The server is told what it has to find.
  bool told = false;
  for (std::size_t i = 0; i < agent.cluster.log.size(); ++i) {
    if (agent.cluster.log[i] != "apply ConfigMap/a/x") continue;
    const model::Document body = model::parse_json(agent.cluster.bodies[i]);
    told = body["metadata"]["resourceVersion"].text() == before.resource_version &&
           body["metadata"]["uid"].text() == before.uid;
  }
  CHECK(told);
}

TEST_CASE("an object that moved is not written again and again", "[appliers][apply][expecting]") {
  Agent agent;
  agent.pass({config_map("x")});
  const ExpectedObjects only = {{id("x"), state_of(agent, "x")}};
  PassOptions options;
  options.only = &only;
  agent.cluster.script("apply ConfigMap/a/x",
                       FakeCluster::failure(409, "Conflict", "the object has been modified"));
  const PassResult result = agent.pass({config_map("x", "2")}, options);
  REQUIRE(result.failures.size() == 1);
  CHECK_THAT(result.failures[0].message, Catch::Contains("changed since the plan was made"));
  CHECK(std::count(agent.cluster.log.begin(), agent.cluster.log.end(), "apply ConfigMap/a/x") == 1);
}

TEST_CASE("our own take-over of an object moves what is expected", "[appliers][apply][expecting]") {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a"}})",
      "kubectl-client-side-apply");
  const ExpectedObjects only = {{id("x"), state_of(agent, "x")}};
  PassOptions options;
  options.only = &only;
  CHECK(agent.pass({config_map("x", "2")}, options).ok());
  std::string version;
  for (std::size_t i = 0; i < agent.cluster.log.size(); ++i)
    if (agent.cluster.log[i] == "apply ConfigMap/a/x")
      version = model::parse_json(agent.cluster.bodies[i])["metadata"]["resourceVersion"].text();
  CHECK_FALSE(version.empty());
  CHECK(version != only.at(id("x")).resource_version);
}
