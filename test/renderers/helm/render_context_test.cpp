#include <catch2/catch.hpp>

#include "test/renderers/helm/chart_support.hpp"

namespace reconcile::helm {
namespace {

using testing::Files;

const Files files = {
    {"Chart.yaml",
     "apiVersion: v2\nname: app\nversion: 0.1.0\nappVersion: \"1.2\"\nkeywords: [k]\n"
     "maintainers: [{name: m, email: e@x}]\nannotations: {a: \"1\"}\n"},
    {"a.txt", "hi"},
};

}  // namespace

TEST_CASE("encodes the chart as Helm does", "[renderers][helm][render_context]") {
  struct Row {
    const char* expression;
    const char* helm4;
    const char* helm3;
  };
  constexpr Row rows[] = {
      {"toJson .Chart",
       R"({"APIVersion":"v2","Annotations":{"a":"1"},"AppVersion":"1.2","Condition":"",)"
       R"("Dependencies":[],"Deprecated":false,"Description":"","Home":"","Icon":"",)"
       R"("IsRoot":true,"Keywords":["k"],"KubeVersion":"",)"
       R"("Maintainers":[{"Email":"e@x","Name":"m","URL":""}],"Name":"app","Sources":[],)"
       R"("Tags":"","Type":"","Version":"0.1.0"})",
       R"({"name":"app","version":"0.1.0","keywords":["k"],)"
       R"("maintainers":[{"name":"m","email":"e@x"}],"apiVersion":"v2","appVersion":"1.2",)"
       R"("annotations":{"a":"1"},"IsRoot":true})"},
      {"index .Chart.Maintainers 0 | toJson", R"({"Email":"e@x","Name":"m","URL":""})",
       R"({"name":"m","email":"e@x"})"},
      {"index .Chart.Maintainers 0 | toYaml | toJson", R"("Email: e@x\nName: m\nURL: \"\"")",
       R"("email: e@x\nname: m")"},
      {"index .Chart.Maintainers 0 | toYamlPretty | toJson", R"("Email: e@x\nName: m\nURL: \"\"")",
       R"("name: m\nemail: e@x\nurl: \"\"")"},
      {"index .Chart.Maintainers 0", "map[Email:e@x Name:m URL:]", "{m e@x }"},
      {"typeOf .Chart.Maintainers", "[]interface {}", "[]*chart.Maintainer"},
  };
  for (const Row& row : rows) {
    INFO(row.expression);
    CHECK(testing::printed(row.expression, files, Profile::helm4) == row.helm4);
    CHECK(testing::printed(row.expression, files, Profile::helm3) == row.helm3);
  }
  CHECK(testing::printed(".Chart.Metadata.Name", files, Profile::helm3) == "app");
}

TEST_CASE("shows the cluster's version by its pointer's methods alone",
          "[renderers][helm][render_context]") {
  struct Row {
    const char* expression;
    const char* text;
  };
  constexpr Row rows[] = {
      {".Capabilities.KubeVersion", "v1.37.0"},
      {".Capabilities.KubeVersion.String", "v1.37.0"},
      {"print .Capabilities.KubeVersion", "{v1.37.0 v1.37.0 1 37}"},
      {"printf \"%+v\" .Capabilities.KubeVersion",
       "{Version:v1.37.0 normalizedVersion:v1.37.0 Major:1 Minor:37}"},
      {"toJson .Capabilities.KubeVersion", R"({"Version":"v1.37.0","Major":"1","Minor":"37"})"},
      {"toYaml .Capabilities.KubeVersion | toJson",
       R"("Major: \"1\"\nMinor: \"37\"\nVersion: v1.37.0")"},
      {"toYamlPretty .Capabilities.KubeVersion | toJson",
       R"("version: v1.37.0\nmajor: \"1\"\nminor: \"37\"")"},
      {"toToml .Capabilities.KubeVersion | toJson",
       R"("Version = \"v1.37.0\"\nMajor = \"1\"\nMinor = \"37\"\n")"},
      {"toYamlPretty .Files | toJson", R"("a.txt:\n  - 104\n  - 105")"},
      {"(mustToDuration \"90m\").Hours", "1.5"},
      {"(toDate \"2006-01-02\" \"2024-02-29\").Weekday.String", "Thursday"},
  };
  for (const Row& row : rows) {
    INFO(row.expression);
    CHECK(testing::printed(row.expression, files) == row.text);
  }
}

}  // namespace reconcile::helm
