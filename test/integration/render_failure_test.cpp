// Content that cannot be rendered: the condition says where and what was expected; nothing of that
// unit is applied or pruned; other units go on.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"

using namespace reconcile::test;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

struct BadContent {
  const char* name;
  Files files;
  std::vector<std::string> words;  ///< that the condition has
};

/// Replaces one of the unit's files by something broken and another by nothing: neither may show.
void check_broken(Scenario& scenario, const BadContent& bad) {
  INFO(bad.name);
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  scenario.erase("app");
  Files files = bad.files;
  files.emplace_back("other/o.yaml", config_map_yaml("other", bad.name, space));
  const std::string commit = scenario.push(files);
  std::string message;
  const bool reported = eventually([&] {
    const SeenCondition seen = scenario.ready(kustomization_kind, "app");
    message = seen.message;
    const auto object = cluster.get(kustomization_kind, space, "app");
    return seen.reason == "BuildFailed" && message.find(bad.words.front()) != std::string::npos &&
           object["status"]["lastAttemptedRevision"].text().ends_with(commit);
  });
  INFO(message);
  REQUIRE(reported);
  for (const std::string& word : bad.words) {
    INFO("expected the word " << word);
    CHECK(message.find(word) != std::string::npos);
  }
  scenario.require_ready(kustomization_kind, "other", commit);
  const auto other = cluster.get(config_map_kind, space, "other");
  CHECK(other["data"]["value"].text() == bad.name);
  CHECK(cluster.get(config_map_kind, space, "one")["data"]["value"].text() == "1");
  CHECK(cluster.exists(config_map_kind, space, "two"));
  CHECK_FALSE(cluster.exists(config_map_kind, space, "new"));
}

}  // namespace

TEST_CASE("content that does not render is named and changes nothing of its unit",
          "[.integration][render]") {
  Scenario scenario("render");
  const std::string space = scenario.space();
  const std::string fresh = config_map_yaml("new", "1", space);
  const Files good{{"app/one.yaml", config_map_yaml("one", "1", space)},
                   {"app/two.yaml", config_map_yaml("two", "1", space)},
                   {"other/o.yaml", config_map_yaml("other", "first", space)}};
  scenario.push(good);
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.make_kustomization("other", "./other");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");

  check_broken(scenario, {"YAML that does not parse",
                          {{"app/one.yaml", "apiVersion: v1\nkind: ConfigMap\n  metadata: [\n"},
                           {"app/new.yaml", fresh}},
                          {"app/one.yaml", "line "}});
  check_broken(
      scenario,
      {"no object", {{"app/one.yaml", "just: a map\n"}, {"app/new.yaml", fresh}}, {"one.yaml"}});
  check_broken(scenario, {"unknown field",
                          {{"app/kustomization.yaml", "resources: [new.yaml]\nnamePrefixes: x-\n"},
                           {"app/new.yaml", fresh}},
                          {"app/kustomization.yaml:2", "namePrefixes", "namePrefix"}});
  check_broken(scenario, {"missing resource",
                          {{"app/kustomization.yaml", "resources: [new.yaml, missing.yaml]\n"},
                           {"app/new.yaml", fresh}},
                          {"missing.yaml"}});
  check_broken(scenario,
               {"climbing path",
                {{"app/kustomization.yaml", "resources: [new.yaml, ../../../etc/passwd]\n"},
                 {"app/new.yaml", fresh}},
                {"etc/passwd"}});
  scenario.erase("app");
  scenario.require_ready(kustomization_kind, "app", scenario.push(good));
}

TEST_CASE("a chart whose template fails is named with file and line and other units go on",
          "[.integration][render]") {
  Scenario scenario("template");
  const std::string space = scenario.space();
  const std::string chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";
  const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n";
  const std::string good = map + "  value: {{ .Values.value | quote }}\n";
  scenario.push({{"chart/Chart.yaml", chart},
                 {"chart/values.yaml", "value: one\n"},
                 {"chart/templates/map.yaml", good},
                 {"other/o.yaml", config_map_yaml("other", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("other", "./other");
  scenario.cluster().apply(
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, "
      "namespace: " +
      space +
      "}\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: chart\n      sourceRef: {kind: "
      "GitRepository, name: repository}\n");
  scenario.start_agent();
  scenario.require_ready(helm_release_kind, "shop");
  CHECK(scenario.cluster().get(config_map_kind, space, "shop")["data"]["value"].text() == "one");

  const std::string commit =
      scenario.push({{"chart/templates/map.yaml",
                      map + "  value: {{ required \"give a price\" .Values.price }}\n"},
                     {"other/o.yaml", config_map_yaml("other", "2", space)}});
  const std::string message = scenario.require_problem(helm_release_kind, "shop", "UpgradeFailed");
  INFO(message);
  CHECK(message.find("templates/map.yaml:5") != std::string::npos);
  CHECK(message.find("give a price") != std::string::npos);
  scenario.require_ready(kustomization_kind, "other", commit);
  CHECK(scenario.cluster().get(config_map_kind, space, "shop")["data"]["value"].text() == "one");
  scenario.require_ready(helm_release_kind, "shop",
                         scenario.push({{"chart/templates/map.yaml", good}}));
}
