#include <catch2/catch.hpp>
#include <string>

#include "reconcile/model/error.hpp"
#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile::helm;
using reconcile::helm::testing::make_chart;
using reconcile::helm::testing::rendered;
using reconcile::helm::testing::request_of;

TEST_CASE("refuses bad metadata with Helm's words", "[renderers][helm][metadata]") {
  struct Row {
    const char* text;
    const char* message;
  };
  constexpr Row rows[] = {
      {"apiVersion: v2\nversion: 1.0.0\n", "chart.metadata.name is required"},
      {"apiVersion: v2\nname: a\n", "chart.metadata.version is required"},
      {"apiVersion: v2\nname: a\nversion: x.y\n", "chart.metadata.version \"x.y\" is invalid"},
      {"apiVersion: v2\nname: a/b\nversion: 1.0.0\n", "chart.metadata.name \"a/b\" is invalid"},
      {"apiVersion: v2\nname: ..\nversion: 1.0.0\n", "chart.metadata.name \"..\" is not allowed"},
      {"apiVersion: v2\nname: a\nversion: 1.0.0\ntype: tool\n",
       "chart.metadata.type must be application or library"},
      {"apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b}, {name: b}]\n",
       "more than one dependency with name or alias \"b\""},
      {"apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, alias: 'x y'}]\n",
       "dependency \"b\" has disallowed characters in the alias"},
      {"apiVersion: v2\nname: a\nversion: 1.0.0\nmaintainers: [null]\n",
       "maintainers must not contain empty or null nodes"},
      {"apiVersion: v2\nname: [a]\nversion: 1.0.0\n",
       "cannot unmarshal array into Go struct field"},
      {"- a\n", "cannot unmarshal array"},
      {"a: [\n", "cannot load Chart.yaml"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK_THROWS_WITH(make_chart({{"Chart.yaml", row.text}}), Catch::Contains(row.message));
  }
}

TEST_CASE("takes scalars of Chart.yaml for texts", "[renderers][helm][metadata]") {
  const auto chart = make_chart({{"Chart.yaml",
                                  "apiVersion: v2\nname: 5\nversion: 1.0.0\nappVersion: 1.10\n"
                                  "home: 0x1F\ndescription: 12345678.0\nkeywords: [true, null]\n"
                                  "annotations: {a: 1, b: null}\n"}});
  CHECK(chart->metadata.name == "5");
  CHECK(chart->metadata.app_version == "1.1");
  CHECK(chart->metadata.home == "31");
  CHECK(chart->metadata.description == "1.2345678e+07");
  CHECK(chart->metadata.keywords == std::vector<std::string>{"true", ""});
  CHECK(chart->metadata.annotations->front().second == "1");
}

TEST_CASE("cleans the texts of metadata and defaults apiVersion", "[renderers][helm][metadata]") {
  const auto chart =
      make_chart({{"Chart.yaml", "name: a\nversion: 1.0.0\ndescription: \"x\\ty\\u0007z\"\n"}});
  CHECK(chart->metadata.description == "x yz");
  CHECK(chart->metadata.api_version == "v1");
}

TEST_CASE("does not install library charts, nor on a Kubernetes that the chart excludes",
          "[renderers][helm][metadata]") {
  const std::string head = "apiVersion: v2\nname: a\nversion: 1.0.0\n";
  CHECK(rendered(request_of({{"Chart.yaml", head + "type: library\n"}})) ==
        "Error: library charts are not installable");
  RenderRequest request = request_of({{"Chart.yaml", head + "kubeVersion: '>=1.30.0'\n"}});
  request.capabilities.kube_version = "1.29.3-gke.1";
  CHECK(rendered(request) ==
        "Error: chart requires kubeVersion: >=1.30.0 which is incompatible "
        "with Kubernetes v1.29.3");
  request.capabilities.kube_version = "v1.31.0-rc.1";
  CHECK(rendered(request) == "\n");
  request.capabilities.kube_version = "one";
  CHECK(rendered(request).starts_with("Error: invalid kube version 'one'"));
}
