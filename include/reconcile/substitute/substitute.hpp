#pragma once

#include <vector>

#include "reconcile/model/object.hpp"
#include "reconcile/substitute/expand.hpp"

namespace reconcile::substitute {

/// When objects are touched at all: spec.postBuild.substituteStrategy.
enum class Strategy {
  with_variables,  ///< only where there is at least one variable
  always,
};

/// What an error about a text that is no object any more may say.
enum class ErrorDetail {
  full,
  without_values,  ///< some values are secret: the place alone
};

struct SubstituteOptions {
  Unset unset = Unset::refused;
  Strategy strategy = Strategy::with_variables;
  ErrorDetail error_detail = ErrorDetail::full;
  ExpandLimits limits;
};

/// Replaces the variables in each object as kustomize-controller 1.9.4 does after a build: in its
/// YAML text, which is then read again, so that a value may change type and structure. Objects with
/// the label or annotation `kustomize.toolkit.fluxcd.io/substitute: disabled` stay. Throws
/// Error(invalid_input) naming the object: an expression or a variable's name is wrong, the text
/// is no object any more, or two objects got one name.
void substitute(std::vector<model::Object>& objects, const Variables& variables,
                const SubstituteOptions& options = {});

}  // namespace reconcile::substitute
