// The macros of the environment that Flux 2.9 makes: the standard ones and those of optional
// types, expanded as cel-go 0.27 does (parser/macro.go, cel/library.go), for the checker's messages
// are about what they expand to.
#include "base/cel/macros.hpp"

namespace reconcile::cel {
namespace {

class Expansion {
 public:
  Expansion(SyntaxTree& tree, std::int32_t offset, std::vector<Issue>& issues)
      : tree_(tree), offset_(offset), issues_(issues) {}

  Expr* literal(Literal value) {
    Expr* node = tree_.add(ExprKind::literal, offset_);
    node->literal = std::move(value);
    return node;
  }

  Expr* identifier(std::string name) {
    Expr* node = tree_.add(ExprKind::identifier, offset_);
    node->name = std::move(name);
    return node;
  }

  Expr* accumulator() { return identifier(accumulator_name); }

  Expr* call(const char* name, std::vector<Expr*> arguments, Expr* target = nullptr) {
    Expr* node = tree_.add(ExprKind::call, offset_);
    node->name = name;
    node->arguments = std::move(arguments);
    node->target = target;
    return node;
  }

  Expr* list(std::vector<Expr*> items) {
    Expr* node = tree_.add(ExprKind::list, offset_);
    for (Expr* item : items) node->entries.push_back({nullptr, item, false});
    return node;
  }

  Expr* loop(Loop parts) {
    Expr* node = tree_.add(ExprKind::comprehension, offset_);
    node->loop = std::make_unique<Loop>(std::move(parts));
    return node;
  }

  Expr* has(const Expr& argument) {
    if (argument.kind != ExprKind::select) {
      return fail(argument, "invalid argument to has() macro");
    }
    Expr* node = tree_.add(ExprKind::select, offset_);
    node->target = argument.target;
    node->name = argument.name;
    node->presence_only = true;
    return node;
  }

  Expr* fail(const Expr& at, const char* message) {
    issues_.push_back({at.offset, message});
    return literal({});
  }

  /// False after an issue was added.
  bool check_variable(const Expr& variable, const char* message) {
    if (variable.kind != ExprKind::identifier) {
      fail(variable, message);
      return false;
    }
    if (variable.name == accumulator_name || variable.name == "__result__") {
      fail(variable, "iteration variable overwrites accumulator variable");
      return false;
    }
    return true;
  }

  Expr* quantifier(std::string_view kind, Expr* target, const std::vector<Expr*>& arguments) {
    if (!check_variable(*arguments[0], "argument must be a simple name")) return literal({});
    Loop parts{arguments[0]->name, accumulator_name, target, nullptr, nullptr, nullptr, nullptr};
    if (kind == "all") {
      parts.initial = literal(true);
      parts.condition = call(op::not_strictly_false, {accumulator()});
      parts.step = call(op::logical_and, {accumulator(), arguments[1]});
      parts.result = accumulator();
    } else if (kind == "exists") {
      parts.initial = literal(false);
      parts.condition = call(op::not_strictly_false, {call(op::logical_not, {accumulator()})});
      parts.step = call(op::logical_or, {accumulator(), arguments[1]});
      parts.result = accumulator();
    } else {
      parts.initial = literal(std::int64_t{0});
      parts.condition = literal(true);
      Expr* more = call(op::add, {accumulator(), literal(std::int64_t{1})});
      parts.step = call(op::conditional, {arguments[1], more, accumulator()});
      parts.result = call(op::equals, {accumulator(), literal(std::int64_t{1})});
    }
    return loop(std::move(parts));
  }

  Expr* map(Expr* target, const std::vector<Expr*>& arguments) {
    if (!check_variable(*arguments[0], "argument is not an identifier")) return literal({});
    Expr* step = call(op::add, {accumulator(), list({arguments.back()})});
    if (arguments.size() == 3) step = call(op::conditional, {arguments[1], step, accumulator()});
    return gather(arguments[0]->name, target, step);
  }

  Expr* filter(Expr* target, const std::vector<Expr*>& arguments) {
    if (!check_variable(*arguments[0], "argument is not an identifier")) return literal({});
    Expr* step = call(op::add, {accumulator(), list({arguments[0]})});
    step = call(op::conditional, {arguments[1], step, accumulator()});
    return gather(arguments[0]->name, target, step);
  }

  Expr* optional_map(Expr* target, const std::vector<Expr*>& arguments, bool flat) {
    const Expr& variable = *arguments[0];
    if (variable.kind != ExprKind::identifier) {
      return fail(variable, flat ? "optFlatMap() variable name must be a simple identifier"
                                 : "optMap() variable name must be a simple identifier");
    }
    Expr* condition = call("hasValue", {}, target);
    Expr* value = call("value", {}, copy(*target));
    Expr* result = loop({"#unused", variable.name, list({}), value, literal(false),
                         identifier(variable.name), arguments[1]});
    if (!flat) result = call("optional.of", {result});
    return call(op::conditional, {condition, result, call("optional.none", {})});
  }

 private:
  Expr* gather(const std::string& variable, Expr* target, Expr* step) {
    return loop({variable, accumulator_name, target, list({}), literal(true), step, accumulator()});
  }

  Expr* copy(const Expr& from) {
    if (too_large(tree_)) return literal({});
    Expr* node = tree_.add(from.kind, from.offset);
    node->presence_only = from.presence_only;
    node->literal = from.literal;
    node->name = from.name;
    if (from.target != nullptr) node->target = copy(*from.target);
    for (const Expr* argument : from.arguments) node->arguments.push_back(copy(*argument));
    for (const ExprEntry& entry : from.entries) {
      Expr* key = entry.key == nullptr ? nullptr : copy(*entry.key);
      node->entries.push_back({key, copy(*entry.value), entry.optional});
    }
    if (from.loop != nullptr) {
      const Loop& loop = *from.loop;
      node->loop = std::make_unique<Loop>(Loop{loop.variable, loop.accumulator, copy(*loop.range),
                                               copy(*loop.initial), copy(*loop.condition),
                                               copy(*loop.step), copy(*loop.result)});
    }
    return node;
  }

  SyntaxTree& tree_;
  std::int32_t offset_;
  std::vector<Issue>& issues_;
};

}  // namespace

bool too_large(const SyntaxTree& tree) {
  return tree.nodes.size() > nodes_max;
}

Expr* expand_macro(SyntaxTree& tree, std::int32_t offset, std::string_view name, Expr* target,
                   const std::vector<Expr*>& arguments, std::vector<Issue>& issues) {
  Expansion expansion(tree, offset, issues);
  if (target == nullptr) {
    return name == "has" && arguments.size() == 1 ? expansion.has(*arguments[0]) : nullptr;
  }
  if (name == "map" && (arguments.size() == 2 || arguments.size() == 3)) {
    return expansion.map(target, arguments);
  }
  if (arguments.size() != 2) return nullptr;
  if (name == "all" || name == "exists") return expansion.quantifier(name, target, arguments);
  if (name == "exists_one") return expansion.quantifier(name, target, arguments);
  if (name == "filter") return expansion.filter(target, arguments);
  if (name == "optMap") return expansion.optional_map(target, arguments, false);
  if (name == "optFlatMap") return expansion.optional_map(target, arguments, true);
  return nullptr;
}

}  // namespace reconcile::cel
