#include "reconcile/appliers/unit_plan.hpp"

#include <catch2/catch.hpp>

#include "appliers/apply/local_judge.hpp"
#include "reconcile/model/json_schema.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

const char* const definition = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sizes.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Size, plural: sizes}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [width, color]
            properties:
              width: {type: integer, minimum: 1, nullable: true}
              color: {type: string, default: red, enum: [red, blue]}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              labels: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true,
                     properties: {known: {type: integer}}}
)";

model::Object yaml(const std::string& text) {
  return model::Object(model::parse_yaml(text));
}

model::Object size(const std::string& spec, const std::string& version = "v1") {
  return yaml("apiVersion: example.com/" + version +
              "\nkind: Size\nmetadata: {name: s, namespace: a, labels: {x: y1}}\nspec: " + spec);
}

struct Planner : Agent {
  UnitPlan plan(const std::vector<model::Object>& rendered, const PreparedUnit* last = nullptr) {
    const PreparedUnit wanted = prepared(rendered);
    const PassOptions options;
    return make_plan(cluster, *live, clock, {wanted, store->load(), options, last});
  }
  /// Without what created objects hold.
  std::string text(const std::vector<model::Object>& rendered) {
    diff::ChangeSet changes = plan(rendered).changes();
    for (diff::ObjectChange& change : changes.objects)
      if (change.action == diff::Action::created) change.fields.clear();
    return diff::to_text(changes);
  }
};

}  // namespace

TEST_CASE("judges what the server cannot judge yet by the definition that comes along",
          "[appliers][apply][plan]") {
  Planner planner;
  const auto verdict = [&](const std::string& spec, const std::string& version = "v1") {
    const UnitPlan plan = planner.plan({yaml(definition), size(spec, version)});
    REQUIRE(plan.objects.size() == 2);
    CHECK(plan.objects[1].judged_locally);
    const std::string text = diff::to_text({{plan.objects[1].change}});
    return text.substr(0, text.find('\n') + 1);
  };
  const std::string fits =
      "created Size/a/s (change): judged locally: its definition comes with this unit\n";
  for (const char* spec :
       {"{width: 2}", "{width: null}", "{width: 2, port: http, labels: {a: b}}",
        "{width: 2, port: 80, free: {known: 1, other: [1]}}", "{width: 2, color: null}"})
    CHECK(verdict(spec) == fits);
  const auto refused = [&](const std::string& spec, const std::string& why) {
    const std::string text = verdict(spec);
    INFO(text);
    CHECK_THAT(text,
               Catch::StartsWith("skipped Size/a/s (failed): its definition refuses it: at '") &&
                   Catch::Contains(why));
  };
  refused("{}", "width");
  refused("{width: wide}", "at '/spec/width'");
  refused("{width: 0}", "at '/spec/width'");
  refused("{width: 1, depth: 2}", "depth");
  refused("{width: 1, color: green}", "at '/spec/color'");
  refused("{width: 1, labels: {a: 1}}", "at '/spec/labels/a'");
  refused("{width: 1, free: {known: x}}", "at '/spec/free/known'");
  CHECK(verdict("{}", "v2") ==
        "skipped Size/a/s (failed): its definition does not serve version v2\n");
}

TEST_CASE("tells what a created object holds", "[appliers][apply][plan]") {
  Planner planner;
  const UnitPlan plan = planner.plan({yaml(definition), size("{width: 2}")});
  CHECK(diff::to_text({{plan.objects[1].change}}) ==
        "created Size/a/s (change): judged locally: its definition comes with this unit\n"
        "  + metadata.labels: {\"kustomize.toolkit.fluxcd.io/name\":\"apps\","
        "\"kustomize.toolkit.fluxcd.io/namespace\":\"flux-system\",\"x\":\"y1\"}\n"
        "  + spec: {\"width\":2}\n");
}

TEST_CASE("a definition that changes judges what the old one refuses", "[appliers][apply][plan]") {
  Planner planner;
  planner.cluster.serve({"example.com", "v1", "Size"}, true);
  const auto unknown_field = [] {
    return FakeCluster::failure(500, "InternalError",
                                "failed to create typed patch object: .spec.width: field not "
                                "declared in schema");
  };
  planner.cluster.script("apply Size/a/s", unknown_field());
  CHECK(planner.text({yaml(definition), size("{width: 1}")}) ==
        "created CustomResourceDefinition/sizes.example.com (change)\n"
        "created Size/a/s (change): judged locally: its definition changes with this unit\n");
  // Without such a change it is the server that is right.
  planner.cluster.script("apply Size/a/s", unknown_field());
  CHECK_THAT(planner.text({size("{width: 1}")}), Catch::StartsWith("skipped Size/a/s (failed): "));
}

TEST_CASE("an object may come with its namespace", "[appliers][apply][plan]") {
  Planner planner;
  const auto missing = [] {
    return FakeCluster::failure(404, "NotFound", "namespaces \"a\" not found");
  };
  const model::Object space =
      object(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})");
  planner.cluster.script("apply ConfigMap/a/x", missing());
  CHECK(planner.text({space, config_map("x")}) ==
        "created Namespace/a (change)\n"
        "created ConfigMap/a/x (change): judged locally: its namespace comes with this unit\n");
  planner.cluster.script("apply ConfigMap/a/x", missing());
  CHECK_THAT(planner.text({config_map("x")}),
             Catch::StartsWith("created ConfigMap/a/x (change): ") &&
                 Catch::EndsWith("which is not part of this unit\n"));
  CHECK(planner.text({size("{}")}) ==
        "created Size/a/s (change): Size in example.com/v1 is not served, and its definition is "
        "not part of this unit\n");
}

TEST_CASE("a plan names the state that it was made from", "[appliers][apply][plan]") {
  Planner planner;
  planner.pass({config_map("x"), config_map("y"), config_map("z")});
  planner.cluster.erase("ConfigMap/a/z");
  const UnitPlan plan = planner.plan({config_map("x", "2"), config_map("n")});
  REQUIRE(plan.objects.size() == 3);
  const model::Document x = planner.cluster.object("ConfigMap/a/x");
  CHECK(plan.objects[1].resource_version == x["metadata"]["resourceVersion"].text());
  CHECK(plan.objects[1].uid == x["metadata"]["uid"].text());
  CHECK(plan.objects[1].version == "v1");
  CHECK(plan.objects[0].uid.empty());
  const model::Document y = planner.cluster.object("ConfigMap/a/y");
  CHECK(plan.objects[2].change.action == diff::Action::deleted);
  CHECK(plan.objects[2].uid == y["metadata"]["uid"].text());
}

TEST_CASE("a plan says what stays because of an annotation or another unit",
          "[appliers][apply][plan]") {
  Planner planner;
  planner.pass({config_map("x")});
  const std::string ignored = R"({"kustomize.toolkit.fluxcd.io/ssa":"Ignore"})";
  CHECK_THAT(planner.text({config_map("x", "2", ignored)}),
             Catch::StartsWith("skipped ConfigMap/a/x (disabled): ssa: Ignore\n  data.k"));
  const PreparedUnit others =
      prepare(other_unit, std::vector<model::Object>{config_map("x", "3")}, planner.cluster, {});
  const PassOptions options;
  const UnitPlan plan =
      make_plan(planner.cluster, *planner.live, planner.clock, {others, Inventory{}, options});
  CHECK_THAT(diff::to_text(plan.changes()),
             Catch::StartsWith("configured ConfigMap/a/x (change): belongs to "
                               "Kustomization/flux-system/apps now\n"));
}

TEST_CASE("what was rendered last tells drift from change", "[appliers][apply][plan]") {
  Planner planner;
  planner.pass({config_map("x")});
  planner.cluster.put(FakeCluster::edited(planner.cluster.object("ConfigMap/a/x"), "k", "9"));
  const PreparedUnit last = planner.prepared({config_map("x")});
  planner.restart();
  const UnitPlan plan = planner.plan({config_map("x")}, &last);
  CHECK(plan.objects[0].change.reason == diff::Reason::drift);
}
