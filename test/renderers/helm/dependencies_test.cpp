#include <catch2/catch.hpp>
#include <string>

#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile::helm;
using reconcile::helm::testing::Files;
using reconcile::helm::testing::rendered;
using reconcile::helm::testing::request_of;
using reconcile::helm::testing::values_json;

namespace {

/// A parent whose Chart.yaml ends with `dependencies`, and subcharts one and two that each print
/// their name.
Files family(const std::string& dependencies, const std::string& values = "") {
  Files files = {
      {"Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n" + dependencies},
      {"values.yaml", values}};
  for (const std::string name : {"one", "two"}) {
    files["charts/" + name + "/Chart.yaml"] =
        "apiVersion: v2\nname: " + name + "\nversion: 1.2.0\n";
    files["charts/" + name + "/values.yaml"] =
        "own: " + name + "\nexports: {data: {shared: " + name + "}}\ndeep: {x: 1}\n";
    files["charts/" + name + "/templates/t.yaml"] = "name: {{ .Chart.Name }}\n";
  }
  return files;
}

constexpr const char* both =
    "- {name: one, version: ^1.0.0, condition: 'one.enabled,global.one', tags: [t]}\n"
    "- {name: two, version: ^1.0.0, tags: [t, u]}\n";

std::string names(const Files& files, const std::string& set) {
  const std::string text = rendered(request_of(files, {{ValuesForm::set, set, ""}}));
  std::string found;
  for (std::size_t at = text.find("name: "); at != std::string::npos;
       at = text.find("name: ", at + 1)) {
    found += (found.empty() ? "" : " ") + text.substr(at + 6, text.find('\n', at) - at - 6);
  }
  return found;
}

}  // namespace

TEST_CASE("switches subcharts by condition, then by tags", "[renderers][helm][dependencies]") {
  struct Row {
    const char* set;
    const char* names;
  };
  constexpr Row rows[] = {
      {"x=1", "one two"},
      {"one.enabled=false", "two"},
      {"global.one=false", "two"},
      {"one.enabled=true,global.one=false", "one two"},  // the first path that is a bool wins
      {"one.enabled=text", "one two"},                   // no bool: warned of and ignored
      {"tags.t=false", ""},
      {"tags.t=false,one.enabled=true", "one"},  // conditions override tags
      {"tags.t=false,tags.u=true", "two"},       // one true tag is enough
  };
  const Files files = family(both);
  for (const Row& row : rows) {
    INFO(row.set);
    CHECK(names(files, row.set) == row.names);
  }
}

TEST_CASE("keeps a disabled subchart's values in place", "[renderers][helm][dependencies]") {
  CHECK(values_json(family(both, "one: {enabled: false, a: 1}\n")).find(R"("one":{"a":1,)") !=
        std::string::npos);
}

TEST_CASE("serves several aliases from one chart", "[renderers][helm][dependencies]") {
  const Files files = family(
      "- {name: one, version: '*', alias: first}\n- {name: one, version: '*', alias: second}\n"
      "- {name: two, version: '*'}\n");
  CHECK(names(files, "second.own=x") == "first second two");
  CHECK(values_json(files, {{ValuesForm::set, "second.own=x", ""}}).find(R"("own":"x")") !=
        std::string::npos);
}

TEST_CASE("takes subcharts that Chart.yaml does not list first",
          "[renderers][helm][dependencies]") {
  CHECK(names(family("- {name: one, version: '*'}\n"), "x=1") == "one two");
}

TEST_CASE("names the subcharts that are missing", "[renderers][helm][dependencies]") {
  const std::string text =
      rendered(request_of(family("- {name: gone, version: '*'}\n- {name: also, version: '*'}\n")));
  CHECK(text.ends_with("found in Chart.yaml, but missing in charts/ directory: gone, also"));
}

TEST_CASE("imports values, weaker than the parent's own", "[renderers][helm][dependencies]") {
  const Files exported =
      family("- {name: one, version: '*', import-values: [data]}\n- {name: two, version: '*'}\n");
  CHECK(values_json(exported).find(R"("shared":"one"})") != std::string::npos);
  const Files mapped = family(
      "- name: one\n  version: '*'\n  import-values: [{child: deep, parent: mine.deep}]\n"
      "- {name: two, version: '*'}\n",
      "mine: {deep: {x: 2}}\n");
  CHECK(values_json(mapped).find(R"("mine":{"deep":{"x":2}})") != std::string::npos);
}

TEST_CASE("shows dependencies in .Chart as each Helm does", "[renderers][helm][dependencies]") {
  Files files = family("- {name: one, version: '*'}\n- {name: two, version: '*'}\n");
  files["templates/probe.yaml"] = "# {{ index .Chart.Dependencies 0 | toRawJson }}\n";
  CHECK(rendered(request_of(files)).find(R"("ImportValues":[],"Name":"one")") != std::string::npos);
  CHECK(rendered(request_of(files, {}, Profile::helm3))
            .find(R"({"name":"one","version":"*","repository":"","enabled":true})") !=
        std::string::npos);
}

TEST_CASE("reads requirements.yaml of an apiVersion v1 chart", "[renderers][helm][dependencies]") {
  Files files = family("");
  files["Chart.yaml"] = "apiVersion: v1\nname: app\nversion: 1.0.0\n";
  files["requirements.yaml"] =
      "dependencies:\n- {name: one, version: '*', condition: one.enabled}\n"
      "- {name: two, version: '*'}\n";
  CHECK(names(files, "one.enabled=false") == "two");
}
