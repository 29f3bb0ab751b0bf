#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace reconcile::cel {

struct Expr;
struct StaticType;
using TypePtr = std::shared_ptr<const StaticType>;

/// Names of operators as functions, as cel-go calls them.
namespace op {
inline constexpr const char* conditional = "_?_:_";
inline constexpr const char* logical_and = "_&&_";
inline constexpr const char* logical_or = "_||_";
inline constexpr const char* logical_not = "!_";
inline constexpr const char* negate = "-_";
inline constexpr const char* equals = "_==_";
inline constexpr const char* not_equals = "_!=_";
inline constexpr const char* less = "_<_";
inline constexpr const char* less_equals = "_<=_";
inline constexpr const char* greater = "_>_";
inline constexpr const char* greater_equals = "_>=_";
inline constexpr const char* add = "_+_";
inline constexpr const char* subtract = "_-_";
inline constexpr const char* multiply = "_*_";
inline constexpr const char* divide = "_/_";
inline constexpr const char* modulo = "_%_";
inline constexpr const char* in = "@in";
inline constexpr const char* index = "_[_]";
inline constexpr const char* optional_index = "_[?_]";
inline constexpr const char* optional_select = "_?._";
inline constexpr const char* not_strictly_false = "@not_strictly_false";
}  // namespace op

struct Bytes {
  std::string data;
};

/// A literal: null, bool, int, uint, double, string or bytes.
using Literal =
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Bytes>;

/// One item of a list (no key), or one entry of a map.
struct ExprEntry {
  Expr* key = nullptr;
  Expr* value = nullptr;
  bool optional = false;  ///< written with `?`: left out where its value is optional.none()
};

enum class ExprKind : std::uint8_t {
  literal,
  identifier,
  select,
  call,
  list,
  map,
  message,
  comprehension,
};

/// The loop that macros expand into: `accumulator = initial; for (variable : target) if (condition)
/// accumulator = step; result`.
struct Loop {
  std::string variable;
  std::string accumulator;
  Expr* range = nullptr;
  Expr* initial = nullptr;
  Expr* condition = nullptr;
  Expr* step = nullptr;
  Expr* result = nullptr;
};

/// A node of the syntax tree; lives in a SyntaxTree.
struct Expr {
  ExprKind kind = ExprKind::literal;
  std::int32_t offset = 0;     ///< its place in the text, in characters
  bool presence_only = false;  ///< select: made by has()
  std::int32_t depth = 0;      ///< of operators and members below it, see Parser::deepen
  Literal literal;
  std::string name;        ///< identifier, field, function or message
  Expr* target = nullptr;  ///< operand of a select, receiver of a call
  std::vector<Expr*> arguments;
  std::vector<ExprEntry> entries;
  std::unique_ptr<Loop> loop;

  // What the checker finds out.
  TypePtr type;
  std::string overload;       ///< the only overload that fits
  bool is_reference = false;  ///< names a variable or a type as a whole
};

/// Owns the nodes of one expression.
struct SyntaxTree {
  std::deque<Expr> nodes;
  Expr* root = nullptr;

  Expr* add(ExprKind kind, std::int32_t offset) {
    Expr& node = nodes.emplace_back();
    node.kind = kind;
    node.offset = offset;
    return &node;
  }
};

}  // namespace reconcile::cel
