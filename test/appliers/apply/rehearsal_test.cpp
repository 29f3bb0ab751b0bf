#include <catch2/catch.hpp>

#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

PassOptions atomic() {
  PassOptions options;
  options.atomic = true;
  return options;
}

}  // namespace

TEST_CASE("an atomic unit is applied where every dry run passes", "[appliers][rehearsal]") {
  Agent agent;
  const PassResult result = agent.pass({config_map("x"), config_map("y")}, atomic());
  CHECK(result.ok());
  CHECK(agent.cluster.has("ConfigMap/a/x"));
  CHECK(agent.cluster.has("ConfigMap/a/y"));
  agent.pass({config_map("x"), config_map("y")}, atomic());
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("nothing of an atomic unit is applied where one dry run fails", "[appliers][rehearsal]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("old")}, atomic());
  agent.cluster.script("apply ConfigMap/a/y", FakeCluster::failure(422, "Invalid", "no"));
  const PassResult result = agent.pass({config_map("x", "2"), config_map("y")}, atomic());
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures.front().id.name == "y");
  CHECK(diff::to_text(result.changes).find("configured") == std::string::npos);
  CHECK(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "1");
  CHECK(agent.cluster.has("ConfigMap/a/old"));
  CHECK(result.inventory.entries.size() == 2);
  CHECK_FALSE(result.pruned);
  // The next pass finds everything as it was.
  CHECK(agent.pass({config_map("x", "2"), config_map("y")}, atomic()).ok());
  CHECK(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "2");
}

TEST_CASE("what comes with the unit may be missing in its dry runs", "[appliers][rehearsal]") {
  Agent agent;
  const model::Object space =
      object(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})");
  agent.cluster.script("apply ConfigMap/a/x",
                       FakeCluster::failure(404, "NotFound", "namespaces \"a\" not found"));
  CHECK(agent.pass({space, config_map("x")}, atomic()).ok());
  CHECK(agent.cluster.has("ConfigMap/a/x"));
  agent.cluster.script("apply ConfigMap/a/z",
                       FakeCluster::failure(404, "NotFound", "namespaces \"a\" not found"));
  CHECK_FALSE(agent.pass({space, config_map("x"), config_map("z")}, atomic()).ok());
}

TEST_CASE("nothing is applied where an object of the unit may not be recreated",
          "[appliers][rehearsal]") {
  Agent agent;
  PassOptions forced = atomic();
  forced.force = true;
  const model::Object claim =
      object(R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","spec":{"x":1},)"
             R"("metadata":{"name":"p","namespace":"a"}})");
  const ClusterAnswer immutable =
      FakeCluster::failure(422, "Invalid", "spec: Invalid value: field is immutable");
  REQUIRE(classify(immutable) == AnswerClass::recreate);
  agent.cluster.script("apply PersistentVolumeClaim/a/p", immutable);
  const PassResult refused = agent.pass({config_map("x"), claim}, forced);
  REQUIRE(refused.failures.size() == 1);
  CHECK(refused.failures.front().id.name == "p");
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/x"));
  // Others may.
  agent.cluster.script("apply ConfigMap/a/x", immutable);
  CHECK(agent.pass({config_map("x")}, forced).ok());
  CHECK(agent.cluster.has("ConfigMap/a/x"));
}
