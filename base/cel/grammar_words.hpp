#pragma once

#include <string_view>

#include "base/cel/lexer.hpp"

namespace reconcile::cel {

struct BinaryOperator {
  std::string_view symbol;
  const char* name;  ///< of the function
  int precedence;
};

/// The operator that compares (`<`, `in`) or calculates (`+`) at `token`; null for others.
const BinaryOperator* find_relation(const Token& token);
const BinaryOperator* find_calculation(const Token& token);

/// Names that no variable and no function can have.
bool is_reserved(std::string_view name);

}  // namespace reconcile::cel
