#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

TEST_CASE("reverts a drifted object and says what differed", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  agent.cluster.put(test::FakeCluster::edited(agent.cluster.object("ConfigMap/a/x"), "k", "9"));
  const model::Document event = agent.cluster.object("ConfigMap/a/x");
  const Observation seen =
      agent.live->observe(WatchEventType::modified, {"", "v1", "ConfigMap"}, event.root());
  CHECK(seen.verdict == LiveVerdict::drifted);
  CHECK(seen.unit == unit);
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PreparedUnit prepared = agent.prepared({config_map("x")});
  const diff::ObjectChange change =
      applier.revert(prepared, prepared.objects.front(), event.root());
  CHECK(diff::to_text({{change}}) ==
        "configured ConfigMap/a/x (drift)\n  data.k: \"9\" -> \"1\" (drift)\n");
  CHECK(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "1");
  agent.pass({config_map("x")});
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("creates again what somebody deleted", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  agent.cluster.erase("ConfigMap/a/x");
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PreparedUnit prepared = agent.prepared({config_map("x")});
  const diff::ObjectChange change = applier.revert(prepared, prepared.objects.front(), {});
  CHECK(diff::to_text({{change}}) == "created ConfigMap/a/x (gone)\n");
}

TEST_CASE("a revert that leaves an object as it is looks whether it still is so",
          "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x")});
  const model::Document applied = agent.cluster.object("ConfigMap/a/x");
  const std::string annotations = R"("annotations":{)";
  std::string json = model::write_json(applied.root());
  json.insert(json.find(annotations) + annotations.size(),
              R"("kustomize.toolkit.fluxcd.io/reconcile":"disabled")");
  agent.cluster.put(json);
  const model::Document old_event = agent.cluster.object("ConfigMap/a/x");
  agent.cluster.put(test::FakeCluster::edited(applied, "k", "9"));
  const model::Document event = agent.cluster.object("ConfigMap/a/x");
  for (const model::Document& seen : {old_event, event})
    agent.live->observe(WatchEventType::modified, {"", "v1", "ConfigMap"}, seen.root());
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PreparedUnit prepared = agent.prepared({config_map("x")});
  const PreparedObject& object = prepared.objects.front();
  SECTION("it is not") {
    const diff::ObjectChange change = applier.revert(prepared, object, old_event.root());
    CHECK(change.action == diff::Action::configured);
    CHECK(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "1");
  }
  SECTION("it cannot be seen") {
    agent.cluster.script("get ConfigMap/a/x", test::FakeCluster::failure(403, "Forbidden", "no"));
    CHECK_THROWS_WITH(applier.revert(prepared, object, old_event.root()),
                      Catch::Contains("look at it: "));
    CHECK_FALSE(agent.live->is_settled(unit, object.object.id(), object.digest));
  }
}

TEST_CASE("plans and observes without writing", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  agent.cluster.log.clear();
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PreparedUnit prepared = agent.prepared({config_map("x", "2"), config_map("z")});
  const std::string text = diff::to_text(applier.plan(prepared, agent.store->load()));
  CHECK(text ==
        "configured ConfigMap/a/x (change)\n"
        "  data.k: \"1\" -> \"2\" (change, reconcile Apply at 2026-01-01T00:00:00Z)\n"
        "created ConfigMap/a/z (change)\n"
        "  + data: {\"k\":\"1\"}\n"
        "  + metadata.annotations: {}\n"
        "  + metadata.labels: {\"kustomize.toolkit.fluxcd.io/name\":\"apps\","
        "\"kustomize.toolkit.fluxcd.io/namespace\":\"flux-system\"}\n"
        "deleted ConfigMap/a/y (obsolete)\n");
  PassOptions observe;
  observe.observe_only = true;
  const PassResult result = agent.pass({config_map("x", "2")}, observe);
  CHECK_FALSE(result.changes.changes_anything());
  CHECK(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "1");
}

TEST_CASE("removes everything behind the same guard", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("a"), config_map("b"), config_map("c"), config_map("d")});
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PruneResult held = applier.remove_all(*agent.store, unit);
  CHECK_FALSE(held.guard.allowed);
  CHECK(held.remaining.size() == 4);
  PassOptions approved;
  approved.prune_approved = true;
  const PruneResult removed = applier.remove_all(*agent.store, unit, approved);
  CHECK(removed.remaining.empty());
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/a"));
  CHECK_FALSE(agent.cluster.has("Secret/flux-system/" + agent.store->secret_name()));
  CHECK(agent.live->size() == 0);
}

TEST_CASE("a revert writes nothing that is not its unit's any more", "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  const PreparedUnit prepared = agent.prepared({config_map("x"), config_map("y")});
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const model::Document live = agent.cluster.object("ConfigMap/a/x");
  agent.cluster.log.clear();
  const auto revert = [&](const std::function<bool()>& is_wanted) {
    return applier.revert(prepared, prepared.objects.front(), live.root(), {}, is_wanted);
  };
  const diff::ObjectChange unwanted = revert([] { return false; });
  CHECK(unwanted.action == diff::Action::skipped);
  CHECK(unwanted.reason == diff::Reason::handed_over);
  agent.live->forget(unwanted.id);
  CHECK(revert({}).reason == diff::Reason::handed_over);
  agent.live->adopt(other_unit, {"", "v1", "ConfigMap"}, {}, live.root());
  CHECK(revert({}).reason == diff::Reason::handed_over);
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("nothing is pruned or taken over while a revert does not end", "[appliers][apply]") {
  Agent agent;
  PassOptions options;
  options.revert_wait_max = std::chrono::milliseconds(1);
  const model::ObjectId x{"", "ConfigMap", "a", "x"};
  agent.pass({config_map("x"), config_map("y")});
  REQUIRE(agent.live->begin_revert(unit, x));
  const PassResult pruning = agent.pass({config_map("y")}, options);
  REQUIRE(pruning.failures.size() == 1);
  CHECK(pruning.failures[0].message == "a revert of it is still on its way");
  CHECK(pruning.inventory.find(x) != nullptr);
  CHECK(agent.cluster.has("ConfigMap/a/x"));

  InventoryStore store(agent.cluster, other_unit);
  const std::vector<model::Object> rendered = {config_map("x")};
  const PreparedUnit taker = prepare(other_unit, rendered, agent.cluster, {.secret_key = "key"});
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PassResult taking = applier.apply(taker, store, options);
  REQUIRE(taking.failures.size() == 1);
  CHECK(taking.failures[0].message == "is still being written for Kustomization/flux-system/apps");
  CHECK(taking.inventory.find(x) == nullptr);
  agent.live->abort_write(x);
  CHECK(applier.apply(taker, store, options).ok());
  CHECK(owner_of(agent.cluster.object("ConfigMap/a/x").root()) == other_unit);
  CHECK(agent.pass({config_map("y")}, options).ok());
}

TEST_CASE("a unit that goes leaves what another wants, without waiting for it",
          "[appliers][apply]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  UnitNeighbours neighbours;
  neighbours.any_other_renders = [](const model::ObjectId& id) { return id.name == "x"; };
  const PruneResult result = applier.remove_all(*agent.store, unit, {}, neighbours);
  CHECK(result.remaining.empty());
  CHECK(agent.cluster.has("ConfigMap/a/x"));
  CHECK_FALSE(agent.cluster.has("ConfigMap/a/y"));
  CHECK_FALSE(agent.cluster.has("Secret/flux-system/" + agent.store->secret_name()));
  CHECK(agent.live->size() == 0);
}
