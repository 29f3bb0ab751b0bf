#include "engine/pipeline/generated_values.hpp"

#include <catch2/catch.hpp>

#include "engine/pipeline/pass.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/chart_server.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

model::Object object(const std::string& members, const std::string& kind = "ConfigMap") {
  return model::Object(model::parse_json(R"({"apiVersion":"v1","kind":")" + kind +
                                         R"(","metadata":{"name":"x","namespace":"a"},)" + members +
                                         "}"));
}

/// What becomes of `one`, as JSON, and which paths took over what is there.
std::pair<std::string, std::string> settled(const model::Object& one, const model::Object& other,
                                            const model::Object& live) {
  std::vector<model::Object> objects = {one};
  std::string paths;
  for (const GeneratedField& field :
       keep_generated(objects, std::vector{other}, find_among(std::vector{live})))
    paths += field.path + " ";
  return {model::write_json(objects.front().root()), paths};
}

std::string base64(const std::string& text) {
  return model::base64_encode(text);
}

const appliers::UnitKey web{appliers::UnitKind::helm_release, "team", "web"};

}  // namespace

TEST_CASE("what two renders have otherwise is taken from what is there",
          "[engine][generated_values]") {
  const model::Object one = object(R"("data":{"a":"same","b":"k3J","c":"added"})");
  const model::Object other = object(R"("data":{"a":"same","b":"Qx9","c":"added"})");
  const model::Object live = object(R"("data":{"a":"edited","b":"old","d":"more"},"status":{})");
  const auto [text, paths] = settled(one, other, live);
  CHECK(model::parse_json(text)["data"]["b"].text() == "old");
  CHECK(model::parse_json(text)["data"]["a"].text() == "same");
  CHECK_FALSE(model::parse_json(text)["data"].contains("d"));
  CHECK(paths == "data.b ");
}

TEST_CASE("items of lists are found by name, numbers count too", "[engine][generated_values]") {
  const auto form = [](const std::string& token, int port, const std::string& order) {
    const std::string first = R"({"name":"t","value":")" + token + "\"}";
    const std::string second = R"({"name":"p","value":)" + std::to_string(port) + "}";
    return object("\"list\":[" + (order == "tp" ? first + "," + second : second + "," + first) +
                  "]");
  };
  const auto [text, paths] = settled(form("x", 1, "tp"), form("y", 2, "tp"), form("z", 3, "pt"));
  CHECK(text == model::write_json(form("z", 3, "tp").root()));
  CHECK(paths == "list[0].value list[1].value ");
}

TEST_CASE("a change around a drawn value is shown", "[engine][generated_values]") {
  const auto text_of = [](const std::string& before, const std::string& drawn) {
    return object(R"("data":{"f":")" + before + "password: " + drawn + R"(; end"})");
  };
  CHECK(settled(text_of("v: 1 ", "abc"), text_of("v: 1 ", "abd"), text_of("v: 1 ", "zz")).first ==
        model::write_json(text_of("v: 1 ", "zz").root()));
  CHECK(settled(text_of("v: 2 ", "abc"), text_of("v: 2 ", "xyz"), text_of("v: 1 ", "zz"))
            .second.empty());
}

TEST_CASE("Secrets are compared by what they hold", "[engine][generated_values]") {
  const auto data = [](const std::string& text) {
    return object(R"("data":{"f":")" + base64(text) + "\"}", "Secret");
  };
  CHECK(settled(data("k: 1 p: aaa"), data("k: 1 p: bbb"), data("k: 1 p: ccc")).second == "data.f ");
  CHECK(settled(data("k: 2 p: aaa"), data("k: 2 p: bbb"), data("k: 1 p: ccc")).second.empty());
  const auto text = [](const std::string& value) {
    return object(R"("stringData":{"f":")" + value + "\"}", "Secret");
  };
  const auto [made, paths] = settled(text("aaa"), text("bbb"), data("ccc"));
  CHECK(paths == "stringData.f ");
  CHECK(model::parse_json(made)["stringData"]["f"].text() == "ccc");
  // Another render, where no server made `data` of it.
  CHECK(settled(text("aaa"), text("bbb"), text("ccc")).first ==
        model::write_json(text("ccc").root()));
}

TEST_CASE("what is not there, or not alike, stays as it was drawn", "[engine][generated_values]") {
  const model::Object one = object(R"("data":{"a":"x"})");
  const model::Object other = object(R"("data":{"a":"y"})");
  std::vector<model::Object> objects = {one};
  CHECK(keep_generated(objects, std::vector{other}, find_among({})).empty());
  CHECK(settled(one, other, object(R"("data":{"a":{"deep":1}})")).second.empty());
  CHECK(settled(one, other, object(R"("data":{"a":""})")).second.empty());
  CHECK(settled(one, other, object(R"("other":1)")).second.empty());
  bool asked = false;
  const FindLive find = [&](const std::vector<model::Object>& wanted) {
    asked = true;
    return std::vector<model::Document>(wanted.size());
  };
  CHECK(keep_generated(objects, std::vector{one}, find).empty());
  CHECK_FALSE(asked);
}

namespace {

/// What an agent's process keeps in memory.
struct Process {
  Process(test::FakeCluster& cluster, test::FakeClock& clock)
      : applier(cluster, state, clock),
        services{cluster,
                 state,
                 applier,
                 rendered,
                 [](const appliers::UnitKey&, const std::set<model::Gvk>&,
                    const appliers::ContentTrees&) { return std::set<model::Gvk>(); },
                 {}} {}

  appliers::LiveState state{"key"};
  appliers::UnitApplier applier;
  RenderedUnits rendered{state};
  PassServices services;
};

}  // namespace

TEST_CASE("a restart keeps what functions drew before", "[engine][generated_values][pass]") {
  // As a release, and among the charts of a kustomization.
  const bool is_release = GENERATE(true, false);
  INFO((is_release ? "HelmRelease" : "Kustomization"));
  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  const appliers::UnitKey unit =
      is_release ? web : appliers::UnitKey{appliers::UnitKind::kustomization, "team", "web"};
  appliers::InventoryStore inventory{cluster, unit};
  PassRequest request;
  request.unit = unit;
  request.spec =
      is_release
          ? read_helm_release(model::parse_json(
                R"({"metadata":{"name":"web","namespace":"team"},"spec":{"chart":{"spec":{)"
                R"("chart":"charts/web","sourceRef":{"kind":"GitRepository","name":"r"}}}}})"))
          : read_kustomization(model::parse_json(
                R"({"metadata":{"name":"web","namespace":"team"},"spec":{"prune":true,"path":)"
                R"("apps","sourceRef":{"kind":"GitRepository","name":"r"}}})"));
  request.generation = 1;
  request.artifact.digest = "sha256:1";
  request.inventory = &inventory;
  request.artifact.tree = model::memory_tree(
      {{"apps/kustomization.yaml",
        "helmGlobals: {chartHome: ../charts}\n"
        "helmCharts: [{name: web, releaseName: web}]\n"},
       {"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
       {"charts/web/values.yaml", "{}\n"},
       {"charts/web/templates/all.yaml",
        "{{ $p := randAlphaNum 20 }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        "data: {p: {{ $p | b64enc }}}\n---\napiVersion: v1\nkind: ConfigMap\n"
        "metadata: {name: c, annotations: {sum: {{ $p | sha256sum }}}}\ndata: {k: v}\n"}});
  const auto run_process = [&] {
    Process process(cluster, clock);
    const PassOutcome outcome = run_pass(request, process.services);
    INFO(outcome.error);
    REQUIRE(outcome.end == PassOutcome::End::applied);
    return outcome.result->changes.changes_anything();
  };
  CHECK(run_process());
  const std::string secret = is_release ? "Secret/team/s" : "Secret/default/s";
  const std::string before(cluster.object(secret)["data"]["p"].text());
  CHECK_FALSE(before.empty());
  request.applied_before = true;
  CHECK_FALSE(run_process());
  CHECK(cluster.object(secret)["data"]["p"].text() == before);
  // Asked for by a person, and with another revision, it is drawn anew.
  request.render_anew = true;
  CHECK(run_process());
  CHECK(cluster.object(secret)["data"]["p"].text() != before);
  request.render_anew = false;
  request.applied_before = false;
  CHECK(run_process());
}

TEST_CASE("what was drawn beside remote files stays while these do",
          "[engine][generated_values][pass]") {
  const test::TemporaryDirectory web_root;
  const test::TemporaryDirectory cache;
  const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\ndata: {k: ";
  web_root.write("far.yaml", map + "'1'}\n");
  const test::ChartServer server(web_root.path());
  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  const appliers::UnitKey unit{appliers::UnitKind::kustomization, "team", "web"};
  appliers::InventoryStore inventory{cluster, unit};
  Process process(cluster, clock);
  process.services.ports.remotes = [&] {
    RemoteOptions options;
    options.cache_dir = cache.path();
    return std::make_unique<RemoteContent>(options);
  };
  PassRequest request;
  request.unit = unit;
  request.spec = read_kustomization(model::parse_json(
      R"({"metadata":{"name":"web","namespace":"team"},"spec":{"prune":true,"path":"apps",)"
      R"("sourceRef":{"kind":"GitRepository","name":"r"}}})"));
  request.generation = 1;
  request.artifact.digest = "sha256:1";
  request.inventory = &inventory;
  request.artifact.tree = model::memory_tree(
      {{"apps/kustomization.yaml",
        "helmGlobals: {chartHome: ../charts}\n"
        "resources: ['" +
            server.url("far.yaml") + "']\nhelmCharts: [{name: web, releaseName: web}]\n"},
       {"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
       {"charts/web/values.yaml", "{}\n"},
       {"charts/web/templates/all.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        "data: {p: {{ randAlphaNum 20 | b64enc }}}\n"}});
  const auto run = [&] {
    const PassOutcome outcome = run_pass(request, process.services);
    INFO(outcome.error);
    REQUIRE(outcome.end == PassOutcome::End::applied);
    return outcome.render_reused;
  };
  CHECK_FALSE(run());
  const std::string before(cluster.object("Secret/default/s")["data"]["p"].text());
  const std::size_t requests = cluster.log.size();
  CHECK(run());
  CHECK(cluster.log.size() == requests);
  web_root.write("far.yaml", map + "'2'}\n");
  CHECK_FALSE(run());
  CHECK(cluster.object("ConfigMap/default/far")["data"]["k"].text() == "2");
  CHECK(cluster.object("Secret/default/s")["data"]["p"].text() != before);
}
