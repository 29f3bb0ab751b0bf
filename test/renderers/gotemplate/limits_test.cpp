#include <pthread.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "test/renderers/gotemplate/render_support.hpp"

using namespace reconcile;
using gotemplate::testing::rendered;

namespace {

std::string limited(std::string_view text, gotemplate::ExecutionLimits limits,
                    std::size_t heap_bytes = std::size_t{1} << 30U) {
  gotemplate::FunctionTable functions;
  functions.add(gotemplate::builtin_functions());
  functions.add(gotemplate::helm_template_functions());
  gotemplate::Heap heap(heap_bytes);
  gotemplate::RenderContext context{.heap = heap};
  gotemplate::TemplateSet set;
  set.add(gotemplate::parse_template("t", std::string(text), functions));
  gotemplate::Execution execution(set, functions, context, limits);
  try {
    return execution.render("t", gotemplate::GoValue());
  } catch (const model::Error& error) {
    return std::string(model::to_string(error.code())) + ": " + error.message();
  }
}

}  // namespace

TEST_CASE("every bound of a render has an error that names it", "[renderers][gotemplate]") {
  const std::string loop =
      R"({{ define "x" }}0123456789{{ template "y" }}{{ template "y" }}{{ end }})"
      R"({{ define "y" }}{{ print "0123456789" }}{{ end }}{{ template "x" }})";
  CHECK(limited(loop, {}) == "012345678901234567890123456789");
  CHECK(limited(loop, {.output_bytes_max = 25}) ==
        "limit_exceeded: templates write more than the limit of 25 bytes");
  CHECK(limited(loop, {.steps_max = 3}) ==
        "limit_exceeded: template takes more than the limit of 3 steps");
  CHECK(limited("{{ printf \"%900000d\" 1 | len }}", {}, 100000) ==
        "limit_exceeded: template needs more memory than the limit of 100000 bytes");
  const std::atomic<bool> cancelled{true};
  const std::string endless = R"({{ define "e" }}{{ template "e" }}{{ end }}{{ template "e" }})";
  CHECK(limited(endless, {.cancelled = &cancelled}) == "cancelled: rendering was cancelled");
}

TEST_CASE("recursion ends with an error instead of a crash", "[renderers][gotemplate]") {
  const std::string endless = R"({{ define "e" }}{{ template "e" }}{{ end }}{{ template "e" }})";
  const std::string answer = limited(endless, {});
  INFO(answer.substr(0, 200));
  CHECK((answer.find("nested more deeply") != std::string::npos ||
         answer.find("exceeded maximum template depth (100000)") != std::string::npos));
  const std::string included =
      limited(R"({{ define "i" }}{{ include "i" . }}{{ end }}{{ include "i" . }})", {});
  CHECK(included.find("rendering template has a nested reference name: i") != std::string::npos);
}

TEST_CASE("recursion ends with an error on small stacks too", "[renderers][gotemplate]") {
  const auto answer_on = [](std::size_t stack_bytes) {
    std::string answer;
    std::function<void()> work = [&] {
      answer = limited(R"({{ define "e" }}{{ template "e" }}{{ end }}{{ template "e" }})", {});
      answer += limited("{{ " + std::string(5000, '(') + "1" + std::string(5000, ')') + " }}", {});
    };
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstacksize(&attributes, stack_bytes) == 0);
    pthread_t thread{};
    REQUIRE(pthread_create(
                &thread, &attributes,
                [](void* given) -> void* {
                  (*static_cast<std::function<void()>*>(given))();
                  return nullptr;
                },
                &work) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return answer;
  };
  const std::string expected = answer_on(std::size_t{8} << 20U);
  INFO(expected.substr(0, 200));
  CHECK(expected.find("exceeded") != std::string::npos);
  for (const std::size_t kilobytes : {192U, 512U, 800U, 1024U, 2048U}) {
    const std::string answer = answer_on(std::size_t{kilobytes} << 10U);
    INFO(kilobytes);
    CHECK(answer.substr(0, 50) == expected.substr(0, 50));
    CHECK(answer.back() == expected.back());
  }
}

TEST_CASE("deep nesting of parentheses and clauses is parsed or refused",
          "[renderers][gotemplate]") {
  const auto parens = [](std::size_t depth) {
    return "{{ " + std::string(depth, '(') + "1" + std::string(depth, ')') + " }}";
  };
  CHECK(rendered(parens(9000)) == "1");
  CHECK(rendered(parens(10001)) == "error: template: t:1: max expression depth exceeded");
  std::string clauses;
  for (int i = 0; i < 4000; ++i) clauses += "{{if 1}}";
  CHECK(rendered(clauses) == "error: template: t:1: unexpected EOF");
  std::string closed = clauses;
  for (int i = 0; i < 4000; ++i) closed += "{{end}}";
  CHECK(rendered(closed).empty());
  std::string chain = "{{if 0}}";
  for (int i = 0; i < 4000; ++i) chain += "{{else if 0}}";
  CHECK(rendered(chain + "{{else}}x{{end}}") == "x");
}

TEST_CASE("random templates never crash", "[renderers][gotemplate]") {
  const char* pieces[] = {"{{",      "}}",       "{{- ",
                          " -}}",    "if ",      "else ",
                          "end",     "range ",   "with ",
                          "define ", "\"x\"",    "template ",
                          "block ",  ".",        ".a",
                          ".a.b",    "$",        "$x",
                          ":=",      "=",        "|",
                          "(",       ")",        "print ",
                          "1",       "-2.5e3",   "0x1p4",
                          "'c'",     "`r`",      "nil ",
                          "true ",   " ",        "\n",
                          "/*",      "*/",       "index ",
                          "len ",    "printf ",  "\"%[2]*.*v\" ",
                          "\xff",    "eq ",      "and ",
                          "break",   "continue", ",",
                          "tpl ",    "include ", "\xE2\x82\xAC"};
  std::mt19937 random(7);
  std::size_t rendered_bytes = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = "{{ $x := .a }}";
    const unsigned length = random() % 14;
    bool open = false;
    for (unsigned i = 0; i < length; ++i) {
      // Mostly well-formed: an action is opened before pieces that only stand in one.
      if (!open && random() % 4 != 0) {
        text += "{{ ";
        open = true;
      }
      text += pieces[random() % std::size(pieces)];
      if (random() % 2 == 0) text += ' ';
      if (open && random() % 3 == 0) {
        text += " }}";
        open = false;
      }
    }
    if (open) text += " }}";
    rendered_bytes += rendered(text, R"({"a":{"b":[1,"x",null,{"c":true}]}})").size();
  }
  CHECK(rendered_bytes > 0);
}

TEST_CASE("values that grow when written out are refused", "[renderers][gotemplate]") {
  std::string doubling = "{{ $m := dict \"a\" 1 }}";
  for (int i = 0; i < 60; ++i) doubling += "{{ $m = dict \"l\" $m \"r\" $m }}";
  CHECK(rendered(doubling + "{{ $m }}") ==
        "error: a printed value exceeds the limit of 67108864 bytes");
  std::string wide = "{{ printf \"";
  for (int i = 0; i < 400; ++i) wide += "%900000[1]d";
  CHECK(rendered(wide + "\" 1 }}") == "error: a printed value exceeds the limit of 67108864 bytes");
}

TEST_CASE("what a function reads and answers counts as steps", "[renderers][gotemplate][limits]") {
  const gotemplate::ExecutionLimits few{.steps_max = 100'000};
  const std::string limit = "limit_exceeded: template takes more than the limit of 100000 steps";
  const std::string text = R"({{ $s := printf "%90000d" 1 }})";
  CHECK(limited(text + "{{ range 3 }}{{ len $s }} {{ end }}", few) == "90000 90000 90000 ");
  CHECK(limited(text + "{{ range 1000 }}{{ $x := len $s }}{{ end }}", few) == limit);
  CHECK(limited(R"({{ range 1000 }}{{ $x := printf "%90000d" 1 }}{{ end }})", few) == limit);
}

TEST_CASE("texts of tpl count as memory", "[renderers][gotemplate][limits]") {
  const std::string many = R"({{ range 1000 }}{{ tpl (printf "%d{{ . }}" .) . }}{{ end }})";
  CHECK(limited(many, {}, 200'000) ==
        "limit_exceeded: template needs more memory than the limit of 200000 bytes");
}
