#include "reconcile/diff/managed_fields.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/diff/objects.hpp"

using namespace reconcile;
using diff::FieldPath;
using diff::PathStepType;

namespace {

const FieldPath replicas = {{PathStepType::field, "spec"}, {PathStepType::field, "replicas"}};
const FieldPath image = {{PathStepType::field, "spec"},
                         {PathStepType::field, "template"},
                         {PathStepType::field, "spec"},
                         {PathStepType::field, "containers"},
                         {PathStepType::key, R"({"name":"app"})"},
                         {PathStepType::field, "image"}};

}  // namespace

TEST_CASE("reads trie keys of every form", "[diff][managed_fields]") {
  struct Row {
    const char* key;
    PathStepType type;
    const char* text;
  };
  const Row rows[] = {
      {"f:spec", PathStepType::field, "spec"},
      {"f:a.b/c", PathStepType::field, "a.b/c"},
      {R"(k:{"name":"a"})", PathStepType::key, R"({"name":"a"})"},
      {R"(v:"x")", PathStepType::value, R"("x")"},
      {"i:3", PathStepType::index, "3"},
  };
  for (const Row& row : rows) {
    const auto step = diff::parse_step(row.key);
    REQUIRE(step);
    CHECK(step->type == row.type);
    CHECK(step->text == row.text);
  }
  for (const char* key : {".", "", "f", "x:y", ":"}) CHECK_FALSE(diff::parse_step(key));
}

TEST_CASE("writes paths as people read them", "[diff][managed_fields]") {
  CHECK(diff::to_string(image) == "spec.template.spec.containers[name=app].image");
  const FieldPath annotation = {{PathStepType::field, "metadata"},
                                {PathStepType::field, "annotations"},
                                {PathStepType::field, "a.b/c"}};
  CHECK(diff::to_string(annotation) == "metadata.annotations[\"a.b/c\"]");
  const FieldPath port = {{PathStepType::field, "ports"},
                          {PathStepType::key, R"({"containerPort":80,"protocol":"TCP"})"}};
  CHECK(diff::to_string(port) == "ports[containerPort=80,protocol=TCP]");
  const FieldPath finalizer = {{PathStepType::field, "finalizers"}, {PathStepType::value, "\"x\""}};
  CHECK(diff::to_string(finalizer) == "finalizers[\"x\"]");
  CHECK(diff::to_string(FieldPath{}).empty());
}

TEST_CASE("finds our entry among others and ignores damaged ones", "[diff][managed_fields]") {
  const model::Document object = model::parse_json(R"({"metadata":{"managedFields":[{},
    {"manager":"reconcile","operation":"Update","fieldsV1":{"f:a":{}}},
    {"manager":"reconcile","operation":"Apply","subresource":"status",)"
                                                   R"("fieldsV1":{"f:b":{}}},
    {"manager":"reconcile","operation":"Apply","apiVersion":"v1","fieldsV1":{"f:c":{}}}]}})");
  CHECK(diff::managed_entries(object.root()).size() == 3);
  const auto entry = diff::find_apply_entry(object.root());
  REQUIRE(entry);
  CHECK(entry->fields.contains("f:c"));
  CHECK_FALSE(diff::find_apply_entry(object.root(), "other"));
  CHECK_FALSE(diff::find_apply_entry(model::Value()));
}

TEST_CASE("names the owners of a field, of the whole where it is atomic",
          "[diff][managed_fields]") {
  const model::Document live = model::parse_json(test::deployment("edited"));
  const auto entries = diff::managed_entries(live.root());
  const auto owners = diff::owners_of(entries, replicas);
  REQUIRE(owners.size() == 1);
  CHECK(owners[0].manager == "kubectl-edit");
  CHECK(owners[0].operation == diff::Operation::update);
  CHECK(owners[0].time == "2026-01-31T08:00:00Z");
  REQUIRE(diff::owners_of(entries, image).size() == 1);
  CHECK(diff::owners_of(entries, image)[0].manager == "reconcile");
  // The arguments are an atomic list: the owner of the list owns each.
  FieldPath argument = image;
  argument.back().text = "args";
  argument.push_back({PathStepType::index, "0"});
  REQUIRE(diff::owners_of(entries, argument).size() == 1);
  CHECK(diff::owners_of(entries, argument)[0].manager == "reconcile");
  const FieldPath nobody = {{PathStepType::field, "spec"}, {PathStepType::field, "paused"}};
  CHECK(diff::owners_of(entries, nobody).empty());
}

TEST_CASE("walks a live object by the trie, absent values too", "[diff][managed_fields]") {
  const model::Document trie = model::parse_json(
      R"({"f:spec":{"f:list":{"k:{\"name\":\"b\"}":{".":{},"f:x":{}}},"f:gone":{},
          "f:set":{"v:\"two\"":{}},"f:at":{"i:1":{}}}})");
  const model::Document live = model::parse_json(
      R"({"spec":{"list":[{"name":"a","x":1},{"name":"b","x":2}],"set":["one","two"],)"
      R"("at":[7,8]}})");
  std::string seen;
  diff::walk_fields(trie.root(), live.root(),
                    [&](std::span<const diff::PathStep> path, model::Value, model::Value value) {
                      seen += diff::to_string(path) + "=" +
                              (value.present() ? model::write_json(value) : "absent") + "\n";
                    });
  CHECK(seen ==
        "spec.list[name=b]={\"name\":\"b\",\"x\":2}\nspec.list[name=b].x=2\nspec.gone=absent\n"
        "spec.set[\"two\"]=\"two\"\nspec.at[1]=8\n");
}

TEST_CASE("finds items of long lists", "[diff][managed_fields]") {
  std::string trie = "{\"f:l\":{";
  std::string live = "{\"l\":[";
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    trie += (i > 0 ? "," : "") + std::string("\"k:{\\\"port\\\":") + n +
            ",\\\"protocol\\\":\\\"TCP\\\"}\":{\"f:v\":{}}";
    live = live + (i > 0 ? "," : "") + "{\"v\":" + n + ",\"protocol\":\"TCP\",\"port\":" + n + "}";
  }
  const model::Document trie_text = model::parse_json(trie + "}}");
  const model::Document object = model::parse_json(live + "]}");
  int found = 0;
  diff::walk_fields(trie_text.root(), object.root(),
                    [&](std::span<const diff::PathStep>, model::Value, model::Value value) {
                      found += value.integer() == found ? 1 : 0;
                    });
  CHECK(found == 300);
}

TEST_CASE("refuses a trie that is nested without end", "[diff][managed_fields]") {
  std::string trie;
  for (int i = 0; i < 600; ++i) trie += "{\"f:a\":";
  trie += "{}" + std::string(600, '}');
  const model::Document document = model::parse_json(trie);
  const auto ignore = [](std::span<const diff::PathStep>, model::Value, model::Value) {};
  CHECK_THROWS_AS(diff::walk_fields(document.root(), {}, ignore), model::Error);
}

TEST_CASE("merges exactly the named managers into our entry", "[diff][managed_fields]") {
  const model::Document object =
      model::parse_json(R"({"metadata":{"managedFields":[
    {"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"v1",)"
                        R"("time":"2026-01-02T00:00:00Z",
     "fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}},
    {"manager":"kubectl-edit","operation":"Update","apiVersion":"v1",)"
                        R"("fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:e":{}}}},
    {"manager":"helm","operation":"Update","subresource":"status","apiVersion":"v1",)"
                        R"("fieldsV1":{"f:status":{}}},
    {"manager":"reconcile","operation":"Apply","apiVersion":"v1",)"
                        R"("time":"2026-01-01T00:00:00Z",
     "fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:b":{}}}}]}})");
  const std::vector<std::string> names = {"kubectl-client-side-apply", "helm"};
  const auto taken = diff::take_over(object.root(), names);
  REQUIRE(taken);
  CHECK(taken->managers == std::vector<std::string>{"kubectl-client-side-apply"});
  const model::Document fields = model::parse_json(taken->managed_fields_json);
  REQUIRE(fields.root().size() == 3);
  const model::Value own = fields.root().at(0);
  CHECK(own["manager"].text() == "reconcile");
  CHECK(own["operation"].text() == "Apply");
  CHECK(own["time"].text() == "2026-01-02T00:00:00Z");
  CHECK(model::write_json(own["fieldsV1"]) == R"({"f:data":{".":{},"f:a":{},"f:b":{}}})");
  CHECK(fields.root().at(1)["manager"].text() == "kubectl-edit");
  const std::vector<std::string> none = {"argocd-controller"};
  CHECK_FALSE(diff::take_over(object.root(), none));
}
