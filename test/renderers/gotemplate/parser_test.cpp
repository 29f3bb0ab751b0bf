#include <catch2/catch.hpp>
#include <string>

#include "reconcile/gotemplate/template_set.hpp"
#include "renderers/gotemplate/node.hpp"

using namespace reconcile::gotemplate;

namespace {

// The canonical text of a template, or its error.
std::string parsed(const std::string& text) {
  FunctionTable functions;
  functions.add(builtin_functions());
  try {
    const auto file = parse_template("t", text, functions);
    std::string out;
    for (const auto& definition : file->definitions()) {
      if (definition.name == "t") append_node(out, *static_cast<const ListNode*>(definition.root));
    }
    return out;
  } catch (const TemplateError& error) {
    return error.message();
  }
}

}  // namespace

TEST_CASE("trees print in canonical form", "[renderers][gotemplate][parser]") {
  CHECK(parsed("{{.X.Y}}") == "{{.X.Y}}");
  CHECK(parsed("{{ printf   `%d` 23 |print }}") == "{{printf `%d` 23 | print}}");
  CHECK(parsed("{{ ( .X  |print ).Y.Z }}") == "{{(.X | print).Y.Z}}");
  CHECK(parsed("{{if .X}}a{{else if .Y}}b{{end}}") == "{{if .X}}a{{else}}{{if .Y}}b{{end}}{{end}}");
  CHECK(parsed("{{range $i,$e := .X}}{{$e}}{{end}}") == "{{range $i, $e := .X}}{{$e}}{{end}}");
  CHECK(parsed("{{with $x := 1}}{{$x = 2}}{{end}}") == "{{with $x := 1}}{{$x = 2}}{{end}}");
  CHECK(parsed("{{template `a` .b}}") == "{{template \"a\" .b}}");
  CHECK(parsed("{{block \"a\" .}}x{{end}}") == "{{template \"a\" .}}");
  CHECK(parsed("{{range .x}}{{break}}{{continue}}{{end}}") ==
        "{{range .x}}{{break}}{{continue}}{{end}}");
}

TEST_CASE("syntax errors name the line", "[renderers][gotemplate][parser]") {
  CHECK(parsed("\n{{ nofunc }}") == "template: t:2: function \"nofunc\" not defined");
  CHECK(parsed("{{ if }}{{end}}") == "template: t:1: missing value for if");
  CHECK(parsed("{{ if 1 }}") == "template: t:1: unexpected EOF");
  CHECK(parsed("{{ end }}") == "template: t:1: unexpected {{end}}");
  CHECK(parsed("{{ break }}") == "template: t:1: {{break}} outside {{range}}");
  CHECK(parsed("{{if 1}}{{define \"x\"}}{{end}}{{end}}") ==
        "template: t:1: unexpected <define> in command");
  CHECK(parsed("{{define \"x\"}}a{{end}}{{define \"x\"}}b{{end}}") ==
        "template: t:1: template: multiple definition of template \"x\"");
  CHECK(parsed("{{ 99999999999999999999 }}") ==
        "template: t:1: integer overflow: \"99999999999999999999\"");
  CHECK(parsed("{{ print\n\n") == "template: t:3: unclosed action started at t:1");
  CHECK(parsed("{{ 1 | true }}") == "template: t:1: non executable command in pipeline stage 2");
  CHECK(parsed("{{ \"x\".y }}") == "template: t:1: unexpected . after term \"\\\"x\\\"\"");
}

TEST_CASE("the last definition wins, but an empty one replaces nothing",
          "[renderers][gotemplate][parser]") {
  FunctionTable functions;
  functions.add(builtin_functions());
  TemplateSet set;
  set.add(parse_template("a", "{{define \"x\"}}1{{end}}", functions));
  set.add(parse_template("b", "{{define \"x\"}}2{{end}}", functions));
  set.add(parse_template("c", "{{define \"x\"}} {{/* none */}} {{end}}", functions));
  std::string text;
  append_node(text, *static_cast<const ListNode*>(set.find("x")->root));
  CHECK(text == "2");
  TemplateSet above(&set);
  above.add(parse_template("d", "{{define \"x\"}}3{{end}}", functions));
  CHECK(above.find("x")->file->name() == "d");
  CHECK(set.find("x")->file->name() == "b");
  CHECK(above.find("none") == nullptr);
}
