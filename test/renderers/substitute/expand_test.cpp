#include "reconcile/substitute/expand.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/renderers/substitute/flux_packages.hpp"

using namespace reconcile;
using namespace reconcile::substitute;

namespace {

std::string outcome(const std::string& text, const Variables& variables, Unset unset,
                    const ExpandLimits& limits = {}) {
  try {
    return expand(text, variables, unset, limits);
  } catch (const model::Error& error) {
    return "error: " + std::string(to_string(error.code())) + ": " + error.message();
  }
}

}  // namespace

TEST_CASE("expands the recorded expressions as envsubst does", "[renderers][substitute][expand]") {
  Variables variables;
  const model::Document named = model::parse_json(read_fixture("variables.json"));
  for (std::size_t i = 0; i < named.root().size(); ++i) {
    variables.emplace(named.root().key_at(i), named.root().value_at(i).text());
  }
  std::istringstream lines(read_fixture("expressions.jsonl"));
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line); ++rows) {
    const model::Document row = model::parse_json(line);
    const std::string text(row["text"].text());
    const Unset unset = row["strict"].boolean().value() ? Unset::refused : Unset::empty;
    std::string expected(row["output"].text());
    if (row["error"].present()) {
      std::string error(row["error"].text());
      const std::string panic = "panic: runtime error: ";
      if (error.starts_with(panic)) error = error.substr(panic.size());
      expected = "error: invalid_input: " + error;
    }
    INFO(text);
    CHECK(as_json_carries(outcome(text, variables, unset)) == expected);
  }
  CHECK(rows >= 200);
}

TEST_CASE("takes line breaks out of values", "[renderers][substitute][expand]") {
  Variables variables;
  set_variable(variables, "a", "one\ntwo\n");
  CHECK(expand("${a}", variables) == "onetwo");
  set_variable(variables, "a", "later");
  CHECK(expand("${a}", variables) == "later");
}

TEST_CASE("does not expand what a value holds", "[renderers][substitute][expand]") {
  CHECK(expand("${a}", {{"a", "${b} $${b}"}}) == "${b} $${b}");
}

TEST_CASE("a NUL ends the text as in envsubst", "[renderers][substitute][expand]") {
  CHECK(expand(std::string("a\0b", 3), {}) == "a");
}

TEST_CASE("bounds what hostile expressions cost", "[renderers][substitute][expand]") {
  const std::string large(1U << 20U, 'a');
  ExpandLimits limits;
  limits.bytes_max = 4U << 20U;
  limits.steps_max = 1'000'000;
  const Variables variables{{"x", large}};
  CHECK(outcome("${x//a/${x}}", variables, Unset::refused, limits).starts_with("error: limit"));
  CHECK(outcome("${x//a/aaaaaaaaaaaaaaaa}", variables, Unset::refused, limits)
            .starts_with("error: limit"));
  CHECK(outcome("${x%*b*c*}", variables, Unset::refused, limits).starts_with("error: limit"));
  CHECK(outcome("${x##*a*a*a*b}", variables, Unset::refused, limits).starts_with("error: limit"));
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += "${y:-";
  CHECK(outcome(nested, variables, Unset::refused).starts_with("error: limit"));
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "$$${y:-z}\\";
  CHECK(outcome(many, variables, Unset::refused).size() == 300'000);
}
