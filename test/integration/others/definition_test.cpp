// Custom resources whose definitions say defaults and change: what the server makes of an object is
// no difference, and a definition that changes has its objects judged anew.

#include <catch2/catch.hpp>

#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using model::Document;
using Files = std::vector<std::pair<std::string, std::string>>;

namespace {

/// What of a definition changes in these tests.
struct Shape {
  std::string mode_default = "fast";
  std::string more_fields;  ///< further properties of spec
  bool has_note = true;     ///< the property `note`
  bool serves_old = true;   ///< version v1beta1
};

std::string spec_schema(const Shape& shape) {
  return "              type: object\n"
         "              x-kubernetes-validations: [{rule: '!has(self.size) || self.size < 100', "
         "message: 'too large'}]\n"
         "              properties:\n"
         "                mode: {type: string, default: " +
         shape.mode_default + "}\n" +
         (shape.has_note ? "                note: {type: string}\n" : "") + shape.more_fields +
         "                size: {type: integer, default: 3}\n"
         "                port: {x-kubernetes-int-or-string: true}\n"
         "                nothing: {type: string, nullable: true}\n"
         "                filled: {type: string, nullable: true, default: full}\n"
         "                free: {type: object, x-kubernetes-preserve-unknown-fields: true}\n"
         "                deep:\n"
         "                  type: object\n"
         "                  default: {}\n"
         "                  properties:\n"
         "                    level: {type: integer, default: 1}\n"
         "                    inner: {type: object, default: {}, properties: {flag: {type: "
         "boolean, "
         "default: true}}}\n"
         "                keyed:\n"
         "                  type: array\n"
         "                  x-kubernetes-list-type: map\n"
         "                  x-kubernetes-list-map-keys: [name, zone]\n"
         "                  items:\n"
         "                    type: object\n"
         "                    required: [name]\n"
         "                    properties: {name: {type: string}, zone: {type: string, default: a}, "
         "weight: {type: integer, default: 1}}\n"
         "                tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}\n"
         "                steps: {type: array, x-kubernetes-list-type: atomic, items: {type: "
         "object, "
         "properties: {run: {type: string}, retry: {type: integer, default: 2}}}}\n"
         "                whole: {type: object, x-kubernetes-map-type: atomic, properties: {a: "
         "{type: "
         "string}, b: {type: string, default: z}}}\n";
}

std::string definition_yaml(const std::string& group, const Shape& shape) {
  const auto version = [&](const std::string& name, bool served, bool stored) {
    return "  - name: " + name + "\n    served: " + (served ? "true" : "false") +
           "\n    storage: " + (stored ? "true" : "false") +
           "\n    schema:\n      openAPIV3Schema:\n          type: object\n          properties:\n"
           "            spec:\n" +
           spec_schema(shape);
  };
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
         "sizes." +
         group + "}\nspec:\n  group: " + group +
         "\n  scope: Namespaced\n  names: {kind: Size, plural: sizes, singular: size}\n" +
         "  conversion: {strategy: None}\n  versions:\n" + version("v1", true, true) +
         version("v1beta1", shape.serves_old, false);
}

std::string size_yaml(const std::string& group, const std::string& version, const std::string& name,
                      const std::string& space, const std::string& spec) {
  return "apiVersion: " + group + "/" + version + "\nkind: Size\nmetadata: {name: " + name +
         ", namespace: " + space + "}\nspec:\n" + spec;
}

const std::string rich_spec =
    "  port: 80\n  nothing: null\n  filled: null\n  free: {any: {thing: [1, 2]}, empty: {}}\n"
    "  deep: {}\n  keyed: [{name: x}, {name: y, zone: b}]\n  tags: [b, a]\n  steps: [{run: one}, "
    "{run: two, retry: 5}]\n  whole: {a: q}\n";

/// A definition with objects of both of its versions.
struct Sizes {
  Sizes() {
    scenario.push({{"crd/size.yaml", definition_yaml(group, {})},
                   {"app/plain.yaml", object("plain", "  note: written\n")},
                   {"app/rich.yaml", object("rich", rich_spec)},
                   {"app/named.yaml", object("named", "  port: http\n")},
                   {"old/old.yaml", size_yaml(group, "v1beta1", "old", space, rich_spec)}});
    scenario.make_source();
    scenario.make_kustomization("crd", "./crd", in_quick_passes);
    for (const char* unit : {"app", "old"})
      scenario.make_kustomization(unit, std::string("./") + unit,
                                  in_quick_passes + std::string("  retryInterval: 1s\n"));
    scenario.start_agent();
    for (const std::string& unit : units) scenario.require_ready(kustomization_kind, unit);
  }
  ~Sizes() {
    scenario.agent().stop();
    scenario.cluster().remove({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "",
                              "sizes." + group);
  }

  [[nodiscard]] std::string object(const std::string& name, const std::string& spec) const {
    return size_yaml(group, "v1", name, space, spec);
  }
  Document live(const std::string& name) {
    return scenario.cluster().get({group, "v1", "Size"}, space, name);
  }
  void change(const Shape& next, Files files = {}) {
    files.emplace_back("crd/size.yaml", definition_yaml(group, next));
    const std::string commit = scenario.push(files);
    scenario.require_ready(kustomization_kind, "crd", commit);
  }

  Shape shape;  ///< the definition as it is now
  Scenario scenario{"sizes"};
  std::string space = scenario.space();
  std::string group = space + ".example.com";
  std::vector<std::string> units = {"crd", "app", "old"};
};

void live_with_defaults(Sizes& sizes) {
  Scenario& scenario = sizes.scenario;
  require_quiet(scenario, sizes.units);
  CHECK(sizes.live("plain")["spec"]["deep"]["inner"]["flag"].boolean() == true);
  for (const char* unit : {"app", "old"}) {
    const Finished diff = diff_of(scenario, unit);
    INFO(diff.output);
    CHECK(diff.code == 0);
  }
  const ForeignWriter person("kubectl-edit", {sizes.group, "v1", "Size"}, sizes.space, "rich");
  person.merge(R"({"spec":{"mode":"slow","port":81,"steps":[{"run":"one"}],"free":{"any":1}}})");
  CHECK(eventually([&] {
    const Document rich = sizes.live("rich");
    return rich["spec"]["port"].integer() == 80 && rich["spec"]["steps"].size() == 2 &&
           rich["spec"]["free"]["any"]["thing"].size() == 2;
  }));
  // Git never said a mode.
  CHECK(sizes.live("rich")["spec"]["mode"].text() == "slow");
  std::map<std::string, std::string> versions;
  for (const char* name : {"plain", "rich", "named", "old"})
    versions[name] = sizes.live(name)["metadata"]["resourceVersion"].text();
  scenario.start_agent();
  require_quiet(scenario, sizes.units);
  for (const auto& [name, version] : versions)
    CHECK(sizes.live(name)["metadata"]["resourceVersion"].text() == version);
}

/// What the definition's own rules refuse is told in their words.
void refuse_by_rule(Sizes& sizes) {
  sizes.scenario.push({{"app/named.yaml", sizes.object("named", "  size: 100\n")}});
  const std::string message =
      sizes.scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  CHECK(message.find("too large") != std::string::npos);
}

void change_definition(Sizes& sizes) {
  Scenario& scenario = sizes.scenario;
  Shape& shape = sizes.shape;
  // Another default, and a new field that an object sets in the same commit.
  shape.mode_default = "eager";
  shape.more_fields = "                color: {type: string, default: red}\n";
  AuditCount audit;
  sizes.change(shape, {{"app/named.yaml", sizes.object("named", "  port: http\n  color: blue\n")}});
  REQUIRE(eventually([&] { return sizes.live("named")["spec"]["color"].text() == "blue"; }));
  // Both versions are watched.
  CHECK(eventually([&] { return audit.requests()["list sizes"] >= 2; }));
  require_quiet(scenario, sizes.units);
  CHECK(sizes.live("plain")["spec"]["color"].text() == "red");
  const Finished diff = diff_of(scenario);
  INFO(diff.output);
  CHECK(diff.code == 0);

  // A field that Git sets is gone from the schema: the server drops it, and the unit says so.
  shape.has_note = false;
  sizes.change(shape);
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  CHECK(message.find("note") != std::string::npos);
  shape.has_note = true;
  sizes.change(shape);
  scenario.require_ready(kustomization_kind, "app");
  CHECK(eventually([&] { return sizes.live("plain")["spec"]["note"].text() == "written"; }));
}

void stop_serving(Sizes& sizes) {
  Scenario& scenario = sizes.scenario;
  Shape& shape = sizes.shape;
  shape.serves_old = false;
  sizes.change(shape);
  const std::string unserved =
      scenario.require_problem(kustomization_kind, "old", "ReconciliationFailed");
  CHECK(unserved.find("v1beta1") != std::string::npos);
  const std::string moved = scenario.push({{"old/old.yaml", sizes.object("old", rich_spec)}});
  scenario.require_ready(kustomization_kind, "old", moved);
  require_quiet(scenario, {"old"});
}

}  // namespace

TEST_CASE("defaults of a definition are no difference, and each change of it is judged anew",
          "[.integration][others][definition]") {
  Sizes sizes;
  live_with_defaults(sizes);
  change_definition(sizes);
  stop_serving(sizes);
  refuse_by_rule(sizes);
}
