// The type checker: cel-go 0.27's (checker/checker.go) for an environment whose variables are JSON
// objects, with comparisons across numeric types. Tests: test/cel/checker_test.cpp.
#include "base/cel/checker.hpp"

#include <utility>

#include "base/cel/declarations.hpp"
#include "base/cel/unifier.hpp"

namespace reconcile::cel {
namespace {

std::string qualified_name(const Expr& expr) {
  if (expr.kind == ExprKind::identifier) return expr.name;
  if (expr.kind != ExprKind::select || expr.presence_only) return "";
  const std::string operand = qualified_name(*expr.target);
  return operand.empty() ? "" : operand + '.' + expr.name;
}

std::string without_dot(const std::string& name) {
  return name.starts_with('.') ? name.substr(1) : name;
}

class Checker {
 public:
  Checker(SyntaxTree& tree, const std::vector<std::string>& variables, std::vector<Issue>& issues)
      : tree_(tree), variables_(variables), issues_(issues) {}

  TypePtr run() {
    check(*tree_.root);
    for (Expr& node : tree_.nodes) {
      if (node.type != nullptr) node.type = types_.substitute(node.type, true);
    }
    return tree_.root->type;
  }

 private:
  void report(const Expr& at, std::string message) {
    issues_.push_back({at.offset, std::move(message)});
  }

  void undeclared(Expr& expr, const std::string& name) {
    expr.type = plain_type(TypeKind::error);
    report(expr, "undeclared reference to '" + name + "' (in container '')");
  }

  void mismatch(const Expr& at, const TypePtr& expected, const TypePtr& found) {
    report(at, "expected type '" + describe_type(*expected) + "' but found '" +
                   describe_type(*found) + "'");
  }

  void check(Expr& expr) {
    switch (expr.kind) {
      case ExprKind::literal:
        expr.type = literal_type(expr.literal);
        break;
      case ExprKind::identifier:
        check_identifier(expr);
        break;
      case ExprKind::select:
        check_select(expr);
        break;
      case ExprKind::call:
        check_call(expr);
        break;
      case ExprKind::list:
        check_list(expr);
        break;
      case ExprKind::map:
        check_map(expr);
        break;
      case ExprKind::message:
        undeclared(expr, expr.name);
        break;
      case ExprKind::comprehension:
        check_loop(expr);
        break;
    }
  }

  static TypePtr literal_type(const Literal& literal) {
    static constexpr TypeKind kinds[] = {
        TypeKind::null,     TypeKind::boolean, TypeKind::integer, TypeKind::unsigned_integer,
        TypeKind::floating, TypeKind::string,  TypeKind::bytes};
    return plain_type(kinds[literal.index()]);
  }

  [[nodiscard]] TypePtr find_local(std::string_view name) const {
    for (auto it = locals_.rbegin(); it != locals_.rend(); ++it) {
      if (it->first == name) return it->second;
    }
    return nullptr;
  }

  [[nodiscard]] TypePtr find_global(const std::string& name) const {
    for (const std::string& variable : variables_) {
      if (variable == name) {
        return compound_type(TypeKind::map,
                             {plain_type(TypeKind::string), plain_type(TypeKind::dyn)});
      }
    }
    const TypePtr type = find_type(name);
    return type == nullptr ? nullptr : compound_type(TypeKind::type, {type});
  }

  /// Makes `expr` a reference to the variable or type `name`; false where there is none.
  bool refer(Expr& expr, const std::string& name) {
    const bool absolute = name.starts_with('.');
    const std::string plain = without_dot(name);
    const bool simple = plain.find('.') == std::string::npos;
    const TypePtr local = find_local(plain.substr(0, plain.find('.')));
    if (local != nullptr && !absolute) {
      // The first name is local, what follows are fields of it.
      if (!simple) return false;
      expr.type = local;
    } else {
      expr.type = find_global(plain);
    }
    if (expr.type == nullptr) return false;
    expr.kind = ExprKind::identifier;
    expr.name = local != nullptr && absolute ? '.' + plain : plain;
    expr.is_reference = true;
    return true;
  }

  void check_identifier(Expr& expr) {
    if (const std::string name = expr.name; !refer(expr, name)) undeclared(expr, name);
  }

  void check_select(Expr& expr) {
    if (const std::string name = qualified_name(expr); !name.empty() && refer(expr, name)) return;
    TypePtr type = field_type(expr, *expr.target, false);
    if (expr.presence_only) type = plain_type(TypeKind::boolean);
    expr.type = types_.substitute(type, false);
  }

  TypePtr field_type(const Expr& expr, Expr& operand, bool optional) {
    check(operand);
    TypePtr target = types_.substitute(operand.type, false);
    const bool is_optional = target->kind == TypeKind::optional;
    if (is_optional) target = target->parameters[0];
    TypePtr result = plain_type(TypeKind::dyn);
    if (target->kind == TypeKind::map) {
      result = target->parameters[1];
    } else if (target->kind == TypeKind::parameter) {
      types_.assignable(plain_type(TypeKind::dyn), target);
    } else if (target->kind != TypeKind::dyn && target->kind != TypeKind::error) {
      report(expr, "type '" + describe_type(*target) + "' does not support field selection");
    }
    return is_optional || optional ? compound_type(TypeKind::optional, {result}) : result;
  }

  void check_call(Expr& expr) {
    if (expr.name == op::optional_select) {
      Expr& field = *expr.arguments[1];
      field.type = literal_type(field.literal);
      expr.type = types_.substitute(field_type(expr, *expr.arguments[0], true), false);
      return;
    }
    for (Expr* argument : expr.arguments) check(*argument);
    if (expr.target != nullptr) {
      const std::string prefix = qualified_name(*expr.target);
      const Function* function =
          prefix.empty() ? nullptr : find_function(without_dot(prefix + '.' + expr.name));
      if (function == nullptr) {
        check(*expr.target);
        return resolve(expr, expr.name);
      }
      expr.target = nullptr;
      expr.name = function->name;
    }
    resolve(expr, without_dot(expr.name));
  }

  void resolve(Expr& expr, const std::string& name) {
    const Function* function = find_function(name);
    if (function == nullptr) return undeclared(expr, expr.name);
    expr.name = name;
    std::vector<TypePtr> arguments;
    if (expr.target != nullptr) arguments.push_back(expr.target->type);
    for (const Expr* argument : expr.arguments) arguments.push_back(argument->type);
    if (name == op::logical_and || name == op::logical_or) return check_logical(expr);
    std::size_t fitting = 0;
    for (const Overload& overload : function->overloads) {
      if (overload.is_member != (expr.target != nullptr)) continue;
      const std::vector<TypePtr> variables = types_.fresh_variables(overload.variables);
      std::vector<TypePtr> expected;
      for (const TypePtr& type : overload.arguments) {
        expected.push_back(types_.instantiate(type, variables));
      }
      if (!types_.assignable(arguments, expected)) continue;
      TypePtr result = types_.substitute(types_.instantiate(overload.result, variables), false);
      if (++fitting == 1) {
        expr.overload = overload.id;
        expr.type = std::move(result);
      } else {
        expr.overload.clear();
        if (expr.type->kind != TypeKind::dyn && !same_type(*expr.type, *result)) {
          expr.type = plain_type(TypeKind::dyn);
        }
      }
    }
    if (fitting == 0) no_overload(expr, arguments);
  }

  void no_overload(Expr& expr, const std::vector<TypePtr>& arguments) {
    expr.type = plain_type(TypeKind::error);
    std::string signature;
    std::size_t first = 0;
    if (expr.target != nullptr) {
      signature = describe_type(*types_.substitute(arguments[first++], true)) + '.';
    }
    signature += '(';
    for (std::size_t i = first; i < arguments.size(); ++i) {
      if (i > first) signature += ", ";
      signature += describe_type(*types_.substitute(arguments[i], true));
    }
    report(expr,
           "found no matching overload for '" + expr.name + "' applied to '" + signature + ")'");
  }

  void check_logical(Expr& expr) {
    bool failed = false;
    for (const Expr* argument : expr.arguments) {
      if (types_.assignable(argument->type, plain_type(TypeKind::boolean))) continue;
      mismatch(*argument, plain_type(TypeKind::boolean), argument->type);
      failed = true;
    }
    expr.type = plain_type(failed ? TypeKind::error : TypeKind::boolean);
  }

  /// The type of an item; of an optional one what is inside.
  TypePtr item_type(const Expr& item, bool optional) {
    TypePtr type = item.type;
    if (!optional) return type;
    if (type->kind == TypeKind::optional) return type->parameters[0];
    if (type->kind != TypeKind::dyn) {
      mismatch(item, compound_type(TypeKind::optional, {type}), type);
    }
    return type;
  }

  TypePtr join(const TypePtr& previous, const TypePtr& current) {
    if (previous == nullptr) return current;
    if (types_.assignable(previous, current)) return more_general(previous, current);
    return plain_type(TypeKind::dyn);
  }

  void check_list(Expr& expr) {
    TypePtr type;
    for (const ExprEntry& entry : expr.entries) {
      check(*entry.value);
      type = join(type, item_type(*entry.value, entry.optional));
    }
    if (type == nullptr) type = types_.fresh();
    expr.type = compound_type(TypeKind::list, {type});
  }

  void check_map(Expr& expr) {
    TypePtr key_type;
    TypePtr value_type;
    for (const ExprEntry& entry : expr.entries) {
      check(*entry.key);
      key_type = join(key_type, entry.key->type);
      check(*entry.value);
      value_type = join(value_type, item_type(*entry.value, entry.optional));
    }
    if (key_type == nullptr) {
      key_type = types_.fresh();
      value_type = types_.fresh();
    }
    expr.type = compound_type(TypeKind::map, {key_type, value_type});
  }

  void check_loop(Expr& expr) {
    const Loop& loop = *expr.loop;
    check(*loop.range);
    check(*loop.initial);
    const TypePtr range = types_.substitute(loop.range->type, false);
    const TypePtr accumulator = loop.initial->type;
    TypePtr variable = plain_type(TypeKind::dyn);
    if (range->kind == TypeKind::list || range->kind == TypeKind::map) {
      variable = range->parameters[0];
    } else if (range->kind == TypeKind::dyn || range->kind == TypeKind::error ||
               range->kind == TypeKind::parameter) {
      types_.assignable(plain_type(TypeKind::dyn), range);
    } else {
      report(*loop.range, "expression of type '" + describe_type(*range) +
                              "' cannot be range of a comprehension (must be list, map, or "
                              "dynamic)");
      variable = plain_type(TypeKind::error);
    }
    locals_.emplace_back(loop.accumulator, accumulator);
    locals_.emplace_back(loop.variable, variable);
    check(*loop.condition);
    require(*loop.condition, plain_type(TypeKind::boolean));
    check(*loop.step);
    require(*loop.step, accumulator);
    locals_.pop_back();
    check(*loop.result);
    locals_.pop_back();
    expr.type = types_.substitute(loop.result->type, false);
  }

  void require(const Expr& expr, const TypePtr& type) {
    if (!types_.assignable(type, expr.type)) mismatch(expr, type, expr.type);
  }

  SyntaxTree& tree_;
  const std::vector<std::string>& variables_;
  std::vector<Issue>& issues_;
  Unifier types_;
  std::vector<std::pair<std::string, TypePtr>> locals_;
};

}  // namespace

TypePtr check_types(SyntaxTree& tree, const std::vector<std::string>& variables,
                    std::vector<Issue>& issues) {
  return Checker(tree, variables, issues).run();
}

}  // namespace reconcile::cel
