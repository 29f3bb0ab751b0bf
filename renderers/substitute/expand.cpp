#include "reconcile/substitute/expand.hpp"

#include <utility>

#include "reconcile/model/error.hpp"
#include "renderers/substitute/expression.hpp"
#include "renderers/substitute/operations.hpp"

namespace reconcile::substitute {
namespace {

struct Expansion {
  const Variables& variables;
  Unset unset;
  Budget budget;
};

std::string evaluate(const Expression& expression, Expansion& expansion) {
  std::vector<std::string> arguments;
  for (const Part& argument : expression.arguments) {
    arguments.push_back(argument.expression == nullptr ? argument.text
                                                       : evaluate(*argument.expression, expansion));
  }
  const auto found = expansion.variables.find(expression.variable);
  const bool is_set = found != expansion.variables.end();
  if (!is_set && expansion.unset == Unset::refused && !gives_default(expression.operation)) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "variable not set (strict mode): \"" + expression.variable + "\"");
  }
  return apply_operation(expression.operation, is_set ? found->second : "", arguments,
                         expansion.budget);
}

}  // namespace

void set_variable(Variables& variables, std::string name, std::string value) {
  std::erase(value, '\n');
  variables.insert_or_assign(std::move(name), std::move(value));
}

std::string expand(std::string_view text, const Variables& variables, Unset unset,
                   const ExpandLimits& limits) {
  const std::vector<Part> parts = parse(text, limits.depth_max);
  Expansion expansion{variables, unset, {limits.bytes_max, limits.steps_max}};
  std::string result;
  for (const Part& part : parts) {
    if (part.expression == nullptr) {
      expansion.budget.take_bytes(part.text.size());
      result += part.text;
    } else {
      result += evaluate(*part.expression, expansion);
    }
  }
  return result;
}

}  // namespace reconcile::substitute
