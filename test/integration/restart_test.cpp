// What a new process of the agent leaves as it is: values that charts drew by chance, and drift
// that a unit only warns of.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

const model::Gvk secret_kind{"", "v1", "Secret"};

const std::string template_yaml =
    "{{ $p := randAlphaNum 24 }}{{ $ca := genCA \"web\" 365 }}\n"
    "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: {{ $p }}}\n"
    "data: {ca.crt: {{ $ca.Cert | b64enc }}}\n---\n"
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, annotations: {checksum: "
    "{{ $p | sha256sum }}}}\ndata: {value: \"{{ .Values.value }}\"}\n";

void push_chart(Scenario& scenario, const std::string& value) {
  scenario.push({{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"},
                 {"charts/web/values.yaml", "value: " + value + "\n"},
                 {"charts/web/templates/all.yaml", template_yaml}});
}

std::string release_yaml(const std::string& space) {
  return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, "
         "namespace: " +
         space +
         "}\nspec:\n  interval: 10h\n  chart:\n    spec:\n      chart: charts/web\n"
         "      sourceRef: {kind: GitRepository, name: repository}\n";
}

Finished diff(Scenario& scenario) {
  return run_program({program_path(), "diff", "hr/" + scenario.space() + "/web", "-n",
                      scenario.space(), "--kubeconfig",
                      scenario.cluster().directory() + "/kubeconfig"});
}

bool has_passed(AgentProcess& agent, const std::string& unit) {
  return eventually([&] { return !agent.log_with({"\"Pass finished\"", unit + "\""}).empty(); });
}

}  // namespace

TEST_CASE("what a chart draws by chance is drawn once", "[.integration][agent][restart]") {
  Scenario scenario("drawn");
  push_chart(scenario, "1");
  scenario.make_source();
  scenario.cluster().apply(release_yaml(scenario.space()));
  scenario.start_agent();
  scenario.require_ready(helm_release_kind, "web");
  const auto drawn = [&] {
    const model::Document secret = scenario.cluster().get(secret_kind, scenario.space(), "web");
    return std::string(secret["data"]["password"].text()) +
           std::string(secret["data"]["ca.crt"].text()) +
           std::string(secret["metadata"]["resourceVersion"].text());
  };
  const std::string before = drawn();
  CHECK(before.size() > 500);

  const Finished same = diff(scenario);
  INFO(same.output);
  CHECK(same.code == 0);
  CHECK_THAT(same.output, Catch::Contains("each render draws these values anew") &&
                              Catch::Contains("stringData.password") &&
                              Catch::Contains("metadata.annotations.checksum"));

  AgentProcess& again = scenario.start_agent();
  REQUIRE(has_passed(again, "/web"));
  CHECK(drawn() == before);

  // A change of Git renders the chart anew, as an upgrade by Helm does.
  const std::string commit = scenario.push({{"charts/web/values.yaml", "value: 2\n"}});
  scenario.require_ready(helm_release_kind, "web", commit);
  CHECK(drawn() != before);
}

TEST_CASE("a restart leaves the root unit's drift where it only warns",
          "[.integration][agent][restart]") {
  Scenario scenario("rootwarn");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)}});
  const std::vector<std::string> flags = {"--repository=" + scenario.url(), "--path=app"};
  scenario.start_agent(flags);
  scenario.let_root_drift("a");
  const auto value = [&] {
    return std::string(scenario.cluster().get(config_map_kind, space, "a")["data"]["value"].text());
  };
  CHECK(value() == "9");
  AgentProcess& again = scenario.start_agent(flags);
  REQUIRE(has_passed(again, "/root"));
  CHECK(value() == "9");
  // Another directory is another root: what differs there is a change.
  scenario.push({{"other/a.yaml", config_map_yaml("a", "2", space)}});
  scenario.start_agent({"--repository=" + scenario.url(), "--path=other", "--poll-interval=1s"});
  CHECK(eventually([&] { return value() == "2"; }));
}
