#include "reconcile/appliers/prepare.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};
const std::string labels = R"("labels":{"kustomize.toolkit.fluxcd.io/name":"apps",)"
                           R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"})";

PreparedUnit prepared(const std::vector<std::string>& objects, const UnitKey& key = unit) {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  std::vector<model::Object> rendered;
  for (const std::string& json : objects) rendered.emplace_back(model::parse_json(json));
  return prepare(key, rendered, cluster, {.secret_key = "key"});
}

std::string one(const std::string& json) {
  return model::write_json(prepared({json}).objects.at(0).object.document().root());
}

}  // namespace

TEST_CASE("prepares what is sent", "[appliers][apply]") {
  CHECK(one(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",)"
            R"("creationTimestamp":null},"status":{}})") ==
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{)" + labels +
            R"(,"name":"a","namespace":"default"}})");
  CHECK(one(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a",)"
            R"("namespace":"b"}})") ==
        R"({"apiVersion":"v1","kind":"Namespace","metadata":{)" + labels + R"(,"name":"a"}})");
  CHECK(one(R"({"apiVersion":"x.y/v1","kind":"W","metadata":{"name":"a"}})") ==
        R"({"apiVersion":"x.y/v1","kind":"W","metadata":{)" + labels + R"(,"name":"a"}})");
  CHECK(one(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"b"},)"
            R"("data":{"x":"MQ==","y":"Mg=="},"stringData":{"x":"new"}})") ==
        R"({"apiVersion":"v1","data":{"x":"bmV3","y":"Mg=="},"kind":"Secret","metadata":{)" +
            labels + R"(,"name":"a","namespace":"b"}})");
}

TEST_CASE("marks the objects of a release with its own labels", "[appliers][apply]") {
  const UnitKey release{UnitKind::helm_release, "team", "podinfo"};
  const PreparedUnit result = prepared(
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"}})"},
      release);
  CHECK(owner_of(result.objects[0].object.document().root()) == release);
}

TEST_CASE("drops duplicate list items, the last wins", "[appliers][apply]") {
  const std::string pod = R"({"apiVersion":"apps/v1","kind":"Deployment",)"
                          R"("metadata":{"name":"d",)"
                          R"("namespace":"a"},"spec":{"template":{"spec":{"containers":[
      {"name":"c","env":[{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"A",)"
                          R"("value":"3"}],
       "ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"},)"
                          R"({"containerPort":80,"protocol":"TCP"}]}]}}}})";
  const PreparedUnit result = prepared({pod});
  const model::Document object = result.objects[0].object.document();
  const model::Value container = object["spec"]["template"]["spec"]["containers"].at(0);
  CHECK(model::write_json(container["env"]) ==
        R"([{"name":"B","value":"2"},{"name":"A","value":"3"}])");
  CHECK(container["ports"].size() == 2);
  REQUIRE(result.warnings.size() == 2);
  CHECK(result.warnings[0].message ==
        "duplicate item name=A in containers/*/env, the last one wins");
}

TEST_CASE("keeps the last of two objects with one id", "[appliers][apply]") {
  const PreparedUnit result = prepared(
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",)"
       R"("namespace":"default"},"data":{"k":"1"}})",
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"2"}})"});
  REQUIRE(result.objects.size() == 1);
  CHECK(result.objects[0].object.document()["data"]["k"].text() == "2");
  REQUIRE(result.warnings.size() == 1);
}

TEST_CASE("takes the scope of a new kind from its definition", "[appliers][apply]") {
  const PreparedUnit result =
      prepared({R"({"apiVersion":"x.y/v1","kind":"W","metadata":{"name":"a"}})",
                R"({"apiVersion":"x.y/v1","kind":"C","metadata":{"name":"a",)"
                R"("namespace":"b"}})",
                R"({"apiVersion":"apiextensions.k8s.io/v1",)"
                R"("kind":"CustomResourceDefinition",)"
                R"("metadata":{"name":"w"},"spec":{"group":"x.y","scope":"Namespaced",)"
                R"("names":{"kind":"W"}}})",
                R"({"apiVersion":"apiextensions.k8s.io/v1",)"
                R"("kind":"CustomResourceDefinition",)"
                R"("metadata":{"name":"c"},"spec":{"group":"x.y","scope":"Cluster",)"
                R"("names":{"kind":"C"}}})"});
  CHECK(result.objects[0].object.id().kind == "CustomResourceDefinition");
  CHECK(result.objects[2].object.id().display() == "C/a");
  CHECK(result.objects[3].object.id().display() == "W/default/a");
}

TEST_CASE("digests change with the content only", "[appliers][apply]") {
  const std::string left =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"b"},)"
      R"("data":{"x":"1","y":"2"}})";
  const std::string right = R"({"kind":"ConfigMap","apiVersion":"v1","data":{"y":"2",)"
                            R"("x":"1"},)"
                            R"("metadata":{"namespace":"b","name":"a"}})";
  CHECK(prepared({left}).digest == prepared({right}).digest);
}

TEST_CASE("gives the trees of the contents to who needs them right away", "[appliers][apply]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  const auto map = [](const std::string& name, const std::string& data) {
    return model::Object(
        model::parse_json(R"({"apiVersion":"x.y/v1","kind":"W","metadata":{"name":")" + name +
                          R"(","namespace":"a"},"spec":{"v":)" + data + "}}"));
  };
  const std::vector<model::Object> rendered{map("whole", "1"),
                                            map("fraction", "1.50"),
                                            map("twice", "1"),
                                            map("twice", "2"),
                                            map("once", "1"),
                                            map("once", "0.5"),
                                            map("large", '"' + std::string(1U << 20U, 'x') + '"')};
  ContentTrees trees;
  const PreparedUnit result =
      prepare(unit, rendered, cluster, {.secret_key = "key", .trees = &trees});
  std::string kept;
  for (const PreparedObject& object : result.objects) {
    const auto tree = trees.find(object.object.id());
    if (tree == trees.end()) continue;
    kept += object.object.id().name + ' ';
    CHECK(model::equal(tree->second.root(), object.object.document().root()));
    CHECK(model::equal(object.body_for({}, tree->second).root(), object.body_for({}).root()));
  }
  CHECK(kept == "twice whole ");
}
