#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "reconcile/cel/expression.hpp"

namespace reconcile::test {

struct CelRow {
  const char* expression;
  /// "TYPE VALUE"; or the stage that fails, "compile", "program" or "evaluate", and what it says;
  /// "syntax error" for what the grammar refuses.
  const char* expected;
};

/// What becomes of the expression, only parsed, with the fields of an object as variables.
std::string parsed(const std::string& expression);
/// The type that the checker finds ("type bool"), with the variables `self` and `dep`.
std::string checked(const std::string& expression);

/// The object that expressions see.
extern const char* const cel_object;

}  // namespace reconcile::test
