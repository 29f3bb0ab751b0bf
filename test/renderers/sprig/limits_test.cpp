#include <catch2/catch.hpp>
#include <string>

#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/sprig/functions.hpp"

// What one call may take, and what many calls may take together.

using namespace reconcile;
using namespace reconcile::gotemplate;

namespace {

std::string limited(std::string_view text, std::uint64_t steps_max = 1'000'000,
                    std::size_t heap_bytes = std::size_t{256} << 20U) {
  static const FunctionTable functions = [] {
    FunctionTable made;
    made.add(builtin_functions());
    sprig::add_functions(made, sprig::HelmProfile::helm4);
    return made;
  }();
  Heap heap(heap_bytes);
  RenderContext context{.heap = heap};
  context.random_bytes = [](std::size_t count) { return std::string(count, '7'); };
  TemplateSet set;
  set.add(parse_template("t", std::string(text), functions));
  Execution execution(set, functions, context, {.steps_max = steps_max});
  try {
    return execution.render("t", GoValue::nil());
  } catch (const model::Error& error) {
    return error.message();
  }
}

/// Two equal maps whose parts are shared: few in memory, two to the 30 when walked.
constexpr std::string_view shared_parts =
    R"({{ $l := dict "x" 1 }}{{ $m := dict "x" 1 }}{{ range 30 }})"
    R"({{ $l = dict "a" $l "b" $l }}{{ $m = dict "a" $m "b" $m }}{{ end }})";

}  // namespace

TEST_CASE("a call ends at a limit that it names", "[renderers][sprig][limits]") {
  struct Row {
    std::string text;
    const char* limit;
  };
  const std::string shared(shared_parts);
  const Row rows[] = {
      {"{{ repeat 2000000000 `xx` }}", "repeat: the result exceeds the limit of 67108864 bytes"},
      {"{{ repeat 9223372036854775807 `xx` }}", "exceeds the limit of 67108864 bytes"},
      {"{{ indent 2000000000 `x` }}", "exceeds the limit of 67108864 bytes"},
      {"{{ until 2000000000 }}", "2000000000 elements exceeds the limit of 4194304"},
      {"{{ untilStep 0 9223372036854775807 1 }}", "elements exceeds the limit of 4194304"},
      {"{{ seq 2000000000 }}", "2000000000 elements exceeds the limit of 4194304"},
      {"{{ shuffle (repeat 4200000 `x`) }}", "4200000 elements exceeds the limit of 4194304"},
      {"{{ regexFindAll `.` (repeat 4200000 `x`) -1 }}", "exceeds the limit of 4194304"},
      {"{{ regexSplit `` (repeat 4200000 `x`) -1 }}", "exceeds the limit of 4194304"},
      {"{{ splitList `x` (repeat 4200000 `x`) }}", "exceeds the limit of 4194304"},
      {"{{ replace `` (repeat 10000 `b`) (repeat 10000000 `a`) }}", "limit of 67108864 bytes"},
      {"{{ randAlphaNum 2000000000 }}", "limit of 67108864 bytes"},
      {shared + "{{ merge $m $l | len }}", "merge: the maps have more than the limit of 20000000"},
      {shared + "{{ deepEqual $m $l }}", "more than the limit of 20000000 pairs"},
      {"{{ $d := dict }}{{ $_ := set $d `d` $d }}{{ merge (dict `d` (dict `d` (dict))) $d | len }}"
       "{{ deepCopy $d }}",
       "limit of 1000"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK_THAT(limited(row.text, 2'000'000'000), Catch::Contains(row.limit));
  }
}

TEST_CASE("many calls end at the limit of steps", "[renderers][sprig][limits]") {
  const std::string text = "{{ $s := repeat 400000 `x` }}{{ $l := until 100000 }}";
  const char* const calls[] = {
      "sha256sum $s",  "contains `y` $s", "regexMatch `x+y` $s",
      "adler32sum $s", "trimAll `x` $s",  "fromYaml $s",
      "join `` $l",    "has -1 $l",       "regexMatch (print `a{200}` .) ``",
      "toJson $l",     "reverse $l",      "bcrypt `x`",
      "shuffle $s",
  };
  for (const char* const call : calls) {
    INFO(call);
    CHECK_THAT(limited(text + "{{ range 100000 }}{{ $x := " + call + " }}{{ end }}", 1'000'000),
               Catch::Contains("the limit of 1000000 steps"));
  }
}

TEST_CASE("decoded documents count as memory", "[renderers][sprig][limits]") {
  CHECK_THAT(limited("{{ $s := print `[` (repeat 10000 `1,`) `1]` }}"
                     "{{ range 1000 }}{{ $x := fromYamlArray $s }}{{ end }}",
                     2'000'000'000, std::size_t{16} << 20U),
             Catch::Contains("more memory than the limit of 16777216 bytes"));
}
