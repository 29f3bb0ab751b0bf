// Charts in kustomizations, as kustomize 5.8.2 renders them with Helm 4.3.1 beside it.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "engine/inflate/chart_inflator.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/renderers/read_set.hpp"

using namespace reconcile;
using Files = std::map<std::string, std::string>;
namespace fs = std::filesystem;

namespace {

const fs::path& fixtures() {
  static const fs::path path = fs::path(RECONCILE_SOURCE_DIR) / "fixtures/engine/inflate";
  return path;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Files files_of_tree() {
  Files files;
  const fs::path root = fixtures() / "tree";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), root).string()] = read_text(entry.path());
  }
  return files;
}

/// "### NAME" and what stands below it.
std::vector<std::pair<std::string, std::string>> sections(const fs::path& path) {
  std::vector<std::pair<std::string, std::string>> sections;
  std::istringstream text(read_text(path));
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("### ")) {
      sections.emplace_back(line.substr(4), "");
    } else {
      sections.back().second += line + "\n";
    }
  }
  return sections;
}

kustomize::BuildRequest request_for(Files files, kustomize::HelmInflator& inflator) {
  kustomize::BuildRequest request;
  request.tree = model::memory_tree(std::move(files));
  request.helm = &inflator;
  return request;
}

bool reads(const renderers::RenderResult& result, const std::string& path) {
  return std::any_of(result.read_set.begin(), result.read_set.end(),
                     [&](const renderers::ReadSetEntry& entry) { return entry.path == path; });
}

}  // namespace

TEST_CASE("charts give the recorded bytes of kustomize and Helm", "[engine][inflate]") {
  const Files tree = files_of_tree();
  const auto cases = sections(fixtures() / "cases.txt");
  const auto expected = sections(fixtures() / "expected.txt");
  REQUIRE(cases.size() == expected.size());
  CHECK(cases.size() > 60);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(cases[i].first);
    Files files = tree;
    files["kustomization.yaml"] = cases[i].second;
    engine::ChartInflator inflator({});
    const kustomize::BuildRequest request = request_for(std::move(files), inflator);
    if (expected[i].first == cases[i].first + " fails") {
      CHECK_THROWS_AS(kustomize::build(request), model::Error);
      continue;
    }
    REQUIRE(expected[i].first == cases[i].first + " ok");
    std::string text;
    CHECK_NOTHROW(text = kustomize::build(request).text);
    CHECK(text == expected[i].second);
  }
}

TEST_CASE("what a chart was read from counts as read", "[engine][inflate]") {
  Files files = files_of_tree();
  files["kustomization.yaml"] =
      "helmCharts: [{name: web, releaseName: r, additionalValuesFiles: [values/a.yaml]}]";
  engine::ChartInflator inflator({});
  const kustomize::BuildRequest request = request_for(files, inflator);
  const renderers::RenderResult result = kustomize::build(request);
  for (const char* path : {"charts/web/Chart.yaml", "charts/web/values.yaml", "values/a.yaml",
                           "charts/web/templates/all.yaml", "charts/web/charts/child/values.yaml"})
    CHECK(reads(result, path));
  CHECK_FALSE(reads(result, "charts/bare/Chart.yaml"));
  CHECK(renderers::still_holds(result.read_set, *request.tree));
  const auto holds_with = [&](const std::string& path, const std::string& text) {
    Files changed = files;
    changed[path] = text;
    return renderers::still_holds(result.read_set, *model::memory_tree(std::move(changed)));
  };
  CHECK(holds_with("values/b.yaml", "other: 1\n"));
  CHECK_FALSE(holds_with("values/a.yaml", "other: 1\n"));
  CHECK_FALSE(holds_with("charts/web/templates/new.yaml", "a: b\n"));
  CHECK_FALSE(holds_with("charts/web/charts/child/values.yaml", "color: pink\n"));
}

TEST_CASE("a chart that is not there is pulled, or the error says what to do",
          "[engine][inflate]") {
  Files files = files_of_tree();
  files["kustomization.yaml"] =
      "helmCharts: [{name: far, releaseName: r, version: 1.0.0, "
      "repo: 'https://user:secret@charts/x', valuesFile: charts/far-1.0.0/far/more.yaml}]";
  engine::ChartInflator none({});
  try {
    (void)kustomize::build(request_for(files, none));
    FAIL("expected an error");
  } catch (const model::Error& error) {
    CHECK_THAT(error.what(), Catch::Contains("\"far\" of https://user:***@charts/x") &&
                                 Catch::Contains("chartHome"));
  }
  engine::InflateOptions options;
  std::string asked;
  options.pull = [&](const kustomize::HelmChartAddress& address) {
    asked = address.repository + " " + address.name + " " + address.version;
    return model::memory_tree({{"Chart.yaml", "apiVersion: v2\nname: far\nversion: 1.0.0\n"},
                               {"more.yaml", "a: 1\n"},
                               {"templates/map.yaml",
                                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\ndata: {a: "
                                "\"{{ .Values.a }}\"}\n"}});
  };
  engine::ChartInflator inflator(std::move(options));
  const renderers::RenderResult result = kustomize::build(request_for(files, inflator));
  CHECK(asked == "https://user:secret@charts/x far 1.0.0");
  CHECK_THAT(result.text, Catch::Contains("a: \"1\""));
  // Its files are not the tree's; that it is not there is what counts.
  CHECK(result.read_set.contains({renderers::ReadSetKind::absent, "charts/far-1.0.0/far", ""}));
  CHECK_FALSE(reads(result, "Chart.yaml"));
}

TEST_CASE("a build gives its versions to charts that say none", "[engine][inflate]") {
  Files files = files_of_tree();
  engine::InflateOptions options;
  options.kube_version = "v1.20.0";
  options.api_versions = {"example.com/v2"};
  engine::ChartInflator inflator(std::move(options));
  files["kustomization.yaml"] = "helmCharts: [{name: web, releaseName: r}]";
  CHECK_THAT(kustomize::build(request_for(files, inflator)).text,
             Catch::Contains("kube: v1.20.0") && Catch::Contains("has2: \"true\""));
  files["kustomization.yaml"] =
      "helmCharts: [{name: web, releaseName: r, kubeVersion: v1.30.0, apiVersions: [a/v1]}]";
  CHECK_THAT(kustomize::build(request_for(files, inflator)).text,
             Catch::Contains("kube: v1.30.0") && Catch::Contains("has2: \"false\""));
}
