#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_value.hpp"

namespace reconcile::gotemplate {

/// The parsed form of a template: plain structs in the arena of their ParsedFile, never changed
/// again.
enum class NodeKind : std::uint8_t {
  text,
  action,
  list,
  if_,
  range,
  with,
  template_,
  break_,
  continue_,
  pipe,
  command,
  field,
  chain,
  identifier,
  variable,
  dot,
  nil,
  boolean,
  number,
  string,
};

struct Node {
  NodeKind kind;
  std::uint32_t position;  ///< byte offset in the source, for error messages
};

struct TextNode : Node {
  std::string_view text;
};

struct ListNode : Node {
  std::span<const Node* const> nodes;
};

/// `$x` or `$x.a.b`; `name` keeps the dollar sign and is the same pointer for the same name in a
/// file.
struct VariableNode : Node {
  std::string_view name;
  std::span<const std::string_view> fields;
};

struct CommandNode : Node {
  std::span<const Node* const> arguments;
};

struct PipeNode : Node {
  bool is_assign;
  std::span<const VariableNode* const> declarations;
  std::span<const CommandNode* const> commands;
};

struct ActionNode : Node {
  const PipeNode* pipe;
};

/// if, range and with.
struct BranchNode : Node {
  const PipeNode* pipe;
  const ListNode* list;
  const ListNode* else_list;  ///< null where there is none
};

struct TemplateNode : Node {
  std::string_view name;
  const PipeNode* pipe;  ///< null where no data is given
};

struct FieldNode : Node {
  std::span<const std::string_view> fields;
};

/// A term followed by fields: `(pipe).a.b`.
struct ChainNode : Node {
  const Node* base;
  std::span<const std::string_view> fields;
};

/// Functions that the executor treats by itself because they evaluate their arguments lazily.
enum class LazyFunction : std::uint8_t { none, and_, or_ };

struct IdentifierNode : Node {
  std::string_view name;
  const Function* function;
  LazyFunction lazy;
};

struct BooleanNode : Node {
  bool value;
};

/// A number with every type it can be read as.
struct NumberNode : Node {
  std::string_view text;
  bool is_int;
  bool is_unsigned;
  bool is_float;
  bool is_complex;
  std::int64_t integer;
  std::uint64_t unsigned_integer;
  double floating;
  std::complex<double> complex;
};

struct StringNode : Node {
  std::string_view quoted;  ///< as written
  std::string_view text;
};

/// Appends the canonical text of `node` as Go's parse.Node.String() answers it, to a depth of 500.
void append_node(std::string& out, const Node& node);

/// Whether a body holds nothing but blanks (and comments, which leave no node).
bool is_empty_tree(const ListNode& list);

/// Reads a number token. Throws FunctionError with Go's message where it is none.
NumberNode parse_number(std::string_view text, bool is_character, bool is_complex);

/// strconv.Unquote for double-quoted and raw strings; false where the syntax is wrong.
bool unquote(std::string_view quoted, std::string& out);
/// strconv.UnquoteChar at the start of `text` inside `quote_mark`s; removes what it read.
bool unquote_rune(std::string_view& text, char quote_mark, std::uint32_t& rune, bool& is_byte);

}  // namespace reconcile::gotemplate
