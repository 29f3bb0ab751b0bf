#pragma once

#include <string>

#include "base/cel/heap.hpp"

namespace reconcile::cel {

/// Appends `value` as a literal of the language, as cel-go 0.27's types.Format does: maps sorted by
/// their keys' texts.
void append_literal(Heap& heap, const Value& value, std::string& out);

}  // namespace reconcile::cel
