#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "reconcile/model/error.hpp"
#include "test/renderers/helm/chart_support.hpp"

// What a hostile chart can do must end quickly with an error that names a bound.

using namespace reconcile::helm;
using reconcile::helm::testing::Files;
using reconcile::helm::testing::printed;
using reconcile::helm::testing::rendered;
using reconcile::helm::testing::request_of;
using reconcile::helm::testing::values_json;

namespace {

/// Seconds that a hostile chart may take under the sanitizers on a busy machine.
constexpr std::chrono::seconds patience{60};

template <class Action>
std::string within_patience(const Action& action) {
  const auto start = std::chrono::steady_clock::now();
  std::string text = action();
  CHECK(std::chrono::steady_clock::now() - start < patience);
  return text;
}

}  // namespace

TEST_CASE("ends templates that never end", "[renderers][helm][limits]") {
  constexpr const char* expressions[] = {
      R"(range $i := until 2000000000 }}x{{ end)",
      R"(range $i := (int 9000000000) }}{{ end)",
      R"(repeat 2000000000 "xxxxxxxx" | repeat 2000000000)",
      R"(define "a" }}{{ include "a" . }}{{ end }}{{ include "a" .)",
      R"(define "b" }}{{ template "b" . }}{{ end }}{{ template "b" .)",
      R"(define "c" }}{{ tpl "{{ include \"c\" . }}" . }}{{ end }}{{ include "c" .)",
      R"(set .Values "a" .Values | toYaml | len }}{{ .Values)",
      R"($_ := set .Values "a" .Values }}{{ .Values | toJson | fail)",
      R"($d := dict }}{{ $_ := set $d "d" $d }}{{ deepEqual $d $d }}{{ $d)",
      R"($d := dict }}{{ $_ := set $d "d" $d }}{{ merge (dict) $d | len }}{{ deepCopy $d | len)",
      R"($l := list 1 }}{{ range until 100 }}{{ $l = concat $l $l }}{{ end }}{{ len $l)",
      R"($s := repeat 60000000 "x" }}{{ range until 100 }}{{ $s = print $s $s }}{{ end }}{{ len $s)",
      R"(indent 2000000000 "x")",
      R"-(mustRegexMatch "(((((a{100}){100}){100}){100}){100})" "a")-",
  };
  for (const char* expression : expressions) {
    INFO(expression);
    const std::string text = within_patience([&] { return printed(expression); });
    CHECK(text.starts_with("Error: "));
    CHECK(text.size() < 1'000'000);
  }
}

TEST_CASE("bounds aliases and nesting of values files", "[renderers][helm][limits]") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'k'; ++name) {
    const std::string inner = std::string("*") + static_cast<char>(name - 1);
    bomb += std::string(1, name) + ": &" + name + " [" + inner;
    for (int i = 0; i < 8; ++i) bomb += ", " + inner;
    bomb += "]\n";
  }
  CHECK(within_patience([&] {
          return values_json({}, {{ValuesForm::file, bomb, "f"}});
        }).starts_with("Error: "));
  const std::string deep = "a: " + std::string(100'000, '[');
  CHECK(within_patience([&] {
          return values_json({}, {{ValuesForm::file, deep, "f"}});
        }).starts_with("Error: "));
}

TEST_CASE("reads a large values file", "[renderers][helm][limits]") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "key" + std::to_string(i) + ": value\n";
  CHECK(within_patience([&] {
          Files files = {{"templates/t.yaml", "# {{ len .Values }}\n"}};
          return rendered(request_of(std::move(files), {{ValuesForm::file, text, "f"}}));
        }).find("# 20000") != std::string::npos);
}

TEST_CASE("bounds a template's nesting", "[renderers][helm][limits]") {
  const std::string parentheses(200'000, '(');
  CHECK(within_patience([&] { return printed(parentheses + "1"); }).starts_with("Error: "));
  std::string blocks;
  for (int i = 0; i < 50'000; ++i) blocks += "{{ if true }}";
  CHECK(within_patience([&] {
          return rendered(request_of({{"templates/t.yaml", blocks}}));
        }).starts_with("Error: "));
}

TEST_CASE("merges large values of which each has what the other lacks",
          "[renderers][helm][limits]") {
  std::string even = "nulls: {x: null}\n";
  std::string odd = "nulls: {x: 1, w: null}\n";
  for (int i = 0; i < 20'000; ++i) {
    (i % 2 == 0 ? even : odd) += "key" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  }
  const std::string probe =
      "# {{ len .Values }} {{ .Values.key0 }} {{ .Values.key9999 }} {{ .Values.key19999 }} "
      "{{ .Values.nulls | toJson }}\n";
  const auto merged = [&](std::vector<ValuesInput> given, std::string defaults) {
    Files files = {{"templates/t.yaml", probe}, {"values.yaml", std::move(defaults)}};
    return within_patience([&] { return rendered(request_of(std::move(files), given)); });
  };
  const std::string all = "# 20001 0 9999 19999 ";
  CHECK_THAT(merged({{ValuesForm::file, even, "e"}}, odd), Catch::Contains(all + "{}"));
  CHECK_THAT(merged({{ValuesForm::file, odd, "o"}}, even),
             Catch::Contains(all + "{\"w\":null,\"x\":1}"));
  CHECK_THAT(merged({{ValuesForm::file, even, "e"}, {ValuesForm::file, odd, "o"}}, ""),
             Catch::Contains(all + "{\"w\":null,\"x\":1}"));
}
