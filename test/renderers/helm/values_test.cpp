#include <catch2/catch.hpp>
#include <string>

#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile::helm;
using reconcile::helm::testing::Files;
using reconcile::helm::testing::values_json;

namespace {

Files with_subchart(const std::string& parent, const std::string& child) {
  return {{"values.yaml", parent},
          {"charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"},
          {"charts/sub/values.yaml", child}};
}

std::vector<ValuesInput> file(const std::string& text) {
  return {{ValuesForm::file, text, "f.yaml"}};
}

}  // namespace

TEST_CASE("reads YAML 1.1 in values files", "[renderers][helm][values_file]") {
  struct Row {
    const char* text;
    const char* expected;
  };
  constexpr Row rows[] = {
      {"a: yes\nb: off\nc: 'yes'", R"({"a":true,"b":false,"c":"yes"})"},
      {"y: 1", R"({"true":1})"},
      {"a: 0755\nb: 0x1f\nc: 1_000\nd: 1:20", R"({"a":493,"b":31,"c":1000,"d":"1:20"})"},
      {"a: 2024-01-02", R"({"a":"2024-01-02"})"},
      {"a: 1\na: 2", R"({"a":2})"},
      {"a: &x {b: 1}\nc: *x", R"({"a":{"b":1},"c":{"b":1}})"},
      {"", "{}"},
      {"# only a comment", "{}"},
      {"a: 12345678901234567890", R"({"a":12345678901234567000})"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(values_json({{"values.yaml", row.text}}) == row.expected);
    CHECK(values_json({}, file(row.text), Profile::helm3) == row.expected);
  }
}

TEST_CASE("merges all documents of a chart's values in Helm 4, takes the first in Helm 3",
          "[renderers][helm][values_file]") {
  const Files files = {{"values.yaml", "a: {x: 1, w: 2}\n---\na: {w: 3}\nb: 1\n"}};
  CHECK(values_json(files) == R"({"a":{"w":3,"x":1},"b":1})");
  CHECK(values_json(files, {}, Profile::helm3) == R"({"a":{"w":2,"x":1}})");
}

TEST_CASE("refuses values that are no map, naming the file", "[renderers][helm][values_file]") {
  CHECK(values_json({}, file("- a\n")).find("failed to parse f.yaml") != std::string::npos);
  CHECK(values_json({}, file("a: [\n")).find("f.yaml") != std::string::npos);
}

TEST_CASE("merges values files in order, later ones over earlier ones",
          "[renderers][helm][values]") {
  CHECK(values_json({{"values.yaml", "a: {b: 1, c: 1, d: 1}\nl: [1]\n"}},
                    {{ValuesForm::file, "a: {b: 2, c: 2}\nl: [2, 3]\n", "1"},
                     {ValuesForm::file, "a: {c: 3}\n", "2"}}) ==
        R"({"a":{"b":2,"c":3,"d":1},"l":[2,3]})");
}

TEST_CASE("treats nulls as each Helm does", "[renderers][helm][coalesce]") {
  struct Row {
    const char* defaults;
    const char* given;
    const char* helm4;
    const char* helm3;
  };
  constexpr Row rows[] = {
      // A user's null removes a default, at the top and below.
      {"a: 1\nb: 2", "a: null", R"({"b":2})", R"({"b":2})"},
      {"a: {x: 1, w: 2}", "a: {x: null}", R"({"a":{"w":2}})", R"({"a":{"w":2}})"},
      // In a nested table it stays where there is no default.
      {"a: {w: 2}", "a: {x: null}", R"({"a":{"w":2,"x":null}})", R"({"a":{"w":2,"x":null}})"},
      // Nulls of defaults: kept by Helm 3, dropped by Helm 4.
      {"a: null\nb: 1", "", R"({"b":1})", R"({"a":null,"b":1})"},
      {"a: {x: null, w: 1}", "", R"({"a":{"w":1}})", R"({"a":{"w":1,"x":null}})"},
      {"a: {x: null, w: 1}", "a: {z: 1}", R"({"a":{"w":1,"z":1}})",
       R"({"a":{"w":1,"x":null,"z":1}})"},
      // A table and something else: the user's wins.
      {"a: {x: 1}", "a: text", R"({"a":"text"})", R"({"a":"text"})"},
      {"a: text", "a: {x: 1}", R"({"a":{"x":1}})", R"({"a":{"x":1}})"},
  };
  for (const Row& row : rows) {
    INFO(row.defaults << " | " << row.given);
    CHECK(values_json({{"values.yaml", row.defaults}}, file(row.given)) == row.helm4);
    CHECK(values_json({{"values.yaml", row.defaults}}, file(row.given), Profile::helm3) ==
          row.helm3);
  }
}

TEST_CASE("puts the parent's values over the subchart's and hands globals down",
          "[renderers][helm][coalesce]") {
  CHECK(values_json(with_subchart("sub: {a: 2}\nglobal: {g: 1, t: {x: 1}}\n",
                                  "a: 1\nb: 1\nglobal: {g: 0, h: 1, t: {w: 2}}\n")) ==
        R"({"global":{"g":1,"t":{"x":1}},)"
        R"("sub":{"a":2,"b":1,"global":{"g":1,"h":1,"t":{"w":2,"x":1}}}})");
}

TEST_CASE("lets the user remove a subchart's default by null", "[renderers][helm][coalesce]") {
  for (const Profile profile : {Profile::helm4, Profile::helm3}) {
    CHECK(values_json(with_subchart("sub: {b: 2}\n", "a: 1\nb: 1\n"), file("sub: {a: null}"),
                      profile) == R"({"sub":{"b":2,"global":{}}})");
  }
}

TEST_CASE("refuses values of a subchart that are no table", "[renderers][helm][coalesce]") {
  CHECK(values_json(with_subchart("", "a: 1\n"), file("sub: text")).find("type mismatch on sub") !=
        std::string::npos);
}

TEST_CASE("warns of a table that meets something else", "[renderers][helm][coalesce]") {
  RenderRequest request =
      testing::request_of({{"values.yaml", "a: {x: {w: 1}}\n"}}, file("a: {x: text}\n"));
  const HelmResult result = render(request);
  REQUIRE(result.render.warnings.size() == 1);
  CHECK(result.render.warnings[0].find("cannot overwrite table with non table for app.a.x") !=
        std::string::npos);
}

TEST_CASE("shares a subchart's values between the parent's view and its own",
          "[renderers][helm][coalesce]") {
  Files files = with_subchart("", "a: 1\n");
  files["charts/sub/templates/s.yaml"] = "# {{ set .Values \"a\" 2 | len }}\n";
  CHECK(values_json(std::move(files)).find(R"("a":2)") != std::string::npos);
}
