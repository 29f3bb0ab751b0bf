#include <catch2/catch.hpp>

#include "test/renderers/gotemplate/render_support.hpp"

using reconcile::gotemplate::testing::rendered;

namespace {

struct Row {
  const char* text;
  const char* data;
  const char* expected;
};

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(rendered(row.text, row.data) == row.expected);
  }
}

}  // namespace

TEST_CASE("missing keys are nil, and nil ends a chain of fields", "[renderers][gotemplate]") {
  check({
      {"{{ .a }}", "{}", "<no value>"},
      {"{{ .a }}", R"({"a":null})", "<no value>"},
      {"{{ .a.b }}", "{}",
       "error: template: t:1:5: executing \"t\" at <.a.b>: nil pointer evaluating interface {}.b"},
      {"{{ (.a).b.c }}", "{}", "<no value>"},
      {"{{ $x := .a }}{{ $x.b.c }}", "{}", "<no value>"},
      {"{{ .s.b }}", R"({"s":"x"})",
       "error: template: t:1:5: executing \"t\" at <.s.b>: can't evaluate field b in type "
       "interface {}"},
      {"{{ .s 1 }}", R"({"s":"x"})",
       "error: template: t:1:3: executing \"t\" at <.s>: s is not a method but has arguments"},
      {"{{ range .l }}{{ .x }}{{ end }}", R"({"l":[null]})",
       "error: template: t:1:17: executing \"t\" at <.x>: nil pointer evaluating interface {}.x"},
      {"{{ .l }}", R"({"l":[null,{"b":null}]})", "[<nil> map[b:<nil>]]"},
  });
}

TEST_CASE("variables live to the end of their block", "[renderers][gotemplate]") {
  check({
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "{}", "2"},
      {"{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "{}", "21"},
      {"{{ with $x := .a }}{{ $x }}{{ else }}none {{ $x }}{{ end }}", "{}", "none <no value>"},
      {"{{ range $i, $v := .l }}{{ $i }}={{ $v }},{{ end }}", R"({"l":["a","b"]})", "0=a,1=b,"},
      {"{{ $v := 0 }}{{ range $v = .l }}{{ end }}{{ $v }}", R"({"l":["a","b"]})", "b"},
      {"{{ define \"d\" }}{{ $.a }}{{ end }}{{ $y := 1 }}{{ template \"d\" . }}", R"({"a":7})",
       "7"},
      {"{{ $x := $x }}", "{}",
       "error: template: t:1:9: executing \"t\" at <$x>: undefined variable: $x"},
      {"{{ $y }}", "{}", "error: template: t:1: undefined variable \"$y\""},
  });
}

TEST_CASE("control clauses follow Go", "[renderers][gotemplate]") {
  check({
      {"{{ range .m }}{{ . }}{{ else }}empty{{ end }}", "{}", "empty"},
      {"{{ range $k, $v := .m }}{{ $k }}{{ $v }} {{ end }}", R"({"m":{"b":1,"a":2}})", "a2 b1 "},
      {"{{ range (int .n) }}{{ . }}{{ end }}", R"({"n":3})", "012"},
      {"{{ range .n }}{{ . }}{{ end }}", R"({"n":3})",
       "error: template: t:1:9: executing \"t\" at <.n>: range can't iterate over 3"},
      {"{{ range .l }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}",
       R"({"l":["a","b","c"]})", "ac"},
      {"{{ range .l }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}!",
       R"({"l":["a","b","c"]})", "a!"},
      {"{{ if .a }}a{{ else if .b }}b{{ else }}c{{ end }}", R"({"b":1})", "b"},
      {"{{ with .a }}{{ . }}{{ else with .b }}{{ . }}{{ end }}", R"({"b":1})", "1"},
      {"{{ block \"x\" .a }}[{{ . }}]{{ end }}", R"({"a":1})", "[1]"},
      {"{{ template \"no\" }}", "{}",
       "error: template: t:1:12: executing \"t\" at <{{template \"no\"}}>: template \"no\" not "
       "defined"},
      {"a {{- \"b\" -}} c", "{}", "abc"},
      {"{{-3}}", "{}", "-3"},
      {"a {{- /* c */ -}} b", "{}", "ab"},
  });
}

TEST_CASE("arguments are checked against parameter types", "[renderers][gotemplate]") {
  check({
      {"{{ increment 2.0 }}", "{}", "3"},
      {"{{ increment .n }}", R"({"n":2})",
       "error: template: t:1:13: executing \"t\" at <.n>: wrong type for value; expected int; got "
       "float64"},
      {"{{ upper .a }}", "{}",
       "error: template: t:1:9: executing \"t\" at <.a>: wrong type for value; expected string; "
       "got interface {}"},
      {"{{ .a | upper }}", "{}",
       "error: template: t:1:8: executing \"t\" at <upper>: invalid value; expected string"},
      {"{{ upper nil }}", "{}",
       "error: template: t:1:9: executing \"t\" at <nil>: cannot assign nil to string"},
      {"{{ upper 1 }}", "{}",
       "error: template: t:1:9: executing \"t\" at <1>: expected string; found 1"},
      {"{{ upper }}", "{}",
       "error: template: t:1:3: executing \"t\" at <upper>: wrong number of args for upper: want 1 "
       "got 0"},
      {"{{ 1 | 2 }}", "{}", "error: template: t:1: non executable command in pipeline stage 2"},
      {"{{ nil }}", "{}", "error: template: t:1:3: executing \"t\" at <nil>: nil is not a command"},
      {"{{ and 1 0 (fail \"x\") }}|{{ or 0 \"y\" (fail \"x\") }}", "{}", "0|y"},
      {"{{ \"a\" | and 1 }}", "{}", "a"},
  });
}

TEST_CASE("maps are shared by reference", "[renderers][gotemplate]") {
  check({
      {"{{ $m := .m }}{{ $_ := set $m \"k\" 1 }}{{ .m.k }}", R"({"m":{}})", "1"},
      {"{{ range $k, $v := .m }}{{ $_ := set $.m \"z\" 1 }}{{ $k }}{{ end }}{{ .m }}",
       R"({"m":{"a":0,"b":0}})", "abmap[a:0 b:0 z:1]"},
      {"{{ $_ := set .m \"self\" .m }}{{ .m }}", R"({"m":{}})",
       "error: template: t:1:31: executing \"t\" at <{{.m}}>: value is nested too deeply to be "
       "printed"},
  });
}

TEST_CASE("comparison follows Go's kinds", "[renderers][gotemplate]") {
  check({
      {"{{ eq .p 80 }}", R"({"p":80})",
       "error: template: t:1:3: executing \"t\" at <eq .p 80>: error calling eq: incompatible "
       "types for "
       "comparison: float64 and int"},
      {"{{ eq .p 80.0 }}{{ ne .p 80.0 }}", R"({"p":80})", "truefalse"},
      {"{{ eq .x nil }}{{ eq .p nil }}", R"({"p":80})", "truefalse"},
      {"{{ eq 1 2 3 1 }}", "{}", "true"},
      {"{{ lt \"a\" \"b\" }}{{ ge 1 1 }}{{ gt 2.5 1.5 }}{{ le 3 2 }}", "{}", "truetruetruefalse"},
      {"{{ lt .x 1 }}", "{}",
       "error: template: t:1:3: executing \"t\" at <lt .x 1>: error calling lt: invalid type for "
       "comparison"},
      {"{{ eq .m .m }}", R"({"m":{}})",
       "error: template: t:1:3: executing \"t\" at <eq .m .m>: error calling eq: non-comparable "
       "type map[]: "
       "map[string]interface {}"},
  });
}

TEST_CASE("include and tpl nest, and say where they fail", "[renderers][gotemplate]") {
  check({
      {"{{ define \"a\" }}<{{ . }}>{{ end }}{{ include \"a\" 1 | upper }}", "{}", "<1>"},
      {"{{ include \"no\" 1 }}", "{}",
       "error: template: t:1:3: executing \"t\" at <include \"no\" 1>: error calling include: "
       "template: no "
       "template \"no\" associated with template \"gotpl\""},
      {"{{ tpl \"{{ .a }}{{ .b }}\" . }}", R"({"a":1})", "1"},
      {"{{ tpl \"{{ define \\\"x\\\" }}in{{ end }}{{ include \\\"x\\\" . }}\" . }}", "{}", "in"},
      {"{{ $_ := tpl \"{{ define \\\"x\\\" }}in{{ end }}\" . }}{{ template \"x\" }}", "{}",
       "error: template: t:1:61: executing \"t\" at <{{template \"x\"}}>: template \"x\" not "
       "defined"},
      {"{{ tpl \"{{ .a.b }}\" . }}", "{}",
       "error: template: t:1:3: executing \"t\" at <tpl \"{{ .a.b }}\" .>: error calling tpl: "
       "error during "
       "tpl function execution for \"{{ .a.b }}\": template: gotpl:1:5: executing \"gotpl\" at "
       "<.a.b>: nil "
       "pointer evaluating interface {}.b"},
      {"{{ required \"need a\" .a }}", "{}",
       "error: template: t:1:3: executing \"t\" at <required \"need a\" .a>: error calling "
       "required: "
       "HELM_ERR_STARTneed aHELM_ERR_END"},
  });
}
