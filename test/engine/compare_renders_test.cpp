#include "engine/cli/compare_renders.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "engine/cli/diff_command.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/command_run.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using test::CommandRun;

namespace {

std::string config_map(const std::string& name, const std::string& value) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: shop}\ndata: {k: \"" + value + "\"}\n";
}

const std::string source_yaml =
    "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
    "metadata: {name: repo, namespace: flux-system}\n"
    "spec: {url: 'https://git.example/team/repo.git', interval: 1m}\n";

std::string unit_yaml(const std::string& name, const std::string& kind, const std::string& source) {
  return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
         "metadata: {name: " +
         name + ", namespace: flux-system}\nspec: {path: ./" + name +
         ", prune: true, interval: 1m, sourceRef: {kind: " + kind + ", name: " + source + "}}\n";
}

/// Two folders and two commits with the same two states.
struct Repository {
  test::TemporaryDirectory root;
  test::GitFixture git{root.path() + "/repo.git"};
  std::string first = git.commit(
      {{"apps/a.yaml", config_map("a", "1")},
       {"more/m.yaml", config_map("m", "1")},
       {"clusters/all.yaml", source_yaml + "---\n" + unit_yaml("apps", "GitRepository", "repo") +
                                 "---\n" + unit_yaml("more", "GitRepository", "of-the-agent") +
                                 "---\n" + unit_yaml("other", "OCIRepository", "elsewhere")}});
  std::string second =
      git.commit({{"apps/a.yaml", config_map("a", "2")}, {"apps/b.yaml", config_map("b", "x")}});
};

const std::string expected =
    "configured ConfigMap/shop/a (change)\n"
    "  data.k: \"1\" -> \"2\" (change)\n"
    "created ConfigMap/shop/b (change)\n"
    "  + data: {\"k\":\"x\"}\n"
    "1 created, 1 configured; 0 unchanged\n";

}  // namespace

TEST_CASE("compares the renders of two folders", "[engine][cli][compare]") {
  const test::TemporaryDirectory root;
  root.write("old/a.yaml", config_map("a", "1"));
  root.write("new/a.yaml", config_map("a", "2"));
  root.write("new/b.yaml", config_map("b", "x"));
  const std::vector<std::string> arguments = {"--path", root.path() + "/new", "--against",
                                              root.path() + "/old"};
  const CommandRun run(run_diff_command, arguments);
  CHECK(run.thrown.empty());
  CHECK(run.code == 1);
  CHECK(run.out == expected);
  const CommandRun same(run_diff_command, {"--path", root.path() + "/new", "--against",
                                           root.path() + "/new", "--color", "always"});
  CHECK(same.code == 0);
  CHECK(same.out.empty());
  std::vector<std::string> json = arguments;
  json.insert(json.end(), {"-o", "json"});
  const model::Document document = model::parse_json(CommandRun(run_diff_command, json).out);
  CHECK(document["objects"].at(0)["fields"].at(0)["path"].text() == "data.k");
  std::vector<std::string> markdown = arguments;
  markdown.insert(markdown.end(), {"-o", "markdown"});
  CHECK_THAT(CommandRun(run_diff_command, markdown).out,
             Catch::StartsWith("**1 created, 1 configured; 0 unchanged**\n"));
  const CommandRun wrong(run_diff_command,
                         {"--path", root.path() + "/none", "--against", root.path() + "/old"});
  CHECK_THAT(wrong.thrown, Catch::Contains("rendering " + root.path() + "/none"));
  root.write("broken/kustomization.yaml", "resources: [gone.yaml]\n");
  CHECK_THAT(CommandRun(run_diff_command,
                        {"--path", root.path() + "/broken", "--against", root.path() + "/old"})
                 .thrown,
             Catch::Contains("(" + root.path() + "/broken/kustomization.yaml)"));
}

TEST_CASE("what a render draws anew is no difference", "[engine][cli][compare]") {
  const test::TemporaryDirectory root;
  root.write("a/kustomization.yaml",
             "helmGlobals: {chartHome: ../charts}\nhelmCharts: [{name: c, releaseName: c}]\n");
  root.write("charts/c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\n");
  root.write("charts/c/values.yaml", "{}\n");
  root.write("charts/c/templates/s.yaml",
             "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
             "stringData: {p: {{ randAlphaNum 20 }}}\n");
  const CommandRun run(run_diff_command,
                       {"--path", root.path() + "/a", "--against", root.path() + "/a"});
  CHECK(run.thrown.empty());
  CHECK(run.out.empty());
  CHECK(run.code == 0);
}

TEST_CASE("a Secret's value is masked where it is copied to", "[engine][cli][compare]") {
  const test::TemporaryDirectory root;
  const std::map<std::string, std::string> sides = {{"old", "hunter2222"}, {"new", "hunter3333"}};
  for (const auto& [side, value] : sides) {
    root.write(side + "/kustomization.yaml",
               "resources: [a.yaml]\nreplacements: [{source: {kind: Secret, fieldPath: "
               "stringData.p}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.k]}]}]\n");
    root.write(side + "/a.yaml", config_map("a", "x") +
                                     "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, "
                                     "namespace: shop, annotations: {copy: 'is " +
                                     value + "'}}\nstringData: {p: " + value + "}\n");
  }
  const CommandRun run(run_diff_command,
                       {"--path", root.path() + "/new", "--against", root.path() + "/old"});
  CHECK(run.thrown.empty());
  CHECK(run.out ==
        "configured ConfigMap/shop/a (change)\n"
        "  data.k: *** (before) -> *** (after) (change)\n"
        "configured Secret/shop/s (change)\n"
        "  data.p: *** (before) -> *** (after) (change)\n"
        "  metadata.annotations.copy: *** (before) -> *** (after) (change)\n"
        "2 configured; 0 unchanged\n");
}

TEST_CASE("compares two revisions of a repository without a checkout", "[engine][cli][compare]") {
  const Repository repository;
  const auto run = [&](const std::string& revisions, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"--revisions", revisions, "--repository",
                                          repository.git.bare()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return CommandRun(run_diff_command, arguments);
  };
  const CommandRun commits = run(repository.first + "..main", {"--path", "apps"});
  CHECK(commits.thrown.empty());
  CHECK(commits.out == expected);
  CHECK(commits.code == 1);
  CHECK(run(repository.second + "..HEAD", {"--path", "./apps/"}).code == 0);
  CHECK_THAT(run("main..no-such-branch", {"--path", "apps"}).thrown,
             Catch::Contains("no-such-branch"));
  CHECK_THAT(run("main", {"--path", "apps"}).thrown, Catch::Contains("R1..R2"));
  // The work tree around the path is found as git finds it.
  const CommandRun around(run_diff_command, {"--revisions", repository.first + "..HEAD", "--path",
                                             repository.git.work().path() + "/apps"});
  CHECK(around.thrown.empty());
  CHECK(around.out == expected);
}

TEST_CASE("follows the units that a path brings", "[engine][cli][compare]") {
  Repository repository;
  // A source that no render brings, the agent's own say, counts as this repository.
  repository.git.commit({{"more/m.yaml", config_map("m", "2")}});
  const CommandRun run(run_diff_command,
                       {"--revisions", repository.first + "..main", "--repository",
                        repository.git.bare(), "--path", "clusters", "--units"});
  CHECK(run.thrown.empty());
  CHECK(run.out == "# Kustomization/flux-system/apps\n" + expected +
                       "# Kustomization/flux-system/more\n"
                       "configured ConfigMap/shop/m (change)\n"
                       "  data.k: \"1\" -> \"2\" (change)\n"
                       "1 configured; 0 unchanged\n");
  CHECK_THAT(run.err, Catch::Contains("Kustomization/flux-system/other is not rendered"));
}

TEST_CASE("names the root unit in its heading", "[engine][cli][compare]") {
  Repository repository;
  repository.git.commit({{"clusters/root.yaml", config_map("r", "1")}});
  const CommandRun run(run_diff_command,
                       {"--revisions", repository.second + "..main", "--repository",
                        repository.git.bare(), "--path", "clusters", "--units"});
  CHECK(run.thrown.empty());
  CHECK_THAT(run.out, Catch::StartsWith("# root unit\ncreated ConfigMap/shop/r (change)\n"));
}

TEST_CASE("units take values from what the renders bring", "[engine][cli][compare]") {
  const test::TemporaryDirectory root;
  test::GitFixture git{root.path() + "/repo.git"};
  const auto settings = [](const std::string& domain, const std::string& password) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\n"
           "data: {domain: " +
           domain +
           "}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: values, namespace: "
           "flux-system}\nstringData: {values.yaml: 'db: {password: " +
           password + "}'}\n";
  };
  const std::string chart =
      "spec: {interval: 1m, chart: {spec: {chart: charts/c, sourceRef: {kind: GitRepository, name: "
      "repo}}}, valuesFrom: [{kind: Secret, name: values}]}\n";
  const auto substituted = [](const std::string& name, const std::string& references) {
    std::string text = unit_yaml(name, "GitRepository", "repo");
    text.resize(text.size() - 2);  // "}" and the line break
    return text + ", postBuild: {substituteFrom: [" + references + "]}}\n---\n";
  };
  // The settings come with a unit whose name is behind those that read them.
  const std::string first = git.commit(
      {{"clusters/all.yaml",
        source_yaml + "---\n" + unit_yaml("shared", "GitRepository", "repo") + "---\n" +
            substituted("apps",
                        "{kind: ConfigMap, name: settings, optional: true}, {kind: Secret, name: "
                        "of-the-cluster, optional: true}") +
            substituted("lost", "{kind: Secret, name: elsewhere}") +
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: c, "
            "namespace: flux-system}\n" +
            chart},
       {"shared/s.yaml", settings("one.example", "hunter2222")},
       {"apps/a.yaml", config_map("a", "https://${domain}/${token}")},
       {"lost/l.yaml", config_map("l", "1")},
       {"charts/c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\n"},
       {"charts/c/templates/c.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n"
        "data: {url: 'db://u:{{ .Values.db.password }}@h'}\n"}});
  git.commit({{"shared/s.yaml", settings("two.example", "hunter3333")},
              {"lost/l.yaml", config_map("l", "2")}});
  const CommandRun run(run_diff_command, {"--revisions", first + "..main", "--repository",
                                          git.bare(), "--path", "clusters", "--units"});
  CHECK(run.thrown.empty());
  CHECK(run.out ==
        "# HelmRelease/flux-system/c\n"
        "configured ConfigMap/shop/c (change)\n"
        "  data.url: *** (before) -> *** (after) (change)\n"
        "1 configured; 0 unchanged\n"
        "# Kustomization/flux-system/apps\n"
        "configured ConfigMap/shop/a (change)\n"
        "  data.k: \"https://one.example/\" -> \"https://two.example/\" (change)\n"
        "1 configured; 0 unchanged\n"
        "# Kustomization/flux-system/shared\n"
        "configured ConfigMap/flux-system/settings (change)\n"
        "  data.domain: \"one.example\" -> \"two.example\" (change)\n"
        "configured Secret/flux-system/values (change)\n"
        "  data[\"values.yaml\"]: *** (before) -> *** (after) (change)\n"
        "2 configured; 0 unchanged\n");
  CHECK_THAT(run.err, Catch::Contains("main: Kustomization/flux-system/lost is not rendered: "
                                      "expected the Secret/flux-system/elsewhere"));
}

TEST_CASE("a directory that one revision lacks renders nothing there", "[engine][cli][compare]") {
  const test::TemporaryDirectory root;
  test::GitFixture git{root.path() + "/repo.git"};
  const std::string first = git.commit({{"README", "x"}});
  git.commit({{"apps/new/a.yaml", config_map("a", "1")}});
  const auto run = [&](const std::string& revisions, const std::string& path) {
    return CommandRun(run_diff_command,
                      {"--revisions", revisions, "--repository", git.bare(), "--path", path});
  };
  const CommandRun added = run(first + "..main", "apps/new");
  CHECK(added.thrown.empty());
  CHECK_THAT(added.out, Catch::StartsWith("created ConfigMap/shop/a (change)\n"));
  CHECK_THAT(added.err, Catch::Contains("\"apps/new\" is not there"));
  CHECK_THAT(run("main.." + first, "apps/new").out,
             Catch::StartsWith("deleted ConfigMap/shop/a (obsolete), 1 field\n"));
  CHECK_THAT(run(first + "..main", "apps/typo").thrown,
             Catch::Contains("expected a directory \"apps/typo\""));
}

TEST_CASE("three dots compare with where the branch left", "[engine][cli][compare]") {
  Repository repository;
  repository.git.git({"checkout", "-q", "-b", "feature", repository.first});
  repository.git.commit({{"apps/f.yaml", config_map("f", "1")}}, "feature");
  const CommandRun run(run_diff_command, {"--revisions", "main...feature", "--repository",
                                          repository.git.bare(), "--path", "apps"});
  CHECK(run.thrown.empty());
  CHECK_THAT(run.out, Catch::StartsWith("created ConfigMap/shop/f (change)\n") &&
                          Catch::EndsWith("1 created; 1 unchanged\n"));
}

TEST_CASE("refuses flags that do not go together", "[engine][cli][compare]") {
  const auto thrown = [](const std::vector<std::string>& arguments) {
    return CommandRun(run_diff_command, arguments).thrown;
  };
  CHECK_THAT(thrown({"ks/apps", "--path", "a", "--against", "b"}), Catch::Contains("no unit"));
  CHECK_THAT(thrown({"--against", "b"}), Catch::Contains("--path"));
  CHECK_THAT(thrown({"--path", "a", "--against", "b", "--revisions", "a..b"}),
             Catch::Contains("found both"));
  CHECK_THAT(thrown({"--path", "a", "--units"}), Catch::Contains("--units goes with --revisions"));
  CHECK_THAT(thrown({"--path", "a", "--against", "b", "--repository", "r"}),
             Catch::Contains("--repository goes with --revisions"));
  CHECK_THAT(thrown({"ks/a", "--path", "a", "--save-plan", "p"}), Catch::Contains("--save-plan"));
  CHECK_THAT(thrown({}), Catch::Contains("KIND/NAME"));
  CHECK(CommandRun(run_diff_command, {"--path", "a", "-o", "yaml"}).code == 2);
}
