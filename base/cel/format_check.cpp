// The validator of string.format() that cel-go 0.27 runs over checked expressions
// (ext/formatting_v2.go). Tests: test/cel/checker_test.cpp.
#include <string>

#include "base/cel/checker.hpp"
#include "base/cel/format.hpp"

namespace reconcile::cel {
namespace {

bool allowed(char letter, TypeKind kind) {
  const bool whole = kind == TypeKind::integer || kind == TypeKind::unsigned_integer;
  switch (letter) {
    case 's':
      return kind != TypeKind::optional && kind != TypeKind::error;
    case 'd':
    case 'f':
    case 'e':
      return whole || kind == TypeKind::floating;
    case 'b':
      return whole || kind == TypeKind::boolean;
    case 'o':
      return whole;
    default:
      return whole || kind == TypeKind::string || kind == TypeKind::bytes;
  }
}

/// The first part of `expr` that `%s` cannot show; null where it can show all.
const Expr* find_bad(const Expr& expr, char letter) {
  const TypeKind kind = expr.type->kind;
  if (kind == TypeKind::dyn) return nullptr;
  if (!allowed(letter, kind)) return &expr;
  if (letter != 's') return nullptr;
  for (const ExprEntry& entry : expr.entries) {
    const Expr* bad = entry.key == nullptr ? nullptr : find_bad(*entry.key, letter);
    if (bad == nullptr) bad = find_bad(*entry.value, letter);
    if (bad != nullptr) return bad;
  }
  return nullptr;
}

void check_format(const Expr& call, std::vector<Issue>& issues) {
  const std::vector<ExprEntry>& items = call.arguments[0]->entries;
  const Expr* at = &call;
  std::size_t used = 0;
  const std::string error = walk_format(
      std::get<std::string>(call.target->literal), items.size(), [](std::string_view) {},
      [&](const FormatClause& clause, std::size_t index) -> std::string {
        ++used;
        const Expr* bad = find_bad(*items[index].value, clause.letter);
        if (bad == nullptr) return "";
        at = bad;
        return format_type_error(clause, runtime_name(*bad->type));
      });
  if (!error.empty()) {
    issues.push_back({at->offset, error});
  } else if (items.size() > used) {
    issues.push_back({call.offset, "too many arguments supplied to string.format (expected " +
                                       std::to_string(used) + ", got " +
                                       std::to_string(items.size()) + ")"});
  }
}

}  // namespace

void check_formats(const SyntaxTree& tree, std::vector<Issue>& issues) {
  for (const Expr& node : tree.nodes) {
    if (node.kind != ExprKind::call || node.name != "format" || node.target == nullptr ||
        node.type == nullptr || node.arguments.size() != 1) {
      continue;
    }
    if (std::holds_alternative<std::string>(node.target->literal) &&
        node.target->kind == ExprKind::literal && node.arguments[0]->kind == ExprKind::list) {
      check_format(node, issues);
    }
  }
}

}  // namespace reconcile::cel
