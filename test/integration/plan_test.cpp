// What people see before something is applied, and what becomes of it: diffs, saved plans,
// explanations, by the program itself on a real server.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;

namespace {

/// The administrator's view, as a person at a terminal has it.
struct Person {
  explicit Person(Scenario& in) : scenario(in) {}

  Finished run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program_path());
    arguments.insert(arguments.end(),
                     {"--kubeconfig", scenario.cluster().directory() + "/kubeconfig"});
    return run_program(arguments);
  }
  [[nodiscard]] Finished diff(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"diff", "ks/" + scenario.space() + "/app", "-n", scenario.space()});
    return run(std::move(more));
  }

  Scenario& scenario;
};

std::string value_of(Scenario& scenario, const std::string& name) {
  return std::string(
      scenario.cluster().get(config_map_kind, scenario.space(), name)["data"]["value"].text());
}

void suspend(Scenario& scenario, const std::string& suspended) {
  scenario.cluster().patch(kustomization_kind, scenario.space(), "app",
                           R"({"spec":{"suspend":)" + suspended + "}}");
}

std::string definition_yaml(const std::string& group) {
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
         "sizes." +
         group + "}\nspec:\n  group: " + group +
         "\n  scope: Namespaced\n  names: {kind: Size, plural: sizes, singular: size}\n"
         "  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n"
         "      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n"
         "            type: object\n            properties: {width: {type: integer}}\n";
}

}  // namespace

TEST_CASE("a diff of a unit that the agent refuses says why", "[.integration][plan]") {
  Scenario scenario("refused");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", "  serviceAccountName: tenant\n");
  const Finished seen = Person(scenario).diff();
  INFO(seen.output);
  CHECK(seen.code == 2);
  CHECK(seen.output.find("serviceAccountName is not supported yet, nothing is applied") !=
        std::string::npos);
  CHECK(seen.output.find("created") == std::string::npos);
}

TEST_CASE("a diff says who changed what, and masks Secrets", "[.integration][plan]") {
  Scenario scenario("diff");
  const std::string space = scenario.space();
  const std::string secret =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: " + space +
      "}\nstringData: {password: ";
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)},
                 {"app/b.yaml", config_map_yaml("b", "1", space)},
                 {"app/s.yaml", secret + "hunter22}\n"}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const Person person(scenario);
  const Finished equal = person.diff();
  INFO(equal.output);
  CHECK(equal.code == 0);
  CHECK(equal.output.empty());
  scenario.agent().stop();
  scenario.cluster().patch(config_map_kind, space, "a", R"({"data":{"value":"9"}})");
  scenario.push({{"app/b.yaml", config_map_yaml("b", "2", space)},
                 {"app/s.yaml", secret + "hunter23}\n"},
                 {"app/c.yaml", config_map_yaml("c", "1", "not-there-" + space)},
                 {"app/d.yaml",
                  "apiVersion: v1\nkind: Namespace\nmetadata: {name: not-there-" + space + "}\n"},
                 {"app/e.yaml", definition_yaml(space + ".example.com")},
                 {"app/f.yaml", "apiVersion: " + space +
                                    ".example.com/v1\nkind: Size\nmetadata: {name: f, namespace: " +
                                    space + "}\nspec: {width: 2}\n"}});
  const Finished text = person.diff();
  INFO(text.output);
  CHECK(text.code == 1);
  CHECK_THAT(text.output,
             Catch::Contains("data.value: \"9\" -> \"1\" (drift, somebody Update at ") &&
                 Catch::Contains("data.value: \"1\" -> \"2\" (change, reconcile Apply at ") &&
                 Catch::Contains("data.password: *** (before) -> *** (after) (change") &&
                 Catch::Contains("(change): judged locally: its namespace comes with this unit") &&
                 Catch::Contains("(change): judged locally: its definition comes with this unit"));
  for (const char* form : {"text", "json", "markdown"}) {
    const Finished output = person.diff({"-o", form});
    CHECK(output.code == 1);
    for (const char* value : {"hunter2", "aHVudGVyMj"})
      CHECK(output.output.find(value) == std::string::npos);
  }
  CHECK_THAT(person.diff({"--color", "always"}).output, Catch::Contains("\x1b[31m\"9\"\x1b[0m"));
}

TEST_CASE("a plan is applied exactly, or refused", "[.integration][plan]") {
  Scenario scenario("plan");
  const std::string space = scenario.space();
  const TemporaryDirectory files;
  const std::string plan = files.path() + "/plan.json";
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)},
                 {"app/b.yaml", config_map_yaml("b", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  suspend(scenario, "true");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "2", space)},
                 {"app/c.yaml", config_map_yaml("c", "1", space)}});
  const Person person(scenario);
  const Finished saved = person.diff({"--save-plan", plan});
  INFO(saved.output);
  REQUIRE(saved.code == 1);
  struct stat info {};
  REQUIRE(::stat(plan.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  // Somebody writes one of the objects in between.
  scenario.cluster().patch(config_map_kind, space, "a", R"({"data":{"mine":"x"}})");
  const Finished refused = person.run({"now", "--plan", plan});
  INFO(refused.output);
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Catch::Contains("refused: ConfigMap/" + space + "/a was changed"));
  CHECK(value_of(scenario, "a") == "1");
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, space, "c"));
  // A plan of now is applied, though the unit is suspended; it is done once.
  REQUIRE(person.diff({"--save-plan", plan}).code == 1);
  const Finished applied = person.run({"now", "--plan", plan});
  INFO(applied.output);
  CHECK(applied.code == 0);
  CHECK(value_of(scenario, "a") == "2");
  CHECK(scenario.cluster().exists(config_map_kind, space, "c"));
  CHECK_FALSE(
      scenario.cluster().get(kustomization_kind, space, "app")["metadata"]["annotations"].contains(
          "reconcile.dev/plan"));
  CHECK(person.run({"now", "--plan", plan}).code == 1);
  // Another revision is not slipped in.
  scenario.push({{"app/a.yaml", config_map_yaml("a", "3", space)}});
  REQUIRE(person.diff({"--save-plan", plan}).code == 1);
  const std::string newest = scenario.push({{"app/a.yaml", config_map_yaml("a", "4", space)}});
  REQUIRE(eventually([&] {
    const auto source = scenario.cluster().get(git_repository_kind, space, "repository");
    return source["status"]["artifact"]["revision"].text() == "main@sha1:" + newest;
  }));
  const Finished other = person.run({"now", "--plan", plan});
  INFO(other.output);
  CHECK(other.code == 1);
  CHECK_THAT(other.output, Catch::Contains("and the source is at main@sha1:" + newest));
  CHECK(value_of(scenario, "a") == "2");
}

TEST_CASE("the root unit keeps to a plan too", "[.integration][plan]") {
  Scenario scenario("rootplan");
  const std::string space = scenario.space();
  const std::string map = config_map_yaml("a", "1", space);
  scenario.push({{"app/a.yaml", map}});
  scenario.start_agent({"--repository=" + scenario.url(), "--path=app", "--poll-interval=1s"});
  scenario.let_root_drift("a");
  const TemporaryDirectory checkout;
  checkout.write("app/a.yaml", map);
  const std::string plan = checkout.path() + "/plan.json";
  const Person person(scenario);
  const auto save = [&](const std::string& path) {
    return person.run(
        {"diff", "--path", checkout.path() + "/" + path, "-n", space, "--save-plan", plan});
  };
  const Finished saved = save("app");
  INFO(saved.output);
  REQUIRE(saved.code == 1);
  // Somebody writes the object in between.
  scenario.cluster().patch(config_map_kind, space, "a", R"({"data":{"mine":"x"}})");
  const Finished refused = person.run({"now", "--plan", plan});
  INFO(refused.output);
  CHECK(refused.code == 1);
  CHECK_THAT(refused.output, Catch::Contains("refused: ConfigMap/" + space + "/a was changed"));
  // Another directory than the agent has.
  checkout.write("other/a.yaml", config_map_yaml("a", "7", space));
  REQUIRE(save("other").code == 1);
  CHECK_THAT(person.run({"now", "--plan", plan}).output, Catch::Contains("refused: "));
  CHECK(value_of(scenario, "a") == "9");
  REQUIRE(save("app").code == 1);
  const Finished applied = person.run({"now", "--plan", plan});
  INFO(applied.output);
  CHECK(applied.code == 0);
  CHECK(value_of(scenario, "a") == "1");
}

TEST_CASE("an object is explained", "[.integration][plan]") {
  Scenario scenario("explain");
  const std::string space = scenario.space();
  const std::string commit =
      scenario.push({{"app/kustomization.yaml", "resources: [base]\n"},
                     {"app/base/kustomization.yaml", "resources: [a.yaml]\n"},
                     {"app/base/a.yaml", config_map_yaml("a", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  scenario.agent().stop();
  scenario.cluster().patch(config_map_kind, space, "a", R"({"data":{"value":"9"}})");
  const Person person(scenario);
  const Finished text = person.run({"explain", "cm/a", "-n", space});
  INFO(text.output);
  CHECK(text.code == 0);
  CHECK_THAT(text.output, Catch::Contains("Unit          Kustomization/" + space + "/app\n") &&
                              Catch::Contains("File          app/base/a.yaml\n") &&
                              Catch::Contains("Revision      main@sha1:" + commit + "\n") &&
                              Catch::Contains(" from main@sha1:" + commit + "\n") &&
                              Catch::Contains("Last change   somebody Update at ") &&
                              Catch::Contains("data.value: \"9\" -> \"1\" (") &&
                              Catch::Contains("Health        Current"));
  const Finished json = person.run({"explain", "configmap/" + space + "/a", "-o", "json"});
  const reconcile::model::Document document = reconcile::model::parse_json(json.output);
  CHECK(document["file"].text() == "app/base/a.yaml");
  CHECK(document["unitReady"].text() == "True ReconciliationSucceeded");
  CHECK(person.run({"explain", "nonsense/a"}).code == 1);
  CHECK(person.run({"explain", "cm/none", "-n", space}).code == 1);
}
