// The validator of list and map literals that cel-go 0.27 runs over checked expressions
// (cel/validator.go, HomogeneousAggregateLiterals). Tests: test/cel/checker_test.cpp.
#include "base/cel/checker.hpp"

namespace reconcile::cel {
namespace {

class LiteralCheck {
 public:
  explicit LiteralCheck(std::vector<Issue>& issues) : issues_(issues) {}

  void visit(const Expr& expr) {
    const bool formats = expr.kind == ExprKind::call && expr.name == "format";
    formats_ += formats ? 1 : 0;
    if (expr.target != nullptr) visit(*expr.target);
    for (const Expr* argument : expr.arguments) visit(*argument);
    for (const ExprEntry& entry : expr.entries) {
      if (entry.key != nullptr) visit(*entry.key);
      visit(*entry.value);
    }
    if (expr.loop != nullptr) {
      for (const Expr* part : {expr.loop->range, expr.loop->initial, expr.loop->condition,
                               expr.loop->step, expr.loop->result}) {
        visit(*part);
      }
    }
    formats_ -= formats ? 1 : 0;
    if (formats_ == 0 && expr.kind == ExprKind::list) check_list(expr);
    if (formats_ == 0 && expr.kind == ExprKind::map) check_map(expr);
  }

 private:
  /// Type parameters are alike whatever they are named; here they have become dyn.
  bool differs(const Expr& at, const TypePtr& first, const TypePtr& type) {
    if (same_type(*first, *type)) return false;
    issues_.push_back({at.offset, "expected type '" + describe_type(*first) + "' but found '" +
                                      describe_type(*type) + "'"});
    return true;
  }

  static const TypePtr& value_type(const ExprEntry& entry) {
    const TypePtr& type = entry.value->type;
    return entry.optional && type->kind == TypeKind::optional ? type->parameters[0] : type;
  }

  void check_list(const Expr& list) {
    for (const ExprEntry& entry : list.entries) {
      if (differs(*entry.value, value_type(list.entries.front()), value_type(entry))) break;
    }
  }

  void check_map(const Expr& map) {
    for (const ExprEntry& entry : map.entries) {
      differs(*entry.key, map.entries.front().key->type, entry.key->type);
      differs(*entry.value, value_type(map.entries.front()), value_type(entry));
    }
  }

  std::vector<Issue>& issues_;
  int formats_ = 0;  ///< string.format() calls around
};

}  // namespace

void check_literals(const SyntaxTree& tree, std::vector<Issue>& issues) {
  LiteralCheck(issues).visit(*tree.root);
}

}  // namespace reconcile::cel
