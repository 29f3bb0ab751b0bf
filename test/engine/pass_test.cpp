#include "engine/pipeline/pass.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKey;
using appliers::UnitKind;
using End = PassOutcome::End;

namespace {

const UnitKey apps{UnitKind::kustomization, "flux-system", "apps"};
const UnitKey infra{UnitKind::kustomization, "flux-system", "infra"};

using Files = std::map<std::string, std::string>;

std::string config_map(const std::string& name, const std::string& value = "1") {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: a}\ndata: {k: \"" + value + "\"}\n---\n";
}

UnitSpec spec_of(const std::string& fields = "") {
  return read_kustomization(model::parse_json(
      R"({"metadata":{"name":"apps","namespace":"flux-system"},"spec":{"prune":true,"path":"apps",)"
      R"("sourceRef":{"kind":"GitRepository","name":"repo"})" +
      fields + "}}"));
}

struct World {
  PassRequest request(char digit, const Files& files) {
    PassRequest request;
    request.unit = apps;
    request.spec = spec_of();
    request.generation = 1;
    request.artifact.revision = {"main", "sha1:" + std::string(40, digit)};
    request.artifact.digest = std::string("sha256:") + digit;
    request.artifact.tree = model::memory_tree(files);
    request.inventory = &inventory;
    return request;
  }
  PassOutcome run(const PassRequest& request) {
    cluster.log.clear();
    return run_pass(request, services);
  }

  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  appliers::LiveState live{"key"};
  appliers::UnitApplier applier{cluster, live, clock};
  RenderedUnits rendered{live};
  appliers::InventoryStore inventory{cluster, apps};
  std::vector<std::set<model::Gvk>> watched;
  std::set<model::Gvk> unwatched;  ///< what the watches answer
  PassServices services{
      cluster,
      live,
      applier,
      rendered,
      [this](const UnitKey&, const std::set<model::Gvk>& kinds, const appliers::ContentTrees&) {
        watched.push_back(kinds);
        return unwatched;
      },
      {}};
};

const Files one{{"apps/x.yaml", config_map("x")}, {"other.txt", "1"}};

}  // namespace

TEST_CASE("a pass renders, watches and applies", "[engine][pipeline][pass]") {
  World world;
  const PassOutcome outcome = world.run(world.request('1', one));
  CHECK(outcome.end == End::applied);
  CHECK(outcome.error.empty());
  CHECK(outcome.render_stored);
  CHECK_FALSE(outcome.render_reused);
  REQUIRE(outcome.result);
  CHECK(diff::to_text(outcome.result->changes) == "created ConfigMap/a/x (change)\n");
  // Once more after the apply: a definition in it may have brought new kinds.
  REQUIRE(world.watched.size() == 2);
  CHECK(world.watched[0] == std::set<model::Gvk>{{"", "v1", "ConfigMap"}});
  CHECK(outcome.rendered->render.objects.empty());
}

TEST_CASE("the same artifact is not rendered again, and nothing is sent",
          "[engine][pipeline][pass]") {
  World world;
  world.run(world.request('1', one));
  const PassOutcome again = world.run(world.request('1', one));
  CHECK(again.render_reused);
  CHECK_FALSE(again.render_stored);
  CHECK(world.cluster.log.empty());
  CHECK(world.watched.size() == 3);
}

TEST_CASE("objects of kinds that no watch tells of are looked at in each pass",
          "[engine][pipeline][pass]") {
  World world;
  world.unwatched = {{"", "v1", "ConfigMap"}};
  world.run(world.request('1', one));
  world.run(world.request('1', one));
  CHECK(world.cluster.log == std::vector<std::string>{"get ConfigMap/a/x"});
  const std::string key = "ConfigMap/a/x";
  SECTION("one that drifted is reverted") {
    world.cluster.put(test::FakeCluster::edited(world.cluster.object(key), "k", "2"),
                      "kubectl-edit");
    const PassOutcome outcome = world.run(world.request('1', one));
    CHECK(diff::to_text(outcome.result->changes) == "configured ConfigMap/a/x (drift)\n");
    CHECK(world.cluster.object(key)["data"]["k"].text() == "1");
  }
  SECTION("one that is gone comes back") {
    world.cluster.erase(key);
    world.run(world.request('1', one));
    CHECK(world.cluster.has(key));
  }
}

TEST_CASE("a revision that changes nothing the unit read moves its render on",
          "[engine][pipeline][pass]") {
  World world;
  world.run(world.request('1', one));
  Files files = one;
  files["other.txt"] = "2";
  const PassOutcome outcome = world.run(world.request('2', files));
  CHECK(outcome.render_reused);
  CHECK(outcome.render_stored);
  CHECK(outcome.rendered->revision == "main@sha1:" + std::string(40, '2'));
  CHECK(world.rendered.find(apps)->revision == outcome.rendered->revision);
  CHECK(world.cluster.log.empty());
}

TEST_CASE("a change of what it read, of its spec, or a request renders anew",
          "[engine][pipeline][pass]") {
  World world;
  world.run(world.request('1', one));
  CHECK_FALSE(world.run(world.request('2', {{"apps/x.yaml", config_map("x", "2")}})).render_reused);
  PassRequest request = world.request('2', {{"apps/x.yaml", config_map("x", "2")}});
  CHECK(world.run(request).render_reused);
  request.render_anew = true;
  CHECK_FALSE(world.run(request).render_reused);
  request.render_anew = false;
  request.generation = 2;
  CHECK_FALSE(world.run(request).render_reused);
}

TEST_CASE("a unit whose dependencies are not ready renders only", "[engine][pipeline][pass]") {
  World world;
  PassRequest request = world.request('1', one);
  request.dependencies_ready = false;
  const PassOutcome outcome = world.run(request);
  CHECK(outcome.end == End::waiting);
  CHECK(outcome.render_stored);
  CHECK_FALSE(outcome.result);
  CHECK(world.watched.empty());
  CHECK(world.cluster.log.empty());
}

TEST_CASE("a render that fails names the file and applies nothing", "[engine][pipeline][pass]") {
  World world;
  world.run(world.request('1', one));
  const PassOutcome outcome = world.run(world.request('2', {{"apps/x.yaml", "a: [\n"}}));
  CHECK(outcome.end == End::render_failed);
  CHECK_THAT(outcome.error, Catch::Contains("x.yaml"));
  CHECK(outcome.rendered == nullptr);
  CHECK(world.cluster.log.empty());
  CHECK(world.rendered.find(apps) != nullptr);
}

TEST_CASE("names up to ten objects that failed", "[engine][pipeline][pass]") {
  World world;
  std::string text;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "m" + std::to_string(10 + i);
    text += config_map(name);
    world.cluster.script("apply ConfigMap/a/" + name,
                         test::FakeCluster::failure(422, "Invalid", "no " + name));
  }
  const PassOutcome outcome = world.run(world.request('1', {{"apps/x.yaml", text}}));
  CHECK(outcome.end == End::apply_failed);
  CHECK_THAT(outcome.error, Catch::StartsWith("ConfigMap/a/m10: ") && Catch::Contains("no m19\n") &&
                                Catch::EndsWith("and 2 more"));
  CHECK(outcome.error.find("m20") == std::string::npos);
}

TEST_CASE("does not repeat the values of a Secret that the server refused",
          "[engine][pipeline][pass]") {
  World world;
  world.cluster.script(
      "apply Secret/a/s",
      test::FakeCluster::failure(422, "Invalid", "data[k]: Invalid value: \"hunter2\": too odd"));
  const PassOutcome outcome = world.run(world.request(
      '1', {{"apps/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\n"}}));
  CHECK(outcome.end == End::apply_failed);
  CHECK_THAT(outcome.error, Catch::Contains("data[k]: Invalid value: ***"));
  CHECK(outcome.error.find("hunter2") == std::string::npos);
}

TEST_CASE("whatever is thrown ends the pass with an outcome", "[engine][pipeline][pass]") {
  World world;
  world.services.watch = [](const UnitKey&, const std::set<model::Gvk>&,
                            const appliers::ContentTrees&) -> std::set<model::Gvk> {
    throw model::Error(model::ErrorCode::unavailable, "no discovery");
  };
  const PassOutcome outcome = world.run(world.request('1', one));
  CHECK(outcome.end == End::apply_failed);
  CHECK(outcome.error == "no discovery");
  world.services.watch = [](const UnitKey&, const std::set<model::Gvk>&,
                            const appliers::ContentTrees&) -> std::set<model::Gvk> {
    throw std::runtime_error("odd");
  };
  CHECK(world.run(world.request('1', one)).error == "odd");
}

TEST_CASE("an inventory that cannot be read ends the pass before any write",
          "[engine][pipeline][pass]") {
  World world;
  world.cluster.script("get Secret/flux-system/" + world.inventory.secret_name(),
                       test::FakeCluster::failure(403, "Forbidden", "no"));
  const PassOutcome outcome = world.run(world.request('1', one));
  CHECK(outcome.end == End::apply_failed);
  CHECK_FALSE(outcome.result);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
}

TEST_CASE("prunes wait for a unit that has not rendered the revision", "[engine][pipeline][pass]") {
  World world;
  world.run(world.request('1', {{"apps/x.yaml", config_map("x") + config_map("y")}}));
  world.rendered.expect(infra, spec_of().source);
  const Files less{{"apps/x.yaml", config_map("x")}};
  const PassOutcome outcome = world.run(world.request('2', less));
  CHECK(outcome.end == End::applied);
  CHECK_FALSE(outcome.result->pruned);
  CHECK(world.cluster.has("ConfigMap/a/y"));
  world.rendered.excuse(infra);
  CHECK(world.run(world.request('2', less)).result->pruned);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/y"));
}

TEST_CASE("an observing pass writes nothing", "[engine][pipeline][pass]") {
  World world;
  PassRequest request = world.request('1', one);
  request.observe_only = true;
  const PassOutcome outcome = world.run(request);
  CHECK(outcome.end == End::applied);
  CHECK_FALSE(world.cluster.has("ConfigMap/a/x"));
  CHECK(world.run(request).result->changes.objects[0].action == diff::Action::skipped);
}

TEST_CASE("values of the cluster that changed render a release anew", "[engine][pipeline][pass]") {
  World world;
  std::string value = "v: 1\n";
  world.services.ports.config = [&](const std::string&, const std::string&, const std::string&) {
    return ConfigData{{"values.yaml", value}};
  };
  PassRequest request = world.request(
      '1',
      {{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"},
       {"charts/web/templates/m.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {k: '{{ .Values.v }}'}\n"}});
  request.unit = {UnitKind::helm_release, "a", "web"};
  request.spec = read_helm_release(model::parse_json(
      R"({"metadata":{"name":"web","namespace":"a"},"spec":{"chart":{"spec":{"chart":"charts/web",)"
      R"("sourceRef":{"kind":"GitRepository","name":"repo"}}},)"
      R"("valuesFrom":[{"kind":"ConfigMap","name":"c"}]}})"));
  appliers::InventoryStore inventory(world.cluster, request.unit);
  request.inventory = &inventory;
  CHECK(world.run(request).end == End::applied);
  CHECK(world.run(request).render_reused);
  value = "v: 2\n";
  CHECK_FALSE(world.run(request).render_reused);
  CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "2");
}

TEST_CASE("a ConfigMap of substituteFrom is read once a pass and renders anew where it changed",
          "[engine][pipeline][pass]") {
  World world;
  std::string value = "one";
  int reads = 0;
  world.services.ports.config = [&](const std::string&, const std::string&, const std::string&) {
    ++reads;
    return ConfigData{{"v", value}};
  };
  PassRequest request = world.request('1', {{"apps/x.yaml", config_map("x", "${v}")}});
  request.spec = read_kustomization(model::parse_json(
      R"({"metadata":{"name":"apps","namespace":"a"},"spec":{"path":"apps","prune":true,)"
      R"("sourceRef":{"kind":"GitRepository","name":"repo"},)"
      R"("postBuild":{"substituteFrom":[{"kind":"ConfigMap","name":"c"}]}}})"));
  CHECK(world.run(request).end == End::applied);
  CHECK(reads == 1);
  CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "one");
  CHECK(world.run(request).render_reused);
  CHECK(reads == 2);
  value = "two";
  CHECK_FALSE(world.run(request).render_reused);
  CHECK(reads == 3);
  CHECK(world.cluster.object("ConfigMap/a/x")["data"]["k"].text() == "two");
}
