#pragma once

#include <functional>
#include <string_view>

#include "base/cel/plan.hpp"

namespace reconcile::cel {

/// Finds the variable of a name; false where there is none.
using FindVariable = std::function<bool(Heap& heap, std::string_view name, Value& found)>;

/// The value of `plan`, or an error; it points into `heap`, `plan` and the variables.
Value evaluate(const Plan& plan, Heap& heap, const FindVariable& find_variable);

/// Calls `function` (by its only fitting signature where known) as cel-go 0.27 does at run time.
Value call_function(Heap& heap, const Node& call, const std::vector<Value>& arguments);

}  // namespace reconcile::cel
