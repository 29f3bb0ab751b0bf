#include <catch2/catch.hpp>
#include <string>

#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile::helm;
using reconcile::helm::testing::rendered;
using reconcile::helm::testing::request_of;

namespace {

std::string error_of(const std::string& text, Profile profile) {
  return rendered(request_of({{"templates/t.yaml", text}}, {}, profile));
}

}  // namespace

TEST_CASE("words template errors as each Helm does", "[renderers][helm][error_text]") {
  struct Row {
    const char* text;
    const char* helm4;
    const char* helm3;
  };
  constexpr Row rows[] = {
      {"{{ fail \"no\" }}", "Error: execution error at (app/templates/t.yaml:1:3): no",
       "Error: execution error at (app/templates/t.yaml:1:3): no"},
      {"{{ required \"give a\" .Values.a }}",
       "Error: execution error at (app/templates/t.yaml:1:3): give a",
       "Error: execution error at (app/templates/t.yaml:1:3): give a"},
      {"{{ .Values.a.b }}",
       "Error: app/templates/t.yaml:1:10\n  executing \"app/templates/t.yaml\" at "
       "<.Values.a.b>:\n    nil pointer evaluating interface {}.b",
       "Error: template: app/templates/t.yaml:1:10: executing \"app/templates/t.yaml\" at "
       "<.Values.a.b>: nil pointer evaluating interface {}.b"},
      {"{{ nothing }}",
       "Error: parse error at (app/templates/t.yaml:1): function \"nothing\" not defined",
       "Error: parse error at (app/templates/t.yaml:1): function \"nothing\" not defined"},
      {"{{ if }}", "Error: parse error at (app/templates/t.yaml:1): missing value for if",
       "Error: parse error at (app/templates/t.yaml:1): missing value for if"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(error_of(row.text, Profile::helm4) == row.helm4);
    CHECK(error_of(row.text, Profile::helm3) == row.helm3);
  }
}

TEST_CASE("lays a chain of errors out as Helm does", "[renderers][helm][error_text]") {
  constexpr const char* chain =
      "{{ define \"a\" }}{{ .x.y }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}"
      "{{ include \"b\" . }}";
  CHECK(error_of(chain, Profile::helm4) ==
        "Error: app/templates/t.yaml:1:82\n"
        "  executing \"app/templates/t.yaml\" at <include \"b\" .>:\n"
        "    error calling include:\n"
        "app/templates/t.yaml:1:54\n"
        "  executing \"b\" at <include \"a\" .>:\n"
        "    error calling include:\n"
        "app/templates/t.yaml:1:21\n"
        "  executing \"a\" at <.x.y>:\n"
        "    nil pointer evaluating interface {}.y");
  // One link that is no error of text/template keeps Go's text.
  CHECK(error_of("{{ \"x\" | index 1 }}", Profile::helm4) ==
        "Error: template: app/templates/t.yaml:1:9: executing \"app/templates/t.yaml\" at "
        "<index 1>: error calling index: can't index item of type int");
  CHECK(error_of("{{ include \"nope\" . }}", Profile::helm4) ==
        "Error: app/templates/t.yaml:1:3\n"
        "  executing \"app/templates/t.yaml\" at <include \"nope\" .>:\n"
        "    error calling include:\n"
        "template: no template \"nope\" associated with template \"gotpl\"");
}

TEST_CASE("names the file of YAML that does not parse", "[renderers][helm][error_text]") {
  CHECK(error_of("a: b: c\n", Profile::helm4).find("YAML parse error on app/templates/t.yaml: ") !=
        std::string::npos);
}
