#pragma once

#include <vector>

#include "base/cel/source_text.hpp"
#include "base/cel/syntax.hpp"

namespace reconcile::cel {

/// The tree of `source` with macros expanded. What is wrong is added to `issues`; the tree is then
/// not to be used.
SyntaxTree parse_syntax(const SourceText& source, std::vector<Issue>& issues);

}  // namespace reconcile::cel
