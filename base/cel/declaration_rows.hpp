#pragma once

#include <span>

#include "base/cel/functions.hpp"

namespace reconcile::cel {

/// What runs a function: nothing (the evaluator itself does), one code for each signature, or one
/// for all of them.
enum class Binding : std::uint8_t { none, overload, unguarded, whole };

struct DeclarationRow {
  const char* function;
  const char* id;
  const char* signature;
  Binding binding = Binding::none;
  Implementation run = nullptr;
  std::uint32_t trait = no_trait;  ///< of the first operand, for Binding::whole
};

/// Every signature, in the order of cel-go 0.27.
std::span<const DeclarationRow> declaration_rows();

}  // namespace reconcile::cel
