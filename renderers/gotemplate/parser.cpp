// Structure: definitions, actions, control clauses. Pipelines and terms are in parser_pipeline.cpp.
#include "renderers/gotemplate/parser.hpp"

#include <algorithm>

#include "renderers/gotemplate/parser_make.hpp"

namespace reconcile::gotemplate {

Parser::Parser(std::string_view name, std::string_view text, const FunctionTable& functions,
               Heap& nodes)
    : name_(name), text_(text), lexer_(text), functions_(functions), nodes_(nodes) {
  tree_.name = name;
}

// Lines are counted for errors only.
std::size_t Parser::line_at(std::size_t position) const {
  const std::string_view before = text_.substr(0, position);
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

void Parser::fail_at(std::size_t position, const std::string& message) const {
  throw TemplateError(
      TemplateError::Phase::parse,
      "template: " + std::string(name_) + ":" + std::to_string(line_at(position)) + ": " + message);
}

void Parser::unexpected(const Token& token, std::string_view context) const {
  if (token.kind != TokenKind::error) {
    fail("unexpected " + describe(token) + " in " + std::string(context));
  }
  std::string extra;
  if (tree_.action && line_at(*tree_.action) != line_at(token.position)) {
    extra = " in action started at " + std::string(name_) + ":" +
            std::to_string(line_at(*tree_.action));
    if (token.text.ends_with(" action")) extra.erase(0, std::string_view(" in action").size());
  }
  fail(std::string(token.text) + extra);
}

Token Parser::expect(TokenKind kind, std::string_view context) {
  const Token token = next();
  if (token.kind != kind) unexpected(token, context);
  return token;
}

std::vector<ParsedFile::Definition> Parser::parse() {
  const ListNode* root = parse_root();
  add_tree(name_, root);
  return std::move(definitions_);
}

std::vector<ParsedFile::Definition> Parser::parse(ParsedFile::Definition& unnamed) {
  const ListNode* root = parse_root();
  unnamed = {{}, root, is_empty_tree(*root)};
  return std::move(definitions_);
}

// One name may be defined once a file, but an empty body neither counts nor replaces.
void Parser::add_tree(std::string_view name, const ListNode* root) {
  const bool empty = is_empty_tree(*root);
  for (ParsedFile::Definition& definition : definitions_) {
    if (definition.name != name) continue;
    if (!definition.empty && !empty) {
      fail("template: multiple definition of template " + quote(name));
    }
    if (definition.empty) definition = {name, root, empty};
    return;
  }
  definitions_.push_back({name, root, empty});
}

const ListNode* Parser::parse_root() {
  auto* list = make<ListNode>(NodeKind::list, peek().position);
  const std::size_t begin = pending_nodes_.size();
  while (peek().kind != TokenKind::eof) {
    if (peek().kind == TokenKind::left_delimiter) {
      const Token delimiter = next();
      if (next().kind == TokenKind::keyword_define) {
        parse_definition();
        continue;
      }
      back_up(delimiter);
    }
    Closing closing = Closing::none;
    std::uint32_t position = 0;
    const Node* node = text_or_action(closing, position);
    if (closing != Closing::none) {
      fail(closing == Closing::end ? "unexpected {{end}}" : "unexpected {{else}}");
    }
    pending_nodes_.push_back(node);
  }
  list->nodes = keep_from(pending_nodes_, begin);
  return list;
}

void Parser::parse_definition() {
  constexpr std::string_view context = "define clause";
  Tree outer = std::exchange(tree_, Tree{});
  const Token name = next();
  if (name.kind != TokenKind::string && name.kind != TokenKind::raw_string) {
    unexpected(name, context);
  }
  tree_.name = unquoted(name.text);
  expect(TokenKind::right_delimiter, context);
  Closing closing = Closing::none;
  std::uint32_t position = 0;
  const ListNode* root = item_list(closing, position);
  if (closing != Closing::end) fail("unexpected {{else}} in define clause");
  add_tree(tree_.name, root);
  tree_ = std::move(outer);
}

const ListNode* Parser::item_list(Closing& closing, std::uint32_t& closing_position) {
  auto* list = make<ListNode>(NodeKind::list, peek().position);
  const std::size_t begin = pending_nodes_.size();
  while (peek().kind != TokenKind::eof) {
    const Node* node = text_or_action(closing, closing_position);
    if (closing != Closing::none) {
      list->nodes = keep_from(pending_nodes_, begin);
      return list;
    }
    pending_nodes_.push_back(node);
  }
  fail("unexpected EOF");
}

const Node* Parser::text_or_action(Closing& closing, std::uint32_t& closing_position) {
  const Token token = next();
  if (token.kind == TokenKind::text) {
    auto* node = make<TextNode>(NodeKind::text, token.position);
    node->text = token.text;
    return node;
  }
  if (token.kind != TokenKind::left_delimiter) unexpected(token, "input");
  tree_.action = token.position;
  const Node* node = nullptr;
  stack_.run([&] { node = action(closing, closing_position); });
  tree_.action.reset();
  return node;
}

const Node* Parser::action(Closing& closing, std::uint32_t& closing_position) {
  const Token token = next();
  switch (token.kind) {
    case TokenKind::keyword_block:
      return block();
    case TokenKind::keyword_break:
      return break_or_continue(NodeKind::break_, token);
    case TokenKind::keyword_continue:
      return break_or_continue(NodeKind::continue_, token);
    case TokenKind::keyword_else: {
      closing = Closing::else_;
      const Token after = peek();
      closing_position = after.position;
      if (after.kind != TokenKind::keyword_if && after.kind != TokenKind::keyword_with) {
        expect(TokenKind::right_delimiter, "else");
      }
      return nullptr;
    }
    case TokenKind::keyword_end:
      closing = Closing::end;
      closing_position = expect(TokenKind::right_delimiter, "end").position;
      return nullptr;
    case TokenKind::keyword_if:
      return control(NodeKind::if_);
    case TokenKind::keyword_range:
      return control(NodeKind::range);
    case TokenKind::keyword_template:
      return template_call();
    case TokenKind::keyword_with:
      return control(NodeKind::with);
    default:
      break;
  }
  back_up();
  auto* node = make<ActionNode>(NodeKind::action, peek().position);
  node->pipe = pipeline("command", TokenKind::right_delimiter);
  return node;
}

const Node* Parser::break_or_continue(NodeKind kind, const Token& keyword) {
  const std::string text = kind == NodeKind::break_ ? "{{break}}" : "{{continue}}";
  const Token token = next();
  if (token.kind != TokenKind::right_delimiter) unexpected(token, text);
  if (tree_.range_depth == 0) fail(text + " outside {{range}}");
  return make<Node>(kind, keyword.position);
}

const Node* Parser::control(NodeKind kind) {
  const std::string_view context = kind == NodeKind::if_     ? "if"
                                   : kind == NodeKind::range ? "range"
                                                             : "with";
  const std::size_t declared = tree_.variables.size();
  auto* node = make<BranchNode>(kind, 0);
  node->pipe = pipeline(context, TokenKind::right_delimiter);
  node->position = node->pipe->position;
  if (kind == NodeKind::range) ++tree_.range_depth;
  Closing closing = Closing::none;
  std::uint32_t position = 0;
  node->list = item_list(closing, position);
  if (kind == NodeKind::range) --tree_.range_depth;
  if (closing == Closing::else_) {
    const bool else_if = kind == NodeKind::if_ && peek().kind == TokenKind::keyword_if;
    const bool else_with = kind == NodeKind::with && peek().kind == TokenKind::keyword_with;
    if (else_if || else_with) {
      next();
      auto* list = make<ListNode>(NodeKind::list, position);
      const std::size_t begin = pending_nodes_.size();
      stack_.run([&] { pending_nodes_.push_back(control(kind)); });
      list->nodes = keep_from(pending_nodes_, begin);
      node->else_list = list;
    } else {
      closing = Closing::none;
      node->else_list = item_list(closing, position);
      if (closing != Closing::end) fail("expected end; found {{else}}");
    }
  }
  tree_.variables.resize(declared);
  return node;
}

const Node* Parser::block() {
  constexpr std::string_view context = "block clause";
  const Token token = next();
  auto* node = make<TemplateNode>(NodeKind::template_, token.position);
  node->name = template_name(token, context);
  node->pipe = pipeline(context, TokenKind::right_delimiter);
  // Go tells a body that does not end from where the tree around it has read.
  const std::size_t read = tokens_[0].position;
  Tree outer = std::exchange(tree_, Tree{});
  tree_.name = node->name;
  Closing closing = Closing::none;
  std::uint32_t position = 0;
  const ListNode* root = item_list(closing, position);
  if (closing != Closing::end) fail_at(read, "unexpected {{else}} in block clause");
  add_tree(node->name, root);
  tree_ = std::move(outer);
  return node;
}

const Node* Parser::template_call() {
  constexpr std::string_view context = "template clause";
  const Token token = next();
  auto* node = make<TemplateNode>(NodeKind::template_, token.position);
  node->name = template_name(token, context);
  if (next().kind != TokenKind::right_delimiter) {
    back_up();
    node->pipe = pipeline(context, TokenKind::right_delimiter);
  }
  return node;
}

std::string_view Parser::template_name(const Token& token, std::string_view context) {
  if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string) {
    unexpected(token, context);
  }
  return unquoted(token.text);
}

}  // namespace reconcile::gotemplate
