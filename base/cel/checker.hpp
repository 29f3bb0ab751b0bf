#pragma once

#include <string>
#include <vector>

#include "base/cel/source_text.hpp"
#include "base/cel/static_type.hpp"
#include "base/cel/syntax.hpp"

namespace reconcile::cel {

/// Finds the types of `tree`, of which the `variables` are JSON objects: map(string, dyn).
/// Undeclared names, functions without a fitting signature and the like are added to `issues`.
/// Nodes keep their type, overload and qualified name. Answers the type of the whole.
TypePtr check_types(SyntaxTree& tree, const std::vector<std::string>& variables,
                    std::vector<Issue>& issues);

/// Lists and maps whose items, keys or values are of different types, unless they are formatted;
/// nodes have their types.
void check_literals(const SyntaxTree& tree, std::vector<Issue>& issues);

/// Arguments of string.format() calls whose format and list are literals; nodes have their types.
void check_formats(const SyntaxTree& tree, std::vector<Issue>& issues);

}  // namespace reconcile::cel
