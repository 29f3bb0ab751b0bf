// Flux's annotations of single objects, as kustomize-controller 1.9.4 with fluxcd/pkg ssa 0.76.1
// heeds them.
#include <catch2/catch.hpp>

#include "reconcile/model/arena.hpp"
#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

std::string marks(const std::string& name, const std::string& value) {
  return R"({"kustomize.toolkit.fluxcd.io/)" + name + R"(":")" + value + "\"}";
}

/// Puts a mark on the live ConfigMap x, as a person does.
void mark_live(Agent& agent, const std::string& part, const std::string& name,
               const std::string& value) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, agent.cluster.object("ConfigMap/a/x").root());
  model::Node& metadata = *model::find(root, "metadata");
  const model::Document texts = model::parse_json(marks(name, value));
  model::set(arena, metadata, part, model::copy_node(arena, texts.root()));
  agent.cluster.put(model::write_json(model::Value(&root)));
  agent.live->observe(WatchEventType::modified, {"", "v1", "ConfigMap"},
                      agent.cluster.object("ConfigMap/a/x").root());
}

std::string value_of(const Agent& agent) {
  return std::string(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text());
}

bool takes_over(const std::string& annotations) {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a"},)"
      R"("data":{"old":"1"}})",
      "kubectl-client-side-apply");
  agent.pass({config_map("x", "1", annotations)});
  REQUIRE(agent.cluster.has("ConfigMap/a/x"));
  return agent.text().find("patch") != std::string::npos;
}

}  // namespace

TEST_CASE("an object that Git or the cluster marks is left alone", "[appliers][annotations]") {
  struct Row {
    std::string name;
    std::string value;
  };
  const Row rows[] = {
      {"reconcile", "disabled"}, {"reconcile", "Disabled"}, {"ssa", "Ignore"}, {"ssa", "ignore"}};
  for (const Row& row : rows) {
    INFO(row.name << ": " << row.value);
    Agent fresh;
    fresh.pass({config_map("x", "1", marks(row.name, row.value))});
    CHECK_FALSE(fresh.cluster.has("ConfigMap/a/x"));
    for (const char* part : {"annotations", "labels"}) {
      Agent agent;
      agent.pass({config_map("x")});
      mark_live(agent, part, row.name, row.value);
      const PassResult result = agent.pass({config_map("x", "2")});
      CHECK(result.changes.objects.front().reason == diff::Reason::disabled);
      CHECK(value_of(agent) == "1");
      // Nor is it deleted with the unit.
      agent.pass({});
      CHECK(agent.cluster.has("ConfigMap/a/x"));
    }
  }
}

TEST_CASE("other values leave nothing alone", "[appliers][annotations]") {
  for (const std::string& annotations :
       {marks("reconcile", "enabled"), marks("ssa", "Override"), marks("ssa", "Merge"),
        marks("force", "enabled"), marks("prune", "disabled")}) {
    INFO(annotations);
    Agent agent;
    agent.pass({config_map("x", "1", annotations)});
    agent.pass({config_map("x", "2", annotations)});
    CHECK(value_of(agent) == "2");
  }
}

TEST_CASE("IfNotPresent counts in Git only", "[appliers][annotations]") {
  Agent agent;
  agent.pass({config_map("x")});
  mark_live(agent, "annotations", "ssa", "IfNotPresent");
  agent.pass({config_map("x", "2")});
  CHECK(value_of(agent) == "2");
  const std::string once = marks("ssa", "IfNotPresent");
  agent.pass({config_map("x", "3", once)});
  CHECK(value_of(agent) == "2");
  // It comes back where somebody deleted it.
  agent.cluster.erase("ConfigMap/a/x");
  agent.live->mark_missing({"", "ConfigMap", "a", "x"});
  agent.pass({config_map("x", "3", once)});
  CHECK(value_of(agent) == "3");
}

TEST_CASE("Merge leaves the fields of other appliers, Override takes them",
          "[appliers][annotations]") {
  CHECK(takes_over("{}"));
  CHECK(takes_over(marks("ssa", "Override")));
  CHECK_FALSE(takes_over(marks("ssa", "Merge")));
}

TEST_CASE("an object that is not to be pruned stays when Git drops it", "[appliers][annotations]") {
  Agent agent;
  agent.pass({config_map("x", "1", marks("prune", "disabled")), config_map("y")});
  agent.pass({config_map("y")});
  CHECK(agent.cluster.has("ConfigMap/a/x"));
  agent.pass({config_map("y")});
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("force on the object, in Git or in the cluster, makes it anew",
          "[appliers][annotations]") {
  for (const bool in_git : {true, false}) {
    Agent agent;
    agent.pass({config_map("x")});
    if (!in_git) mark_live(agent, "annotations", "force", "enabled");
    agent.cluster.script("apply ConfigMap/a/x",
                         FakeCluster::failure(422, "Invalid", "field is immutable"));
    const std::string annotations = in_git ? marks("force", "Enabled") : "{}";
    CHECK(agent.pass({config_map("x", "2", annotations)}).ok());
    CHECK(agent.text().find("delete ConfigMap/a/x") != std::string::npos);
    CHECK(value_of(agent) == "2");
  }
}
