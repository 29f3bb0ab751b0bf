#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::substitute {

struct Expression;

/// A piece of a text: its own bytes, or an expression.
struct Part {
  std::string text;
  std::unique_ptr<Expression> expression;  ///< null: `text` counts
};

/// `${variable}` with an operation and its arguments.
struct Expression {
  std::string variable;
  std::string operation;  ///< as written: "", "#", ":-", "//", …
  std::vector<Part> arguments;
};

/// The pieces of `text`. Throws Error(invalid_input) with the messages of
/// fluxcd/pkg/envsubst 1.7.0, Error(limit_exceeded) for expressions nested deeper than `depth_max`.
std::vector<Part> parse(std::string_view text, std::size_t depth_max);

}  // namespace reconcile::substitute
