#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/cel/declarations.hpp"
#include "base/cel/syntax.hpp"
#include "reconcile/model/regex.hpp"

namespace reconcile::cel {

struct Node;
struct Attribute;

/// One step from a value to a part of it: a field or an index.
struct Qualifier {
  Value constant;
  const Attribute* attribute = nullptr;  ///< where present, its value is the field or index
  bool optional = false;                 ///< a missing part makes the whole optional.none()
  bool presence_only = false;            ///< answers whether the part is there
};

enum class AttributeKind : std::uint8_t { local, global, relative, conditional };

/// A value and the steps from it.
struct Attribute {
  AttributeKind kind = AttributeKind::global;
  std::size_t slot = 0;  ///< of a local
  std::string name;      ///< of a global
  /// Of a global whose first qualifiers are constant strings, without checked types: the names
  /// "a.b.c", "a.b" that are tried before "a".
  std::vector<std::string> longer_names;
  bool may_be_longer = false;
  const Node* operand = nullptr;  ///< of a relative; the condition of a conditional
  Attribute* then = nullptr;
  Attribute* otherwise = nullptr;
  std::vector<Qualifier> qualifiers;
};

enum class NodeKind : std::uint8_t {
  constant,
  attribute,
  presence,
  logical_and,
  logical_or,
  equal,
  not_equal,
  call,
  matches,  ///< with a pattern that is known
  not_strictly_false,
  optional_or,
  optional_or_value,
  list,
  map,
  fold,
};

/// A step of the evaluation; lives in a Plan.
struct Node {
  NodeKind kind = NodeKind::constant;
  Value constant;
  Attribute* attribute = nullptr;
  std::vector<const Node*> operands;  ///< of a map: key, value, key, value…
  std::vector<bool> optional;         ///< by item or entry
  const Function* function = nullptr;
  const Overload* overload = nullptr;  ///< where the checker found the only one
  std::string name;                    ///< of the function
  std::unique_ptr<model::Regex> pattern;
  // Of a fold: accumulator and variable are the slots `slot` and `slot + 1`; operands are range,
  // initial, condition, step, result.
  std::size_t slot = 0;
};

/// What runs an expression. Immutable once made, safe to share.
struct Plan {
  Heap heap;  ///< owns the constants
  std::deque<Node> nodes;
  std::deque<Attribute> attributes;
  std::deque<std::string> texts;
  const Node* root = nullptr;
  std::size_t slots = 0;

  Plan();
};

/// Plans `tree`; `checked` says that its nodes have types. What cannot run at all, such as a call
/// of size() without arguments or a pattern that is none, throws Error(invalid_input).
std::unique_ptr<const Plan> make_plan(const SyntaxTree& tree, bool checked);

}  // namespace reconcile::cel
