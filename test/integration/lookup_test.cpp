// Charts that look into the cluster, against a real server: by the agent and by the command.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

const std::string chart_yaml = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

/// A chart whose ConfigMap "web" says what `expression` gives.
std::vector<std::pair<std::string, std::string>> chart_of(const std::string& expression) {
  return {{"charts/web/Chart.yaml", chart_yaml},
          {"charts/web/templates/map.yaml",
           "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  value: " + expression +
               "\n"}};
}

std::string release_yaml(const std::string& space, const std::string& more = "") {
  return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, "
         "namespace: " +
         space +
         "}\nspec:\n  interval: 10h\n  chart:\n    spec:\n      chart: charts/web\n"
         "      sourceRef: {kind: GitRepository, name: repository}\n" +
         more;
}

std::string secret_yaml(const std::string& space, const std::string& value) {
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: kept, namespace: " + space +
         "}\nstringData: {key: " + value + "}\n";
}

std::string value_of(Scenario& scenario) {
  return std::string(
      scenario.cluster().get(config_map_kind, scenario.space(), "web")["data"]["value"].text());
}

std::string lookup(const std::string& kind, const std::string& space, const std::string& name) {
  return "(lookup \"v1\" \"" + kind + "\" \"" + space + "\" \"" + name + "\")";
}

}  // namespace

TEST_CASE("a chart reuses what it finds in the cluster", "[.integration][agent][lookup]") {
  Scenario scenario("lookup");
  Cluster& cluster = scenario.cluster();
  cluster.apply(secret_yaml(scenario.space(), "first"));
  scenario.push(chart_of("{{ with " + lookup("Secret", scenario.space(), "kept") +
                         " }}{{ .data.key | b64dec }}{{ else }}none{{ end }}"));
  scenario.make_source();
  cluster.apply(release_yaml(scenario.space()));
  scenario.start_agent();
  scenario.require_ready(helm_release_kind, "web");
  CHECK(value_of(scenario) == "first");

  SECTION("what changed there is rendered at the next pass") {
    cluster.apply(secret_yaml(scenario.space(), "second"));
    scenario.request_and_wait(helm_release_kind, "web");
    CHECK(value_of(scenario) == "second");
    cluster.remove_and_wait({"", "v1", "Secret"}, scenario.space(), "kept");
    scenario.request_and_wait(helm_release_kind, "web");
    CHECK(value_of(scenario) == "none");
  }
  SECTION("a requested pass renders anew: it asks that one question and writes nothing") {
    AuditCount audit;
    scenario.request_and_wait(helm_release_kind, "web");
    INFO(audit.text());
    CHECK(audit.requests()["get secrets"] == 1);
    CHECK(audit.requests()["patch configmaps"] == 0);
  }
  SECTION("another namespace's objects are none of its business") {
    const std::string other = scenario.make_namespace("lookup-other");
    cluster.apply(secret_yaml(other, "theirs"));
    scenario.push(chart_of("{{ " + lookup("Secret", other, "kept") + " | len }}"));
    const std::string message = scenario.require_problem(helm_release_kind, "web", "UpgradeFailed");
    CHECK_THAT(message, Catch::Contains("error calling lookup") &&
                            Catch::Contains("own namespaces (" + scenario.space() + ")"));
    CHECK(value_of(scenario) == "first");
  }
}

TEST_CASE("passes by the interval look without asking", "[.integration][agent][lookup]") {
  Scenario scenario("lookupwatch");
  Cluster& cluster = scenario.cluster();
  cluster.apply(secret_yaml(scenario.space(), "first"));
  // One object, one that is not there, a list, and one of the cluster's scope.
  scenario.push(chart_of("{{ with " + lookup("Secret", scenario.space(), "kept") +
                         " }}{{ .data.key | b64dec }}{{ end }}-{{ " +
                         lookup("Secret", scenario.space(), "none") + " | len }}-{{ range " +
                         lookup("ServiceAccount", scenario.space(), "") +
                         ".items }}{{ .metadata.labels | default dict | dig \"seen\" \"\" }}{{ end "
                         "}}-{{ " +
                         lookup("Namespace", "", scenario.space()) + ".metadata.name }}"));
  scenario.make_source();
  std::string release = release_yaml(scenario.space());
  release.replace(release.find("10h"), 3, "1s");
  cluster.apply(release);
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(helm_release_kind, "web");
  const auto require_value = [&](const std::string& start) {
    const std::string expected = start + "-" + scenario.space();
    const bool came = eventually([&] { return value_of(scenario) == expected; });
    INFO(value_of(scenario));
    REQUIRE(came);
  };
  const auto passes = [&] { return agent.log_with({"\"Pass finished\"", "/web\""}).size(); };
  const auto require_passes = [&](std::size_t more) {
    const std::size_t before = passes();
    REQUIRE(eventually([&] { return passes() >= before + more; }));
  };
  require_value("first-0-");
  require_passes(2);
  AuditCount audit;
  require_passes(3);
  INFO(audit.text());
  CHECK(audit.total() == 0);

  cluster.apply(secret_yaml(scenario.space(), "other"));
  require_value("other-0-");
  cluster.apply(
      "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: more, labels: {seen: yes-it-is}, "
      "namespace: " +
      scenario.space() + "}\n");
  require_value("other-0-yes-it-is");
  cluster.remove_and_wait({"", "v1", "Secret"}, scenario.space(), "kept");
  require_value("-0-yes-it-is");
}

TEST_CASE("a chart sees lists, objects of the cluster and unknown kinds as Helm shows them",
          "[.integration][agent][lookup]") {
  Scenario scenario("lookuplist");
  Cluster& cluster = scenario.cluster();
  cluster.apply(secret_yaml(scenario.space(), "x"));
  scenario.push(chart_of("{{ range " + lookup("Secret", scenario.space(), "") +
                         ".items }}{{ .kind }}/{{ .metadata.name }} {{ end }}{{ " +
                         lookup("Namespace", "", scenario.space()) + ".metadata.name }} {{ " +
                         lookup("Nonsense", scenario.space(), "a") + " | toJson }}"));
  scenario.make_source();
  cluster.apply(release_yaml(scenario.space()));
  scenario.start_agent();
  scenario.require_ready(helm_release_kind, "web");
  CHECK_THAT(value_of(scenario),
             Catch::Contains("Secret/kept ") && Catch::EndsWith(scenario.space() + " {}"));
  scenario.push(chart_of(R"({{ lookup "nobody.example/v1" "Thing" "a" "b" | len }})"));
  CHECK_THAT(scenario.require_problem(helm_release_kind, "web", "UpgradeFailed"),
             Catch::Contains("unable to get apiresource from unstructured: nobody.example/v1, "
                             "Kind=Thing"));
}

TEST_CASE("post-renderers change what a release applies", "[.integration][agent][post_render]") {
  Scenario scenario("postrender");
  scenario.push(chart_of("chart"));
  scenario.make_source();
  scenario.cluster().apply(release_yaml(
      scenario.space(),
      "  postRenderers:\n  - kustomize:\n      patches:\n      - target: {kind: ConfigMap}\n"
      "        patch: |\n          - {op: replace, path: /data/value, value: patched}\n"));
  scenario.start_agent();
  scenario.require_ready(helm_release_kind, "web");
  CHECK(value_of(scenario) == "patched");
}

TEST_CASE("the template command asks the cluster where it is told to",
          "[.integration][cli][lookup]") {
  Scenario scenario("lookupcli");
  scenario.cluster().apply(secret_yaml(scenario.space(), "live"));
  TemporaryDirectory folder;
  for (const auto& [path, text] :
       chart_of("{{ " + lookup("Secret", scenario.space(), "kept") +
                " | len }} {{ .Capabilities.APIVersions.Has \"v1/Secret\" }}"))
    folder.write(path, text);
  const std::string chart = folder.path() + "/charts/web";
  const Finished offline = run_program({program_path(), "template", chart});
  CHECK_THAT(offline.output, Catch::Contains("value: 0 false\n"));
  const Finished live =
      run_program({program_path(), "template", "--dry-run=server",
                   "--kubeconfig=" + scenario.cluster().agent_kubeconfig(), chart});
  INFO(live.output);
  CHECK(live.code == 0);
  CHECK_FALSE(live.output.find("value: 0") != std::string::npos);
  CHECK_THAT(live.output, Catch::Contains(" true\n"));
}
