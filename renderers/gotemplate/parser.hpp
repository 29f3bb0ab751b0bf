#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/gotemplate/template_set.hpp"
#include "renderers/gotemplate/deep_stack.hpp"
#include "renderers/gotemplate/node.hpp"
#include "renderers/gotemplate/token.hpp"

namespace reconcile::gotemplate {

/// Builds the trees of one text, by the rules of Go's text/template/parse (go1.26). Nodes live in
/// `nodes`; views point into `text`, which must outlive them.
class Parser {
 public:
  Parser(std::string_view name, std::string_view text, const FunctionTable& functions, Heap& nodes);
  std::vector<ParsedFile::Definition> parse();
  /// The same, with the text itself apart, in `unnamed`.
  std::vector<ParsedFile::Definition> parse(ParsedFile::Definition& unnamed);

 private:
  /// The end of a list of nodes: which keyword closed it.
  enum class Closing : std::uint8_t { none, end, else_ };
  /// State of one tree; saved while a define or block inside of it is read.
  struct Tree {
    std::string_view name;
    std::vector<std::string_view> variables{"$"};
    std::optional<std::uint32_t> action;  ///< where the action that is read begins
    int range_depth = 0;
    int paren_depth = 0;
  };
  // The references hold until the next token is taken.
  const Token& next() {
    if (peeked_ > 0) {
      --peeked_;
    } else {
      lexer_.next(tokens_[0]);
    }
    return tokens_[static_cast<std::size_t>(peeked_)];
  }
  const Token& peek() {
    if (peeked_ == 0) {
      peeked_ = 1;
      lexer_.next(tokens_[0]);
    }
    return tokens_[static_cast<std::size_t>(peeked_ - 1)];
  }
  /// Whether a field follows without a blank between.
  bool peek_field() {
    const Token& token = peek();
    return token.kind == TokenKind::field && !token.after_space;
  }
  void back_up() { ++peeked_; }
  void back_up(const Token& before) {
    tokens_[1] = before;
    peeked_ = 2;
  }
  Token expect(TokenKind kind, std::string_view context);
  [[nodiscard]] std::size_t line_at(std::size_t position) const;
  /// Fails at the line of the last token that was read.
  [[noreturn]] void fail(const std::string& message) const {
    fail_at(tokens_[0].position, message);
  }
  [[noreturn]] void fail_at(std::size_t position, const std::string& message) const;
  [[noreturn]] void unexpected(const Token& token, std::string_view context) const;

  const ListNode* parse_root();
  void parse_definition();
  void add_tree(std::string_view name, const ListNode* root);
  const ListNode* item_list(Closing& closing, std::uint32_t& closing_position);
  const Node* text_or_action(Closing& closing, std::uint32_t& closing_position);
  const Node* action(Closing& closing, std::uint32_t& closing_position);
  const Node* break_or_continue(NodeKind kind, const Token& keyword);
  const Node* control(NodeKind kind);
  const Node* block();
  const Node* template_call();
  std::string_view template_name(const Token& token, std::string_view context);

  const PipeNode* pipeline(std::string_view context, TokenKind end);
  void declarations(PipeNode& pipe, std::string_view context);
  void check_pipeline(std::span<const CommandNode* const> commands, std::string_view context) const;
  const CommandNode* command();
  const Node* operand();
  const Node* term();
  const Node* identifier(const Token& token);
  const Node* parenthesized();
  const Node* field(const Token& token);
  const Node* with_fields(const Node* base);
  /// The names of the fields that follow, behind those pending from `begin` on.
  std::span<const std::string_view> following_fields(std::size_t begin);
  const VariableNode* variable(const Token& token);

  template <class T>
  T* make(NodeKind kind, std::uint32_t position);
  /// Moves what `pending` holds from `begin` on to the nodes' memory.
  template <class T>
  std::span<const T> keep_from(std::vector<T>& pending, std::size_t begin);
  std::string_view unquoted(std::string_view quoted);
  std::string_view interned(std::string_view name);

  std::string_view name_;
  std::string_view text_;
  Lexer lexer_;
  const FunctionTable& functions_;
  Heap& nodes_;
  DeepStack stack_;
  std::array<Token, 2> tokens_;
  int peeked_ = 0;
  Tree tree_;
  // Items of the lists that are being read, the innermost list last.
  std::vector<const Node*> pending_nodes_;
  std::vector<const CommandNode*> pending_commands_;
  std::vector<std::string_view> pending_fields_;
  std::vector<std::string_view> variable_names_;
  std::vector<ParsedFile::Definition> definitions_;
};

}  // namespace reconcile::gotemplate
