#include "renderers/kustomize/strategic_merge.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/context.hpp"

namespace reconcile::kustomize {
namespace {

// Merges two documents of a Deployment's pod spec and answers the pod spec as YAML.
std::string merged(const std::string& target, const std::string& patch) {
  Arena arena;
  const std::string head = "apiVersion: v1\nkind: Pod\nspec: ";
  Node left = parse_editable(arena, head + target);
  Node right = parse_editable(arena, head + patch);
  if (!strategic_merge(arena, *MergeSchema::built_in(), left, right)) return "deleted";
  const Node* spec = model::find(left, "spec");
  return spec == nullptr ? "none" : model::write_yaml(model::Value(spec));
}

struct Row {
  const char* target;
  const char* patch;
  const char* expected;
};

// Every expected text was made by kustomize 5.8.2.
TEST_CASE("merges as kustomize does", "[renderers][kustomize]") {
  const Row rows[] = {
      {"{a: 1}", "{b: 2}", "a: 1\nb: 2\n"},
      {"{a: 1, b: 2}", "{a: null}", "b: 2\n"},
      {"{a: [1, 2]}", "{a: [3]}", "a:\n- 3\n"},
      {"{a: {x: 1}}", "{a: {$patch: replace, y: 2}}", "a:\n  \"y\": 2\n"},
      {"{a: {x: 1}, b: 1}", "{a: {$patch: delete}}", "b: 1\n"},
      {"{containers: [{name: a, image: x}, {name: b}]}", "{containers: [{name: b, image: y}]}",
       "containers:\n- image: \"y\"\n  name: b\n- image: x\n  name: a\n"},
      {"{containers: [{name: a}, {name: b}]}", "{containers: [{name: a, $patch: delete}]}",
       "containers:\n- name: b\n"},
      {"{containers: [{name: a}]}", "{containers: [{$patch: replace}, {name: z}]}",
       "containers:\n- name: z\n"},
      {"{containers: [{name: a, ports: [{containerPort: 80}]}]}",
       "{containers: [{name: a, ports: [{containerPort: 80, protocol: UDP}]}]}",
       "containers:\n- name: a\n  ports:\n  - containerPort: 80\n"},
      {"{tolerations: [{key: a}]}", "{tolerations: [{key: b}]}", "tolerations:\n- key: b\n"},
      {"{a: '8080'}", "{a: 80}", "a: \"80\"\n"},
      {"{a: 8080}", "{a: '80'}", "a: \"80\"\n"},
      {"{a: null, b: 1}", "{c: 1}", "a: null\nb: 1\nc: 1\n"},
      {"{b: 1}", "{c: {d: null, e: 1}}", "b: 1\nc:\n  e: 1\n"},
  };
  for (const Row& row : rows) {
    INFO(row.target << " <- " << row.patch);
    CHECK(merged(row.target, row.patch) == row.expected);
  }
}

TEST_CASE("refuses patches that do not fit", "[renderers][kustomize]") {
  CHECK_THROWS_AS(merged("{a: {x: 1}}", "{a: [1]}"), model::Error);
  CHECK_THROWS_AS(merged("{a: {x: 1}}", "{a: {$patch: maybe}}"), model::Error);
}

TEST_CASE("deletes the whole object on demand", "[renderers][kustomize]") {
  Arena arena;
  Node target = parse_editable(arena, "{kind: A, x: 1}");
  Node patch = parse_editable(arena, "{kind: A, $patch: delete}");
  CHECK_FALSE(strategic_merge(arena, *MergeSchema::built_in(), target, patch));
}

TEST_CASE("reads merge keys from a custom schema", "[renderers][kustomize]") {
  const auto schema = MergeSchema::parse(
      R"({"definitions": {"x.Widget": {
        "properties": {"parts": {"type": "array", "x-kubernetes-patch-strategy": "merge",
          "x-kubernetes-patch-merge-key": "id", "items": {"properties": {}}}},
        "x-kubernetes-group-version-kind": [{"group": "x", "version": "v1", "kind": "Widget"}]}}})",
      MergeSchema::Base::nothing);
  Arena arena;
  Node target = parse_editable(arena, "{apiVersion: x/v1, kind: Widget, parts: [{id: a, v: 1}]}");
  Node patch = parse_editable(arena, "{parts: [{id: a, w: 2}]}");
  REQUIRE(strategic_merge(arena, *schema, target, patch));
  CHECK(model::write_yaml(model::Value(model::find(target, "parts"))) ==
        "- id: a\n  v: 1\n  w: 2\n");
}

}  // namespace
}  // namespace reconcile::kustomize
