#include <optional>
#include <string>

#include "reconcile/cel/expression.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/fuzz/targets/targets.hpp"

namespace reconcile::fuzz {
namespace {

using cel::Expression;
using Answer = std::optional<Expression::Result>;

/// A hundredth of what an expression of a unit may use.
constexpr cel::Limits limits{100'000, std::size_t{4} << 20U};

const model::Document& object() {
  static const model::Document given = model::parse_json(
      R"({"apiVersion":"v1","kind":"Thing","metadata":{"name":"a","generation":3,)"
      R"("labels":{"x":"y","z.io/w":""}},"spec":{"n":[1,2.5,-3,null,true,"s",[],{}],"replicas":2},)"
      R"("status":{"conditions":[{"type":"Ready","status":"True","reason":"R"},)"
      R"({"type":"Stalled","status":"False"}],"since":"2026-01-31T08:00:00Z","for":"1h2m"}})");
  return given;
}

template <class Make>
std::optional<Expression> made(Make make) {
  try {
    return make();
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

Answer evaluated(const Expression& expression, const cel::Variables& variables) {
  try {
    return expression.evaluate(variables, limits);
  } catch (const model::Error&) {
    return std::nullopt;
  }
}

void evaluate_as(const Expression& expression, const cel::Variables& variables) {
  try {
    (void)expression.evaluate_boolean(variables, limits);
  } catch (const model::Error&) {
    return;
  }
}

}  // namespace

void run_expression(std::string_view input) {
  const auto variables = cel::Variables::fields_of(object().root());
  const auto parsed = made([&] { return Expression::parse(input); });
  const auto checked = made([&] {
    return Expression::compile(input, {{"apiVersion", "kind", "metadata", "spec", "status"}, ""});
  });
  if (checked && !parsed) broken("what compiles can be parsed", input);
  if (!parsed) return;
  const Answer answer = evaluated(*parsed, variables);
  const Answer again = evaluated(*parsed, variables);
  if (answer.has_value() != again.has_value() || (answer && answer->text != again->text))
    broken("an expression gives the same twice", input);
  evaluate_as(*parsed, cel::Variables().set("spec", object()["spec"], cel::Numbers::doubles));
  if (checked) evaluate_as(*checked, variables);
}

}  // namespace reconcile::fuzz
