#pragma once

#include <string_view>
#include <vector>

#include "base/cel/source_text.hpp"
#include "base/cel/syntax.hpp"

namespace reconcile::cel {

/// Nodes of one expression after its macros are expanded; optMap() copies its receiver.
inline constexpr std::size_t nodes_max = 100'000;

/// The variable that loops gather their result in; no source can name it.
inline constexpr const char* accumulator_name = "@result";

/// What the call `name` of `target` (null for a function) with `arguments` at `offset` expands to;
/// null where it is no macro. A macro with wrong arguments is added to `issues`.
Expr* expand_macro(SyntaxTree& tree, std::int32_t offset, std::string_view name, Expr* target,
                   const std::vector<Expr*>& arguments, std::vector<Issue>& issues);

/// True where `tree` has grown beyond `nodes_max`.
bool too_large(const SyntaxTree& tree);

}  // namespace reconcile::cel
