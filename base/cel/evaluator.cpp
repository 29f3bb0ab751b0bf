// Evaluates a plan. Errors are values: `&&`, `||`, `?:` and loops decide what becomes of them, as
// in cel-go 0.27 (interpreter/interpretable.go). Tests: test/cel/evaluator_test.cpp.
#include "base/cel/evaluator.hpp"

#include <algorithm>

#include "base/cel/attributes.hpp"
#include "base/cel/comparison.hpp"

namespace reconcile::cel {

Evaluation::Evaluation(const Plan& plan, Heap& heap, const FindVariable& find_variable)
    : heap_(heap), find_variable_(find_variable), locals_(plan.slots) {
}

Value Evaluation::run(const Node& node) {
  heap_.charge(1);
  switch (node.kind) {
    case NodeKind::constant:
      return node.constant;
    case NodeKind::attribute:
      return resolve(*node.attribute);
    case NodeKind::presence:
      return presence(node);
    case NodeKind::logical_and:
      return logical(node, false);
    case NodeKind::logical_or:
      return logical(node, true);
    case NodeKind::equal:
    case NodeKind::not_equal:
      return equality(node);
    case NodeKind::call:
      return call(node);
    case NodeKind::matches:
      return match(node);
    case NodeKind::not_strictly_false: {
      const Value value = run(*node.operands[0]);
      return value.is(ValueKind::boolean) ? value : make_boolean(true);
    }
    case NodeKind::optional_or:
      return either(node, false);
    case NodeKind::optional_or_value:
      return either(node, true);
    case NodeKind::list:
      return list(node);
    case NodeKind::map:
      return map(node);
    case NodeKind::fold:
      return fold(node);
  }
  return no_such_overload();
}

Value Evaluation::presence(const Node& node) {
  const Value value = resolve(*node.attribute);
  if (value.is(ValueKind::optional)) return make_boolean(value.inner != nullptr);
  return value;
}

/// `decisive` ends the evaluation; an error on the way stands only where nothing decides.
Value Evaluation::logical(const Node& node, bool decisive) {
  Value failure;
  bool failed = false;
  for (const Node* operand : node.operands) {
    const Value value = run(*operand);
    if (value.is(ValueKind::boolean)) {
      if (value.boolean == decisive) return value;
    } else if (!failed) {
      failed = true;
      failure = value.is_error() ? value : no_such_overload();
    }
  }
  return failed ? failure : make_boolean(!decisive);
}

Value Evaluation::equality(const Node& node) {
  const Value left = run(*node.operands[0]);
  const Value right = run(*node.operands[1]);
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  return make_boolean(equal(heap_, left, right) == (node.kind == NodeKind::equal));
}

Value Evaluation::call(const Node& node) {
  std::vector<Value> arguments;
  arguments.reserve(node.operands.size());
  for (const Node* operand : node.operands) {
    arguments.push_back(run(*operand));
    if (arguments.back().is_error()) return arguments.back();
  }
  return call_function(heap_, node, arguments);
}

Value Evaluation::match(const Node& node) {
  Value text = run(*node.operands[0]);
  if (text.is_error()) return text;
  // With a constant pattern cel-go looks through optionals, and at the name of a type.
  while (text.is(ValueKind::optional) && text.inner != nullptr) text = *text.inner;
  if (!text.is(ValueKind::string) && !text.is(ValueKind::type)) return no_such_overload();
  heap_.charge(1 + text.size / 8);
  return make_boolean(node.pattern->matches(text.view()));
}

Value Evaluation::either(const Node& node, bool unwrap) {
  const Value left = run(*node.operands[0]);
  if (!left.is(ValueKind::optional)) return left;
  if (left.inner == nullptr) return run(*node.operands[1]);
  return unwrap ? *left.inner : left;
}

Value Evaluation::list(const Node& node) {
  std::vector<Value> items;
  items.reserve(node.operands.size());
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    Value item = run(*node.operands[i]);
    if (item.is_error()) return item;
    if (i < node.optional.size() && node.optional[i]) {
      if (!item.is(ValueKind::optional)) {
        return heap_.error("cannot initialize optional list element from non-optional value " +
                           go_text(heap_, item));
      }
      if (item.inner == nullptr) continue;
      item = *item.inner;
    }
    items.push_back(item);
  }
  return heap_.list(items);
}

Value Evaluation::map(const Node& node) {
  std::vector<MapEntry> entries;
  for (std::size_t i = 0; i + 1 < node.operands.size(); i += 2) {
    const Value key = run(*node.operands[i]);
    if (key.is_error()) return key;
    Value value = run(*node.operands[i + 1]);
    if (value.is_error()) return value;
    if (key.is(ValueKind::bytes)) {
      return heap_.error("internal error: runtime error: hash of unhashable type types.Bytes");
    }
    if (node.optional[i / 2]) {
      if (!value.is(ValueKind::optional)) {
        return heap_.error("cannot initialize optional entry '" + go_text(heap_, key) +
                           "' from non-optional value " + go_text(heap_, value));
      }
      if (value.inner == nullptr) {
        std::erase_if(entries, [&](const MapEntry& entry) {
          return entry.key.kind == key.kind && equal(heap_, entry.key, key);
        });
        continue;
      }
      value = *value.inner;
    }
    entries.push_back({key, value});
  }
  return heap_.map(entries);
}

Value Evaluation::fold(const Node& node) {
  const Value range = run(*node.operands[0]);
  if (range.is_error()) return range;
  if (!range.is(ValueKind::list) && !range.is(ValueKind::map)) {
    return heap_.error("got '" + std::string(go_type_name(range.kind)) +
                       "', expected iterable type");
  }
  Value accumulator = run(*node.operands[1]);
  const bool gathers = accumulator.is(ValueKind::list) && list_size(accumulator) == 0;
  if (gathers) accumulator = heap_.growing_list();
  locals_[node.slot] = accumulator;
  const bool is_list = range.is(ValueKind::list);
  const std::size_t count = is_list ? list_size(range) : map_size(range);
  for (std::size_t i = 0; i < count; ++i) {
    Value& variable = locals_[node.slot + 1];
    variable = is_list ? list_item(heap_, range, i) : map_entry(heap_, range, i).key;
    if (variable.is(ValueKind::null)) variable = {};
    const Value condition = run(*node.operands[2]);
    if (condition.is_false()) break;
    locals_[node.slot] = run(*node.operands[3]);
  }
  const Value result = run(*node.operands[4]);
  if (result.is(ValueKind::list)) result.list->growing = false;
  if (gathers) accumulator.list->growing = false;
  return result;
}

namespace {

Value no_overload(Heap& heap, const Node& call, const std::vector<Value>& arguments) {
  std::string text = "no such overload: " + std::string(call.function->name) + '(';
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += type_name(arguments[i]);
  }
  return heap.error(text + ')');
}

bool fits(Heap& heap, const Overload& overload, const std::vector<Value>& arguments) {
  if (overload.run == nullptr || overload.arguments.size() != arguments.size()) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!accepts(heap, *overload.arguments[i], arguments[i])) return false;
  }
  return true;
}

}  // namespace

Value call_function(Heap& heap, const Node& call, const std::vector<Value>& arguments) {
  const Function* function = call.function;
  const bool bound = function != nullptr && function->arity != Arity::unbound;
  const std::uint32_t first = arguments.empty() ? 0 : traits(arguments[0].kind);
  if (bound && function->run != nullptr) {
    if (function->trait == no_trait || (first & function->trait) != 0) {
      return function->run(heap, arguments.data());
    }
  } else if (bound) {
    if (!function->is_guarded) return function->overloads[0].run(heap, arguments.data());
    if (call.overload != nullptr) {
      if (!fits(heap, *call.overload, arguments)) return no_overload(heap, call, arguments);
      return call.overload->run(heap, arguments.data());
    }
    for (const Overload& overload : function->overloads) {
      if (fits(heap, overload, arguments)) return overload.run(heap, arguments.data());
    }
    return no_overload(heap, call, arguments);
  }
  if ((first & can_receive) != 0) return no_such_overload();
  return heap.error("no such overload: " + call.name);
}

Value evaluate(const Plan& plan, Heap& heap, const FindVariable& find_variable) {
  return Evaluation(plan, heap, find_variable).run(*plan.root);
}

}  // namespace reconcile::cel
