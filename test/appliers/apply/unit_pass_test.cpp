#include "reconcile/appliers/unit_pass.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

TEST_CASE("stores the inventory before the first apply", "[appliers][apply]") {
  Agent agent;
  const PassResult result = agent.pass({config_map("x"), config_map("y")});
  CHECK(result.ok());
  CHECK(agent.text() ==
        "get Secret/flux-system/INVENTORY\nget ConfigMap/a/x\nget ConfigMap/a/y\n"
        "create Secret/flux-system/INVENTORY\napply ConfigMap/a/x\napply ConfigMap/a/y\n");
  CHECK(diff::to_text(result.changes) ==
        "created ConfigMap/a/x (change)\ncreated ConfigMap/a/y (change)\n");
  CHECK(result.inventory.entries.size() == 2);
  CHECK(agent.cluster
            .object("ConfigMap/a/x")["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"]
            .text() == "apps");
}

TEST_CASE("a pass without change sends nothing", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  const PassResult result = agent.pass({config_map("y"), config_map("x")});
  CHECK(agent.cluster.log.empty());
  CHECK(result.settled);
}

TEST_CASE("sends only what changed", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  const PassResult result = agent.pass({config_map("x"), config_map("y", "2")});
  CHECK(agent.text() == "apply ConfigMap/a/y\n");
  CHECK(diff::to_text(result.changes) == "configured ConfigMap/a/y (change)\n");
}

TEST_CASE("lists where more than three ids are new", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("a"), config_map("b"), config_map("c"), config_map("d")});
  CHECK(agent.text().find("list ConfigMap/a/*\n") != std::string::npos);
  CHECK(agent.text().find("get ConfigMap") == std::string::npos);
}

TEST_CASE("after a restart identical objects are applied and reported unchanged",
          "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  agent.restart();
  const PassResult result = agent.pass({config_map("x")});
  CHECK(diff::to_text(result.changes).empty());
  CHECK(result.changes.count(diff::Action::unchanged) == 1);
  CHECK(result.inventory.entries.size() == 1);
  agent.pass({config_map("x")});
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("a status that moves on meanwhile is no change of ours", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  agent.restart();
  agent.cluster.after = [&](const std::string& line) {
    if (line != "get ConfigMap/a/x") return;
    agent.cluster.after = nullptr;
    agent.cluster.put(model::write_json(agent.cluster.object("ConfigMap/a/x").root()));
  };
  CHECK(diff::to_text(agent.pass({config_map("x")}).changes).empty());
}

TEST_CASE("prunes what is no longer rendered, then shortens the inventory", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("a"), config_map("b"), config_map("c"), config_map("d")});
  const PassResult result = agent.pass({config_map("a"), config_map("b"), config_map("c")});
  CHECK(agent.text() ==
        "get ConfigMap/a/d\ndelete ConfigMap/a/d\nreplace Secret/flux-system/INVENTORY\n");
  CHECK(diff::to_text(result.changes) == "deleted ConfigMap/a/d (obsolete)\n");
  CHECK(agent.live->size() == 3);
  agent.restart();
  CHECK(agent.store->load().entries.size() == 3);
}

TEST_CASE("nothing is orphaned wherever a pass is killed", "[appliers][apply]") {
  const std::vector<model::Object> before = {config_map("a"), config_map("b"), config_map("c"),
                                             config_map("d")};
  const std::vector<model::Object> after = {config_map("b", "2"), config_map("c"), config_map("d"),
                                            config_map("e")};
  for (std::size_t kill_at = 0; kill_at < 20; ++kill_at) {
    INFO("killed before request " << kill_at);
    Agent agent;
    agent.pass(before);
    std::size_t count = 0;
    agent.cluster.before = [&](const std::string&) {
      if (count++ == kill_at) throw model::Error(model::ErrorCode::cancelled, "killed");
    };
    bool killed = false;
    try {
      agent.pass(after);
    } catch (const model::Error&) {
      killed = true;
    }
    agent.cluster.before = nullptr;
    agent.restart();
    // What exists with our labels is in the stored inventory at every moment.
    const Inventory stored = agent.store->load();
    for (const char* name : {"a", "b", "c", "d", "e"})
      if (agent.cluster.has("ConfigMap/a/" + std::string(name)))
        CHECK(stored.find({"", "ConfigMap", "a", name}) != nullptr);
    agent.pass(after);
    CHECK_FALSE(agent.cluster.has("ConfigMap/a/a"));
    CHECK(agent.cluster.object("ConfigMap/a/b")["data"]["k"].text() == "2");
    CHECK(agent.store->load().entries.size() == 4);
    if (!killed) break;
  }
}

TEST_CASE("a failed object stops neither its stage nor is anything pruned", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("a"), config_map("b"), config_map("gone"), config_map("c")});
  agent.cluster.script("apply ConfigMap/a/a", FakeCluster::failure(422, "Invalid", "no"));
  const PassResult result =
      agent.pass({config_map("a", "2"), config_map("b", "2"), config_map("c")});
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].id.name == "a");
  CHECK(result.failures[0].message == "422 Invalid: no");
  CHECK(agent.cluster.object("ConfigMap/a/b")["data"]["k"].text() == "2");
  CHECK(agent.cluster.has("ConfigMap/a/gone"));
  CHECK_FALSE(result.pruned);
  CHECK(result.inventory.entries.size() == 4);
  const PassResult next = agent.pass({config_map("a", "2"), config_map("b", "2"), config_map("c")});
  CHECK(next.ok());
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/gone"));
}

TEST_CASE("a failed stage stops the later ones", "[appliers][apply]") {
  Agent agent;
  const model::Object space =
      object(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})");
  agent.cluster.script("apply Namespace/a", FakeCluster::failure(403, "Forbidden", "not you"));
  const PassResult result = agent.pass({config_map("x"), space});
  CHECK(diff::to_text(result.changes) ==
        "skipped Namespace/a (failed): 403 Forbidden: not you\n"
        "skipped ConfigMap/a/x (stage failed): an earlier stage failed\n");
}

TEST_CASE("definitions are awaited before the rest is sent", "[appliers][apply]") {
  Agent agent;
  const model::Object definition =
      object(R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)"
             R"("metadata":{"name":"ws.x.y"},
      "spec":{"group":"x.y","scope":"Namespaced","names":{"kind":"W"}}})");
  const model::Object custom =
      object(R"({"apiVersion":"x.y/v1","kind":"W","metadata":{"name":"w"}})");
  int polls = 0;
  agent.cluster.after = [&](const std::string& line) {
    if (line != "get CustomResourceDefinition/ws.x.y" || ++polls != 3) return;
    agent.cluster.serve({"x.y", "v1", "W"}, true);
    ClusterAnswer established;
    established.code = 200;
    established.object = model::parse_json(
        R"({"metadata":{"name":"ws.x.y"},"status":{"conditions":[{"type":"Established",)"
        R"("status":"True"}]}})");
    agent.cluster.script("get CustomResourceDefinition/ws.x.y", std::move(established));
  };
  const PassResult result = agent.pass({custom, definition});
  CHECK(result.ok());
  CHECK(agent.cluster.has("W/default/w"));
  CHECK(agent.cluster.forgotten == 1);
  CHECK(polls == 4);
}

TEST_CASE("refuses an object that another unit still renders, with both names",
          "[appliers][apply]") {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a",)"
      R"("labels":{
    "kustomize.toolkit.fluxcd.io/name":"other",)"
      R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"}}})");
  UnitNeighbours neighbours;
  OwnerClaim claim = OwnerClaim::stands;
  neighbours.claim = [&](const UnitKey& key, const model::ObjectId&) {
    return key == other_unit ? claim : OwnerClaim::none;
  };
  const PassResult refused = agent.pass({config_map("x"), config_map("y")}, {}, neighbours);
  REQUIRE(refused.failures.size() == 1);
  CHECK(refused.failures[0].message ==
        "belongs to Kustomization/flux-system/other, which still renders it; "
        "Kustomization/flux-system/apps may not take it");
  CHECK(refused.inventory.find({"", "ConfigMap", "a", "x"}) == nullptr);
  CHECK(agent.cluster.has("ConfigMap/a/y"));
  CHECK_FALSE(refused.awaits_owners());
  claim = OwnerClaim::open;
  const PassResult waiting = agent.pass({config_map("x"), config_map("y")}, {}, neighbours);
  CHECK(waiting.awaits_owners());
  CHECK(waiting.failures[0].owner == other_unit);
  CHECK(waiting.failures[0].message ==
        "belongs to Kustomization/flux-system/other, which may be about to let go of it");
  claim = OwnerClaim::none;
  CHECK(agent.pass({config_map("x"), config_map("y")}, {}, neighbours).ok());
}

TEST_CASE("takes over kubectl's fields once, when an object enters the inventory",
          "[appliers][apply]") {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a"},)"
      R"("data":{"old":"1"}})",
      "kubectl-client-side-apply");
  agent.cluster.script("patch ConfigMap/a/x", FakeCluster::failure(409, "Conflict", "modified"));
  agent.pass({config_map("x")});
  CHECK(agent.text() ==
        "get Secret/flux-system/INVENTORY\nget ConfigMap/a/x\ncreate Secret/flux-system/INVENTORY\n"
        "patch ConfigMap/a/x\nget ConfigMap/a/x\npatch ConfigMap/a/x\napply ConfigMap/a/x\n");
  agent.restart();
  agent.pass({config_map("x", "2")});
  CHECK(agent.text().find("patch") == std::string::npos);
}

TEST_CASE("takes over an object that an earlier pass named and did not come to apply",
          "[appliers][apply]") {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a"},)"
      R"("data":{"old":"1"}})",
      "helm");
  agent.cluster.script("patch ConfigMap/a/x", FakeCluster::failure(403, "Forbidden", "no"));
  REQUIRE_FALSE(agent.pass({config_map("x")}).ok());
  agent.restart();
  CHECK(agent.pass({config_map("x")}).ok());
  CHECK(agent.text().find("patch ConfigMap/a/x") != std::string::npos);
}

TEST_CASE("forgets what left the unit, also where nothing is pruned", "[appliers][apply]") {
  const model::ObjectId x{"", "ConfigMap", "a", "x"};
  for (const bool prunes : {true, false}) {
    INFO("prunes: " << prunes);
    Agent agent;
    PassOptions options;
    options.prune = prunes;
    agent.pass({config_map("x"), config_map("y")}, options);
    REQUIRE(agent.live->find(x));
    if (prunes) agent.cluster.erase("ConfigMap/a/x");
    agent.pass({config_map("y")}, options);
    CHECK_FALSE(agent.live->find(x));
  }
}

TEST_CASE("does as the annotations say", "[appliers][apply]") {
  Agent agent;
  const std::string prefix = R"({"kustomize.toolkit.fluxcd.io/)";
  const model::Object disabled = config_map("x", "1", prefix + R"(reconcile":"disabled"})");
  const model::Object once = config_map("y", "1", prefix + R"(ssa":"IfNotPresent"})");
  agent.pass({disabled, once});
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/x"));
  CHECK(agent.cluster.has("ConfigMap/a/y"));
  const model::Object changed = config_map("y", "2", prefix + R"(ssa":"IfNotPresent"})");
  const PassResult result = agent.pass({disabled, changed});
  CHECK(agent.cluster.log.empty());
  CHECK(diff::to_text(result.changes) == "skipped ConfigMap/a/y (disabled): ssa: IfNotPresent\n");
  agent.pass({disabled, changed});
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("asks again where the server says so, within bounds", "[appliers][apply]") {
  Agent agent;
  ClusterAnswer busy = FakeCluster::failure(429, "TooManyRequests", "later");
  busy.retry_after = std::chrono::seconds(2);
  agent.cluster.script("apply ConfigMap/a/x", busy);
  agent.cluster.script("apply ConfigMap/a/x", FakeCluster::failure(500, "", "etcd"));
  CHECK(agent.pass({config_map("x")}).ok());
  REQUIRE(agent.cluster.delays.size() == 2);
  CHECK(agent.cluster.delays[0].count() == 2000);
  for (int i = 0; i < 9; ++i)
    agent.cluster.script("apply ConfigMap/a/x", FakeCluster::failure(503, "", "down"));
  CHECK_FALSE(agent.pass({config_map("x", "2")}).ok());
  CHECK(agent.cluster.log.size() == 5);
}

TEST_CASE("recreates on an immutable field only with force, and never a claim",
          "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  const auto refuse = [&](const std::string& line) {
    agent.cluster.script(line, FakeCluster::failure(422, "Invalid", "field is immutable"));
  };
  refuse("apply ConfigMap/a/x");
  CHECK_FALSE(agent.pass({config_map("x", "2")}).ok());
  refuse("apply ConfigMap/a/x");
  PassOptions force;
  force.force = true;
  const PassResult result = agent.pass({config_map("x", "2")}, force);
  CHECK(agent.text() ==
        "apply ConfigMap/a/x\ndelete ConfigMap/a/x\nget ConfigMap/a/x\napply ConfigMap/a/x\n");
  CHECK(diff::to_text(result.changes) ==
        "configured ConfigMap/a/x (change): recreated: a field is immutable\n");
  const model::Object claim =
      object(R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"p",)"
             R"("namespace":"a"}})");
  refuse("apply PersistentVolumeClaim/a/p");
  CHECK_FALSE(agent.pass({config_map("x", "2"), claim}, force).ok());
}

TEST_CASE("waits until a terminating object is gone and applies again", "[appliers][apply]") {
  Agent agent;
  ClusterAnswer going;
  going.code = 200;
  going.object = model::parse_json(R"({"metadata":{"name":"x","namespace":"a",)"
                                   R"("deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  agent.cluster.script("get ConfigMap/a/x", FakeCluster::failure(404, "NotFound", ""));
  agent.cluster.script("apply ConfigMap/a/x", going);
  agent.cluster.script("get ConfigMap/a/x", going);
  CHECK(agent.pass({config_map("x")}).ok());
  CHECK(agent.text() ==
        "get Secret/flux-system/INVENTORY\nget ConfigMap/a/x\ncreate Secret/flux-system/INVENTORY\n"
        "apply ConfigMap/a/x\nget ConfigMap/a/x\nget ConfigMap/a/x\napply ConfigMap/a/x\n");
  agent.restart();
  for (int i = 0; i < 200; ++i)
    agent.cluster.script("apply ConfigMap/a/x",
                         FakeCluster::failure(403, "Forbidden", "no", {"NamespaceTerminating"}));
  const PassResult result = agent.pass({config_map("x")});
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].answer == AnswerClass::wait_until_gone);
}

TEST_CASE("leaves replicas to whoever scales", "[appliers][apply]") {
  Agent agent;
  agent.cluster.put(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"a",
    "managedFields":[{"manager":"hpa","operation":"Update","subresource":"scale",)"
      R"("fieldsV1":{"f:spec":{"f:replicas":{}}}}]},
    "spec":{"replicas":9}})");
  agent.pass({object(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d",)"
                     R"("namespace":"a"},"spec":{"replicas":1,"paused":true}})")});
  CHECK(agent.cluster.bodies.back().find("replicas") == std::string::npos);
  CHECK(agent.cluster.bodies.back().find("paused") != std::string::npos);
}
