#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/cel/evaluator.hpp"

namespace reconcile::cel {

/// One run of a plan. For one thread.
class Evaluation {
 public:
  Evaluation(const Plan& plan, Heap& heap, const FindVariable& find_variable);

  Value run(const Node& node);

 private:
  Value presence(const Node& node);
  Value logical(const Node& node, bool decisive);
  Value equality(const Node& node);
  Value call(const Node& node);
  Value match(const Node& node);
  Value either(const Node& node, bool unwrap);
  Value list(const Node& node);
  Value map(const Node& node);
  Value fold(const Node& node);

  Value resolve(const Attribute& attribute);
  Value resolve_global(const Attribute& attribute);
  /// `value` after the qualifiers from `first` on.
  Value qualify(const Attribute& attribute, Value value, std::size_t first);
  /// One step; `present` says whether there was something where that is allowed to be missing.
  Value step(const Qualifier& qualifier, const Value& value, bool may_be_missing, bool& present);
  Value index_list(const Value& list, const Value& index, bool may_be_missing, bool& present);

  Heap& heap_;
  const FindVariable& find_variable_;
  std::vector<Value> locals_;
};

}  // namespace reconcile::cel
