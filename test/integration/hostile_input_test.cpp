// Content made to hurt: refused within bounded time and memory, while other units go on.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "test/integration/scenario.hpp"
#include "test/support/patience.hpp"

using namespace reconcile::test;

namespace {

constexpr long memory_kib_max = 512L * 1024;
constexpr double seconds_max = 20;

/// Nine levels of nine references each: 9^9 nodes once expanded.
std::string alias_bomb() {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\nl0: &l0 [x]\n";
  for (int level = 1; level <= 9; ++level) {
    const std::string below = "*l" + std::to_string(level - 1);
    text += "l" + std::to_string(level) + ": &l" + std::to_string(level) + " [";
    for (int i = 0; i < 9; ++i) text += (i == 0 ? "" : ", ") + below;
    text += "]\n";
  }
  return text;
}

void make_sparse(const std::string& path, std::uintmax_t bytes) {
  std::ofstream(path).put('a');
  std::filesystem::resize_file(path, bytes);
}

/// Runs a command that must refuse its input; answers what it said.
std::string require_refused(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{program_path()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Finished finished = run_program(command);
  INFO(arguments.front() << " " << arguments.back() << ": code " << finished.code << ", "
                         << finished.seconds << " s, " << finished.peak_kib << " KiB\n"
                         << finished.output.substr(0, 2000));
  CHECK(finished.code > 0);
  CHECK(finished.seconds < seconds_max * patience());
  CHECK(finished.peak_kib < memory_kib_max * patience());
  CHECK_FALSE(finished.output.empty());
  return finished.output;
}

}  // namespace

TEST_CASE("the agent refuses hostile content within bounds and other units go on",
          "[.integration][hostile]") {
  Scenario scenario("hostile");
  const std::string space = scenario.space();
  const std::string chart = "apiVersion: v2\nname: loop\nversion: 1.0.0\n";
  std::filesystem::create_directories(scenario.repository().work().path() + "/link");
  std::filesystem::create_symlink("/etc/passwd",
                                  scenario.repository().work().path() + "/link/secret.yaml");
  std::filesystem::create_directories(scenario.repository().work().path() + "/climb");
  std::filesystem::create_symlink("../../../../etc",
                                  scenario.repository().work().path() + "/climb/etc");
  scenario.push(
      {{"link/kustomization.yaml", "resources: [secret.yaml]\n"},
       {"climb/kustomization.yaml", "configMapGenerator: [{name: stolen, files: [etc/passwd]}]\n"},
       {"dots/kustomization.yaml",
        "configMapGenerator: [{name: stolen, files: [../../../../../etc/passwd]}]\n"},
       {"bomb/bomb.yaml", alias_bomb()},
       {"loop/kustomization.yaml", "resources: [../loop]\n"},
       {"chart/Chart.yaml", chart},
       {"chart/templates/a.yaml",
        "{{ define \"again\" }}{{ include \"again\" . }}{{ end }}{{ include \"again\" . }}\n"},
       {"good/a.yaml", config_map_yaml("good", "1", space)}});
  scenario.make_source();
  const std::vector<std::pair<std::string, std::string>> units{{"link", "secret.yaml"},
                                                               {"climb", "etc"},
                                                               {"dots", "etc/passwd"},
                                                               {"bomb", "bomb.yaml"},
                                                               {"loop", "loop"}};
  for (const auto& [unit, word] : units) {
    scenario.make_kustomization(unit, "./" + unit, "  targetNamespace: " + space + "\n");
  }
  scenario.make_kustomization("outside", "../../..");
  scenario.make_kustomization("good", "./good");
  scenario.cluster().apply(
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: loop, "
      "namespace: " +
      space +
      "}\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: chart\n      sourceRef: {kind: "
      "GitRepository, name: repository}\n");
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(kustomization_kind, "good");
  for (const auto& [unit, word] : units) {
    const std::string message = scenario.require_problem(kustomization_kind, unit, "BuildFailed");
    INFO(unit << ": " << message);
    CHECK(message.find(word) != std::string::npos);
  }
  const std::string outside =
      scenario.require_problem(kustomization_kind, "outside", "InvalidSpec");
  CHECK(outside.find("spec.path") != std::string::npos);
  const std::string loop = scenario.require_problem(helm_release_kind, "loop", "InstallFailed");
  INFO(loop);
  CHECK(loop.find("templates/a.yaml") != std::string::npos);
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, space, "stolen"));
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, space, "bomb"));
  std::cout << "peak memory with hostile content: " << agent.peak_kib() / 1024 << " MiB\n";
  CHECK(agent.peak_kib() < memory_kib_max * patience());
  scenario.require_ready(kustomization_kind, "good",
                         scenario.push({{"good/a.yaml", config_map_yaml("good", "2", space)}}));
}

TEST_CASE("a file of 1 GiB in a directory source is refused without being read",
          "[.integration][hostile]") {
  Scenario scenario("gigabyte");
  const TemporaryDirectory directory;
  directory.write("app/a.yaml", config_map_yaml("a", "1", scenario.space()));
  make_sparse(directory.path() + "/app/big.yaml", 1ULL << 30U);
  AgentProcess& agent = scenario.start_agent({"--repository=" + directory.path(), "--path=app"});
  std::string ready;
  std::string message;
  const bool judged = eventually([&] {
    const auto root = scenario.cluster().get(config_map_kind, scenario.space(), "reconcile-root");
    ready = root["data"]["ready"].text();
    message = root["data"]["message"].text();
    return ready == "False";
  });
  INFO(ready << ": " << message << "\n" << agent.log_tail());
  CHECK(judged);
  CHECK(message.find("big.yaml") != std::string::npos);
  CHECK(agent.peak_kib() < memory_kib_max * patience());
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, scenario.space(), "a"));
}

TEST_CASE("the commands refuse hostile content within bounds", "[.integration][hostile]") {
  const TemporaryDirectory directory;
  const std::string& root = directory.path();
  directory.write("bomb/kustomization.yaml", "resources: [bomb.yaml]\n");
  directory.write("bomb/bomb.yaml", alias_bomb());
  CHECK(require_refused({"build", root + "/bomb"}).find("bomb.yaml") != std::string::npos);

  directory.write("big/kustomization.yaml", "resources: [big.yaml]\n");
  make_sparse(root + "/big/big.yaml", 1ULL << 30U);
  CHECK(require_refused({"build", root + "/big"}).find("big.yaml") != std::string::npos);

  directory.write("dots/kustomization.yaml", "resources: [../../../../../../etc/passwd]\n");
  CHECK(require_refused({"build", root + "/dots"}).find("passwd") != std::string::npos);

  directory.write("chart/Chart.yaml", "apiVersion: v2\nname: loop\nversion: 1.0.0\n");
  directory.write("chart/templates/a.yaml",
                  "{{ define \"again\" }}{{ template \"again\" . }}{{ end }}"
                  "{{ template \"again\" . }}\n");
  CHECK(require_refused({"template", "loop", root + "/chart"}).find("a.yaml") != std::string::npos);
  directory.write("chart/templates/a.yaml",
                  "a: {{ range until 100000 }}{{ range until 100000 }}xxxxxxxxxx{{ end }}"
                  "{{ end }}\n");
  require_refused({"template", "loop", root + "/chart"});
  directory.write("chart/templates/a.yaml", "a: {{ repeat 2000000000 \"x\" }}\n");
  require_refused({"template", "loop", root + "/chart"});
}
