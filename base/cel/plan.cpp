// From the syntax tree to what is evaluated, as cel-go 0.27 plans it (interpreter/planner.go,
// interpreter/decorators.go with constants folded): which parts form one attribute and what is
// refused before the first evaluation decides about results. Tests: test/cel/evaluator_test.cpp.
#include "base/cel/plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/cel/evaluator.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::cel {
namespace {

constexpr std::size_t constant_bytes_max = 16U << 20U;
constexpr std::uint64_t constant_steps_max = 2'000'000;

[[noreturn]] void refuse(std::string message) {
  throw model::Error(model::ErrorCode::invalid_input, std::move(message));
}

bool is_conversion(std::string_view name) {
  static constexpr std::array<std::string_view, 10> names = {
      "bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"};
  for (const std::string_view conversion : names) {
    if (name == conversion) return true;
  }
  return false;
}

std::string qualified_name(const Expr& expr) {
  if (expr.kind == ExprKind::identifier) return expr.name;
  if (expr.kind != ExprKind::select || expr.presence_only) return "";
  const std::string operand = qualified_name(*expr.target);
  return operand.empty() ? "" : operand + '.' + expr.name;
}

std::string_view without_dot(std::string_view name) {
  return name.starts_with('.') ? name.substr(1) : name;
}

bool is_attribute(const Node& node) {
  return node.kind == NodeKind::attribute || node.kind == NodeKind::presence;
}

class Planner {
 public:
  Planner(Plan& plan, bool checked) : plan_(plan), checked_(checked) {}

  Node* run(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::literal:
        return constant(literal(expr.literal));
      case ExprKind::identifier:
        return identifier(expr);
      case ExprKind::select:
        return select(expr);
      case ExprKind::call:
        return call(expr);
      case ExprKind::list:
        return list(expr);
      case ExprKind::map:
        return map(expr);
      case ExprKind::message:
        refuse("unknown type: " + expr.name);
      case ExprKind::comprehension:
        return fold(expr);
    }
    return nullptr;
  }

 private:
  Node* add(NodeKind kind) {
    Node& node = plan_.nodes.emplace_back();
    node.kind = kind;
    return &node;
  }

  Node* constant(const Value& value) {
    Node* node = add(NodeKind::constant);
    node->constant = value;
    return node;
  }

  Attribute* attribute(AttributeKind kind) {
    Attribute& made = plan_.attributes.emplace_back();
    made.kind = kind;
    return &made;
  }

  std::string_view keep(std::string text) { return plan_.texts.emplace_back(std::move(text)); }

  Value literal(const Literal& value) {
    switch (value.index()) {
      case 1:
        return make_boolean(std::get<bool>(value));
      case 2:
        return make_integer(std::get<std::int64_t>(value));
      case 3:
        return make_unsigned(std::get<std::uint64_t>(value));
      case 4:
        return make_floating(std::get<double>(value));
      case 5:
        return make_text(ValueKind::string, keep(std::get<std::string>(value)));
      case 6:
        return make_text(ValueKind::bytes, keep(std::get<Bytes>(value).data));
      default:
        return {};
    }
  }

  Node* identifier(const Expr& expr) {
    // As in cel-go 0.27, where also a variable that holds a type is looked up as the name of one.
    if (checked_ && expr.type->kind == TypeKind::type) {
      const std::string_view name = without_dot(expr.name);
      if (find_type(name) == nullptr) refuse("reference to undefined type: " + expr.name);
      return constant(make_text(ValueKind::type, keep(std::string(name))));
    }
    Node* node = add(NodeKind::attribute);
    for (std::size_t i = locals_.size(); i > 0; --i) {
      if (locals_[i - 1].second && locals_[i - 1].first == expr.name) {
        node->attribute = attribute(AttributeKind::local);
        node->attribute->slot = i - 1;
        return node;
      }
    }
    node->attribute = attribute(AttributeKind::global);
    node->attribute->name = without_dot(expr.name);
    node->attribute->may_be_longer = !checked_;
    return node;
  }

  /// `node` as an attribute that steps can be added to.
  Node* as_attribute(Node* node) {
    if (is_attribute(*node)) return node;
    Node* made = add(NodeKind::attribute);
    made->attribute = attribute(AttributeKind::relative);
    made->attribute->operand = node;
    return made;
  }

  static void add_qualifier(Attribute& to, const Qualifier& qualifier) {
    if (to.kind == AttributeKind::conditional) {
      add_qualifier(*to.then, qualifier);
      add_qualifier(*to.otherwise, qualifier);
      return;
    }
    const bool is_name = qualifier.attribute == nullptr &&
                         qualifier.constant.is(ValueKind::string) && !qualifier.constant.is_error();
    if (to.may_be_longer && is_name && to.qualifiers.size() == to.longer_names.size()) {
      const std::string& before = to.longer_names.empty() ? to.name : to.longer_names.back();
      to.longer_names.push_back(before + '.' + std::string(qualifier.constant.view()));
    }
    to.qualifiers.push_back(qualifier);
  }

  static void extend(Node& node, Qualifier qualifier) {
    if (node.kind == NodeKind::presence) qualifier.presence_only = true;
    add_qualifier(*node.attribute, qualifier);
  }

  Node* select(const Expr& expr) {
    Node* node = as_attribute(run(*expr.target));
    if (expr.presence_only) node->kind = NodeKind::presence;
    Qualifier qualifier;
    qualifier.constant = make_text(ValueKind::string, keep(expr.name));
    extend(*node, qualifier);
    return node;
  }

  Node* index(Node* operand, Node* at, bool optional) {
    Node* node = as_attribute(operand);
    Qualifier qualifier;
    qualifier.optional = optional;
    if (at->kind == NodeKind::constant) {
      check_qualifier(at->constant);
      qualifier.constant = at->constant;
    } else {
      qualifier.attribute = as_attribute(at)->attribute;
    }
    extend(*node, qualifier);
    return node;
  }

  static void check_qualifier(const Value& value) {
    switch (value.kind) {
      case ValueKind::string:
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
      case ValueKind::boolean:
      case ValueKind::floating:
        return;
      default:
        refuse("invalid qualifier type: " + std::string(go_type_name(value.kind)));
    }
  }

  Node* call(const Expr& expr) {
    std::string name(without_dot(expr.name));
    const Expr* target = expr.target;
    if (target != nullptr && !checked_) {
      const std::string prefix = qualified_name(*target);
      const std::string joined = prefix + '.' + name;
      const Function* found = prefix.empty() ? nullptr : find_function(without_dot(joined));
      if (found != nullptr && found->arity != Arity::unbound) {
        target = nullptr;
        name = without_dot(joined);
      }
    }
    std::vector<Node*> operands;
    if (target != nullptr) operands.push_back(run(*target));
    for (const Expr* argument : expr.arguments) operands.push_back(run(*argument));
    if (Node* special = operation(name, operands)) return special;
    return plain_call(expr, std::move(name), operands);
  }

  Node* combine(NodeKind kind, const std::vector<Node*>& operands) {
    Node* node = add(kind);
    node->operands.assign(operands.begin(), operands.end());
    return node;
  }

  /// Operators that the evaluator does itself; null for others.
  Node* operation(std::string_view name, const std::vector<Node*>& operands) {
    if (name == op::logical_and) return combine(NodeKind::logical_and, operands);
    if (name == op::logical_or) return combine(NodeKind::logical_or, operands);
    if (name == op::equals) return combine(NodeKind::equal, operands);
    if (name == op::not_equals) return combine(NodeKind::not_equal, operands);
    if (name == op::not_strictly_false) return combine(NodeKind::not_strictly_false, operands);
    if (name == op::index) return index(operands[0], operands[1], false);
    if (name == op::optional_index || name == op::optional_select) {
      return index(operands[0], operands[1], true);
    }
    if (operands.size() == 2 && name == "or") return combine(NodeKind::optional_or, operands);
    if (operands.size() == 2 && name == "orValue") {
      return combine(NodeKind::optional_or_value, operands);
    }
    if (name != op::conditional) return nullptr;
    Node* node = add(NodeKind::attribute);
    node->attribute = attribute(AttributeKind::conditional);
    node->attribute->operand = operands[0];
    node->attribute->then = as_attribute(operands[1])->attribute;
    node->attribute->otherwise = as_attribute(operands[2])->attribute;
    return node;
  }

  static void check_arity(const Function* function, std::string_view name, std::size_t count) {
    const Arity arity = function == nullptr ? Arity::unbound : function->arity;
    const std::string prefix = "no such overload: " + std::string(name);
    if (count == 0 && arity != Arity::any) refuse(prefix + "()");
    if (arity == Arity::unbound || arity == Arity::any) return;
    if (count == 1 && arity != Arity::one) refuse(prefix + "(arg)");
    if (count == 2 && arity != Arity::two) refuse(prefix + "(lhs, rhs)");
    if (count > 2) refuse(prefix + "(...)");
  }

  Node* plain_call(const Expr& expr, std::string name, const std::vector<Node*>& operands) {
    Node* node = combine(NodeKind::call, operands);
    node->function = find_function(name);
    if (checked_ && node->function != nullptr && node->function->run == nullptr) {
      for (const Overload& overload : node->function->overloads) {
        if (overload.id == expr.overload) node->overload = &overload;
      }
    }
    check_arity(node->function, name, operands.size());
    node->name = std::move(name);
    const bool constant_argument = operands.size() == 1 && operands[0]->kind == NodeKind::constant;
    if (constant_argument && is_conversion(node->name)) return folded(*node);
    if (expr.overload == "in_list" && operands[1]->kind == NodeKind::constant &&
        list_size(operands[1]->constant) == 0) {
      return constant(make_boolean(false));
    }
    if (node->name == "matches" && operands.size() == 2 &&
        operands[1]->kind == NodeKind::constant && operands[1]->constant.is(ValueKind::string)) {
      node->kind = NodeKind::matches;
      try {
        node->pattern = std::make_unique<model::Regex>(operands[1]->constant.view());
      } catch (const model::Error& error) {
        refuse(error.message());
      }
    }
    return node;
  }

  Node* folded(const Node& node) {
    const Value value = call_function(plan_.heap, node, {node.operands[0]->constant});
    if (value.is_error()) refuse(std::string(value.view()));
    return constant(value);
  }

  /// A list or map whose parts are constants is one.
  Node* fold_literal(Node* node) {
    for (const Node* operand : node->operands) {
      if (operand->kind != NodeKind::constant) return node;
    }
    Plan single;
    single.root = node;
    const Value value =
        evaluate(single, plan_.heap, [](Heap&, std::string_view, Value&) { return false; });
    if (value.is_error() && value.view().starts_with("internal error")) {
      refuse(std::string(value.view()));
    }
    return constant(value);
  }

  Node* list(const Expr& expr) {
    Node* node = add(NodeKind::list);
    for (const ExprEntry& entry : expr.entries) {
      node->operands.push_back(run(*entry.value));
      node->optional.push_back(entry.optional);
    }
    return fold_literal(node);
  }

  Node* map(const Expr& expr) {
    Node* node = add(NodeKind::map);
    for (const ExprEntry& entry : expr.entries) {
      node->operands.push_back(run(*entry.key));
      node->operands.push_back(run(*entry.value));
      node->optional.push_back(entry.optional);
    }
    return fold_literal(node);
  }

  Node* fold(const Expr& expr) {
    const Loop& loop = *expr.loop;
    Node* node = add(NodeKind::fold);
    const Node* initial = run(*loop.initial);
    const Node* range = run(*loop.range);
    node->slot = locals_.size();
    locals_.emplace_back(loop.accumulator, true);
    locals_.emplace_back(loop.variable, true);
    plan_.slots = std::max(plan_.slots, locals_.size());
    const Node* condition = run(*loop.condition);
    const Node* step = run(*loop.step);
    locals_.back().second = false;
    const Node* result = run(*loop.result);
    locals_.resize(node->slot);
    node->operands = {range, initial, condition, step, result};
    return node;
  }

  Plan& plan_;
  bool checked_;
  std::vector<std::pair<std::string, bool>> locals_;  ///< by slot; false: not to be seen now
};

}  // namespace

Plan::Plan() : heap(constant_bytes_max, constant_steps_max) {
}

std::unique_ptr<const Plan> make_plan(const SyntaxTree& tree, bool checked) {
  auto plan = std::make_unique<Plan>();
  plan->root = Planner(*plan, checked).run(*tree.root);
  return plan;
}

}  // namespace reconcile::cel
