#include "engine/controllers/unit_controller.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::UnitWorld;

namespace {

const std::string status_path = "/kustomizations/apps/status";
const model::ObjectId map_x{"", "ConfigMap", "a", "x"};

std::string requested(const std::string& value, bool prune = false) {
  return R"("annotations":{"reconcile.fluxcd.io/requestedAt":")" + value +
         (prune ? R"(","reconcile.dev/allowPrune":")" + value : "") + R"("})";
}

std::size_t passes_of(const UnitWorld& world, const std::string& name) {
  return static_cast<std::size_t>(
      std::count(world.watched.begin(), world.watched.end(), UnitWorld::key(name)));
}

}  // namespace

TEST_CASE("applies a unit and says so", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  CHECK(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.message("apps") == "Applied revision: " + UnitWorld::revision('1'));
  const model::Document patch = world.status("apps");
  const model::Value status = patch["status"];
  CHECK(status["lastAppliedRevision"].text() == UnitWorld::revision('1'));
  CHECK(status["observedGeneration"].integer() == 1);
  CHECK(status["conditions"].size() == 1);
  CHECK(status["inventory"]["entries"].at(0)["id"].text() == "a_x__ConfigMap");
  const auto events = world.api.writes_to("/namespaces/flux-system/events");
  REQUIRE(events.size() == 2);
  const model::Document event = model::parse_json(events[0].body);
  CHECK(event["reason"].text() == "Progressing");
  CHECK(event["message"].text() == "ConfigMap/a/x created");
  CHECK(event["type"].text() == "Normal");
}

TEST_CASE("a pass without change sends nothing and writes no status",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  world.cluster.log.clear();
  const std::size_t writes = world.api.writes().size();
  world.run([&] { world.units->trigger(UnitWorld::key("apps")); });
  CHECK(passes_of(world, "apps") >= 2);
  CHECK(world.cluster.log.empty());
  CHECK(world.api.writes().size() == writes);
}

TEST_CASE("runs a pass when the interval is over", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  const std::size_t before = passes_of(world, "apps");
  world.advance(9min);
  CHECK(passes_of(world, "apps") == before);
  world.advance(2min);
  CHECK(passes_of(world, "apps") == before + 1);
}

TEST_CASE("no interval makes a unit run all the time", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", R"("timeout":"1s","retryInterval":"0s")");
  const std::size_t before = passes_of(world, "apps");
  world.advance(500ms);
  CHECK(passes_of(world, "apps") == before);
}

TEST_CASE("answers a request, also one that fails", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  const auto handled = [&] {
    return std::string(world.status("apps")["status"]["lastHandledReconcileAt"].text());
  };
  CHECK(handled().empty());
  world.kustomization("apps", "", 1, requested("1"));
  CHECK(handled() == "1");
  world.commit('2', {{"apps/x.yaml", "a: [\n"}});
  world.kustomization("apps", "", 1, requested("2"));
  CHECK(world.ready("apps") == "False BuildFailed");
  CHECK(handled() == "2");
  world.kustomization("apps", R"("decryption":{"provider":"sops"})", 2, requested("3"));
  CHECK(world.ready("apps") == "False FieldNotSupported");
  CHECK(handled() == "3");
  world.kustomization("apps", R"("wait":"perhaps")", 3, requested("4"));
  CHECK(world.ready("apps") == "False InvalidSpec");
  CHECK(handled() == "4");
}

TEST_CASE("a request that was answered before starts nothing",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "", 1, requested("1"), R"({"lastHandledReconcileAt":"1"})");
  const std::size_t before = passes_of(world, "apps");
  world.kustomization("apps", "", 1, requested("1"));
  CHECK(passes_of(world, "apps") == before);
}

TEST_CASE("a request made here is one pass, however late its annotation is seen",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "", 1, requested("1"));
  world.run([&] { world.units->request(UnitWorld::key("apps"), "2"); });
  const std::size_t before = passes_of(world, "apps");
  const auto handled = [&] {
    return std::string(world.status("apps")["status"]["lastHandledReconcileAt"].text());
  };
  CHECK(handled() == "2");
  for (const char* value : {"1", "2"}) {
    world.kustomization("apps", "", 1, requested(value), R"({"lastHandledReconcileAt":"2"})");
    CHECK(handled() == "2");
  }
  CHECK(passes_of(world, "apps") == before);
}

TEST_CASE("what only a change can cure is Stalled", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", R"("serviceAccountName":"deployer")", 4);
  const model::Document patch = world.status("apps");
  const Conditions conditions = Conditions::read(patch["status"]["conditions"]);
  CHECK(conditions.is_true("Stalled"));
  CHECK(conditions.find("Reconciling") == nullptr);
  CHECK(patch["status"]["observedGeneration"].integer() == 4);
  CHECK(world.message("apps") ==
        "spec.serviceAccountName is not supported yet, nothing is applied");
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  world.kustomization("apps", "", 5);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.status("apps")["status"]["conditions"].size() == 1);
}

TEST_CASE("tries a failed apply again, longer and longer apart",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  for (int i = 0; i < 2; ++i)
    world.cluster.script("apply ConfigMap/a/x", test::FakeCluster::failure(422, "Invalid", "no"));
  world.kustomization("apps", "");
  CHECK(world.ready("apps") == "False ReconciliationFailed");
  CHECK_THAT(world.message("apps"), Catch::StartsWith("ConfigMap/a/x: "));
  const Conditions conditions = Conditions::read(world.status("apps")["status"]["conditions"]);
  CHECK(conditions.find("Reconciling")->reason == "ProgressingWithRetry");
  CHECK_FALSE(world.status("apps")["status"].contains("observedGeneration"));
  const model::Document event =
      model::parse_json(world.api.writes_to("/namespaces/flux-system/events").back().body);
  CHECK(event["type"].text() == "Warning");
  CHECK(event["reason"].text() == "ReconciliationFailed");
  world.advance(6s);
  CHECK(world.ready("apps") == "False ReconciliationFailed");
  world.advance(6s);
  CHECK(world.ready("apps") == "False ReconciliationFailed");
  world.advance(6s);
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("other units go on where one does not build", "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}, {"bad/y.yaml", "a: [\n"}});
  world.kustomization("bad", "");
  world.kustomization("apps", "");
  CHECK(world.ready("bad") == "False BuildFailed");
  CHECK_THAT(world.message("bad"), Catch::Contains("y.yaml"));
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("renders but does not apply until its dependencies are ready",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")},
                     {"infra/y.yaml", UnitWorld::config_map("y")}});
  world.kustomization("apps", R"("dependsOn":[{"name":"infra"}])");
  CHECK(world.ready("apps") == "False DependencyNotReady");
  CHECK(world.message("apps") == "dependency 'flux-system/infra' not found");
  CHECK(world.rendered.renders(UnitWorld::key("apps"), map_x));
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  // The end of its pass starts who waits for it, without any timer.
  world.kustomization("infra", "");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.cluster.has("ConfigMap/a/x"));
}

TEST_CASE("units that depend on each other wait without a storm",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit(
      '1', {{"a/x.yaml", UnitWorld::config_map("x")}, {"b/y.yaml", UnitWorld::config_map("y")}});
  world.kustomization("a", R"("dependsOn":[{"name":"b"}])");
  world.kustomization("b", R"("dependsOn":[{"name":"a"}])");
  CHECK(world.message("a") == "dependency 'flux-system/b' not found");
  CHECK(world.message("b") == "dependency 'flux-system/a' is not ready");
  world.advance(31s);
  CHECK(world.message("a") == "dependency 'flux-system/b' is not ready");
  CHECK(world.cluster.log.empty());
}

TEST_CASE("the objects of a suspended unit are left alone",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  world.kustomization("apps", R"("suspend":true)", 2);
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x", "2")}});
  CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "1");
  world.run([&] { world.units->on_drift(UnitWorld::key("apps"), map_x, {}); });
  world.kustomization("apps", "", 3);
  CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "2");
  CHECK(world.status("apps")["status"]["observedGeneration"].integer() == 3);
}

TEST_CASE("the last artifact stays in force, a lost source is a condition",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.kustomization("apps", "");
  CHECK(world.ready("apps") == "False ArtifactFailed");
  CHECK(world.message("apps") == "source GitRepository/flux-system/repo not found");
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  world.run([&] { world.sources->remove({"GitRepository", "flux-system", "repo"}); });
  CHECK(world.ready("apps") == "False ArtifactFailed");
  CHECK(world.cluster.has("ConfigMap/a/x"));
}

TEST_CASE("a spec that changes during a pass is not called ready by that pass",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  test::Watched<int> stage;
  world.cluster.before = [&](const std::string& line) {
    if (line != "apply ConfigMap/a/x" || stage.get() != 0) return;
    stage.set(1);
    stage.wait([](int value) { return value == 2; });
  };
  const auto object = [](int generation, const std::string& path) {
    return model::parse_json(
        R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1",)"
        R"("kind":"Kustomization","metadata":{"name":"apps","namespace":"flux-system",)"
        R"("finalizers":["finalizers.fluxcd.io"],)"
        R"("generation":)" +
        std::to_string(generation) + R"(},"spec":{"path":")" + path +
        R"(","sourceRef":{"kind":"GitRepository","name":"repo"}}})");
  };
  world.control.post(
      [&] { world.units->upsert(appliers::UnitKind::kustomization, object(1, "./apps")); });
  REQUIRE(stage.wait([](int value) { return value == 1; }));
  world.control.post(
      [&] { world.units->upsert(appliers::UnitKind::kustomization, object(2, "./gone")); });
  stage.set(2);
  world.settle();
  CHECK(world.ready("apps") == "False BuildFailed");
  for (const test::Write& write : world.api.writes_to(status_path))
    CHECK(write.body.find(R"("reason":"ReconciliationSucceeded","status":"True")") ==
          std::string::npos);
}

TEST_CASE("a restart writes no status that is there already",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  const model::Document patch = world.status("apps");
  const std::string status = model::write_json(patch["status"]);
  const std::size_t writes = world.api.writes_to(status_path).size();
  world.run([&] { world.units->remove(UnitWorld::key("apps")); });
  world.kustomization("apps", "", 1, "", status);
  CHECK(passes_of(world, "apps") >= 2);
  CHECK(world.api.writes_to(status_path).size() == writes);
  // What is new is written, though.
  world.kustomization("apps", "", 2);
  CHECK(world.api.writes_to(status_path).size() == writes + 1);
}

TEST_CASE("shows the inventory that a pass stored which could not tell of it",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  bool cut = false;
  world.cluster.after = [&cut](const std::string& line) {
    if (line.starts_with("replace Secret/") && !std::exchange(cut, true))
      throw model::Error(model::ErrorCode::unavailable, "connection reset");
  };
  world.commit('2', {{"apps/x.yaml", UnitWorld::config_map("x")},
                     {"apps/y.yaml", UnitWorld::config_map("y")}});
  REQUIRE(cut);
  CHECK(world.ready("apps") == "False ReconciliationFailed");
  world.run([&] { world.units->trigger(UnitWorld::key("apps")); });
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
  CHECK(world.shown_objects("apps") ==
        std::vector<std::string>{"a_x__ConfigMap", "a_y__ConfigMap"});
}

TEST_CASE("a restart shows the inventory where the status has an older one",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  const model::Document patch = world.status("apps");
  std::string status = model::write_json(patch["status"]);
  status.replace(status.find("a_x__ConfigMap"), 14, "a_w__ConfigMap");
  world.run([&] { world.units->remove(UnitWorld::key("apps")); });
  const std::size_t writes = world.api.writes_to(status_path).size();
  world.kustomization("apps", "", 1, "", status);
  CHECK(world.api.writes_to(status_path).size() == writes + 1);
  CHECK(world.shown_objects("apps") == std::vector<std::string>{"a_x__ConfigMap"});
}

TEST_CASE("puts its finalizer on a unit before the first pass",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  const model::Document object = model::parse_json(
      R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization","metadata":)"
      R"({"name":"apps","namespace":"flux-system","uid":"u","finalizers":["x"]},)"
      R"("spec":{"path":"apps","sourceRef":{"kind":"GitRepository","name":"repo"}}})");
  world.run([&] { world.units->upsert(appliers::UnitKind::kustomization, object); });
  const auto writes = world.api.writes_to("/kustomizations/apps");
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].body ==
        R"([{"op":"test","path":"/metadata/uid","value":"u"},)"
        R"({"op":"test","path":"/metadata/finalizers","value":["x"]},)"
        R"({"op":"add","path":"/metadata/finalizers","value":["x","finalizers.fluxcd.io"]}])");
}

TEST_CASE("an agent that only observes writes nothing but its status",
          "[engine][controllers][unit_controller]") {
  UnitWorld world({.observe_only = true});
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "", 1, R"("labels":{})");
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.api.writes_to("/kustomizations/apps").empty());
  world.kustomization("apps", "", 1, R"("deletionTimestamp":"2026-01-01T00:00:00Z")");
  CHECK(world.api.writes_to("/kustomizations/apps").empty());
}

TEST_CASE("an agent that only observes says what it would do and applies nothing",
          "[engine][controllers][unit_controller]") {
  UnitOptions options;
  options.observe_only = true;
  UnitWorld world(options);
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")},
                     {"infra/z.yaml", UnitWorld::config_map("z")}});
  world.kustomization("infra", "");
  world.kustomization("apps", R"("dependsOn":[{"name":"infra"}])");
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.ready("apps") == "Unknown Observed");
  CHECK(world.message("apps") == "Observed revision: " + UnitWorld::revision('1') +
                                     ", 1 would change; nothing is applied (observe only)");
  CHECK_FALSE(world.status("apps")["status"].contains("lastAppliedRevision"));
  CHECK(world.api.writes_to("/events").empty());
}

TEST_CASE("a source that only failed again starts no pass",
          "[engine][controllers][unit_controller]") {
  UnitWorld world;
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "");
  const std::size_t before = passes_of(world, "apps");
  world.run([&] { world.units->on_source_change({"GitRepository", "flux-system", "repo"}); });
  CHECK(passes_of(world, "apps") == before);
}
