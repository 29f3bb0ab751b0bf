#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "test/fuzz/question.hpp"

namespace reconcile::fuzz {

/// One expression for both sides.
struct CelCase {
  bool checked = false;  ///< compiled with the variables `self` and `dep`, else only parsed
  std::string topic;
  std::string expression;
  std::string data;  ///< JSON object with the variables
};

/// Names what `test/peers/build cel-oracle` prints.
inline constexpr const char* cel_oracle_variable = "RECONCILE_CEL_ORACLE";

/// Expressions; also cut and spoilt ones.
std::span<const Generator> cel_generators();

std::unique_ptr<Question> cel_question(CelCase asked);

/// A random expression of some depth; `checked` says which variables there are.
CelCase make_cel_case(Random& random, bool checked);
/// One with characters removed, doubled or replaced.
CelCase make_spoilt_cel_case(Random& random);

}  // namespace reconcile::fuzz
