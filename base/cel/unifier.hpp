#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/cel/static_type.hpp"

namespace reconcile::cel {

/// What type variables stand for so far, and whether one type can be used as another: the rules of
/// cel-go 0.27's checker (checker/types.go). Throws Error(limit_exceeded) where types grow so large
/// that comparing them takes too long.
class Unifier {
 public:
  TypePtr fresh() {
    bindings_.push_back(nullptr);
    return parameter_type(bindings_.size() - 1);
  }

  /// Whether `to` can take `from`; variables are bound only where it can.
  bool assignable(const TypePtr& from, const TypePtr& to);
  bool assignable(const std::vector<TypePtr>& from, const std::vector<TypePtr>& to);
  /// `type` with variables replaced by what they stand for; those that are free stay, or become
  /// dyn.
  TypePtr substitute(const TypePtr& type, bool free_to_dyn);
  /// Parameters 0 to `count` of a signature as fresh variables.
  std::vector<TypePtr> fresh_variables(std::size_t count);
  /// `type` of a signature with its parameters replaced by `variables`.
  TypePtr instantiate(const TypePtr& type, const std::vector<TypePtr>& variables);

 private:
  enum class Substitution : std::uint8_t { valid, bound_otherwise, impossible };

  bool match(const TypePtr& a, const TypePtr& b);
  bool match(const std::vector<TypePtr>& a, const std::vector<TypePtr>& b);
  /// Whether variable `variable` may stand for `type`.
  Substitution try_bind(const TypePtr& type, const TypePtr& variable);
  bool absent_in(const StaticType& variable, const StaticType& type);
  void bind(std::size_t variable, TypePtr type);
  void count_step();
  void roll_back(std::size_t size);

  std::vector<TypePtr> bindings_;
  std::vector<std::pair<std::size_t, TypePtr>> changes_;  ///< what bindings were before
  std::uint64_t steps_ = 0;
};

/// The more general of two types of which one can take the other.
const TypePtr& more_general(const TypePtr& a, const TypePtr& b);

}  // namespace reconcile::cel
