#include "renderers/gotemplate/parser_make.hpp"

namespace reconcile::gotemplate {
namespace {

// Parentheses inside of parentheses, as in Go.
constexpr int paren_depth_max = 10000;
/// A blank and the minus behind it.
constexpr std::size_t trim_mark_bytes = 2;

bool starts_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::boolean:
    case TokenKind::character_constant:
    case TokenKind::complex:
    case TokenKind::dot:
    case TokenKind::field:
    case TokenKind::identifier:
    case TokenKind::number:
    case TokenKind::keyword_nil:
    case TokenKind::raw_string:
    case TokenKind::string:
    case TokenKind::variable:
    case TokenKind::left_paren:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string_view Parser::unquoted(std::string_view quoted) {
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  const bool raw = quoted[0] == '`';
  if (inner.find(raw ? '\r' : '\\') == std::string_view::npos) {
    // Bytes beyond ASCII of a quoted string may be invalid UTF-8, which is replaced.
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (raw || std::all_of(inner.begin(), inner.end(), ascii)) return inner;
  }
  std::string text;
  if (!unquote(quoted, text)) fail("invalid syntax");
  return nodes_.copy(text);
}

std::string_view Parser::interned(std::string_view name) {
  for (const std::string_view known : variable_names_) {
    if (known == name) return known;
  }
  variable_names_.push_back(name);
  return name;
}

const VariableNode* Parser::variable(const Token& token) {
  auto* node = make<VariableNode>(NodeKind::variable, token.position);
  node->name = interned(token.text);
  return node;
}

// `$x := `, `$x = `, and in range `$i, $x := `.
void Parser::declarations(PipeNode& pipe, std::string_view context) {
  constexpr std::size_t declared_max = 2;
  const VariableNode** declared = nullptr;
  for (std::size_t count = 0;;) {
    const Token name = peek();
    if (name.kind != TokenKind::variable) return;
    next();
    const Token following = peek();
    const bool comma = following.kind == TokenKind::character && following.text == ",";
    if (following.kind != TokenKind::assign && following.kind != TokenKind::declare && !comma) {
      back_up(name);
      return;
    }
    if (!comma) pipe.is_assign = following.kind == TokenKind::assign;
    next();
    if (declared == nullptr) {
      declared = static_cast<const VariableNode**>(
          nodes_.allocate(declared_max * sizeof(const VariableNode*)));
    }
    declared[count++] = variable(name);
    pipe.declarations = {declared, count};
    tree_.variables.push_back(name.text);
    if (!comma) return;
    if (context != "range" || count >= declared_max) {
      fail("too many declarations in " + std::string(context));
    }
    const TokenKind kind = peek().kind;
    if (kind != TokenKind::variable && kind != TokenKind::right_delimiter &&
        kind != TokenKind::right_paren) {
      fail("range can only initialize variables");
    }
  }
}

const PipeNode* Parser::pipeline(std::string_view context, TokenKind end) {
  auto* pipe = make<PipeNode>(NodeKind::pipe, peek().position);
  declarations(*pipe, context);
  const std::size_t begin = pending_commands_.size();
  for (;;) {
    const Token token = next();
    if (token.kind == end) break;
    if (!starts_operand(token.kind)) unexpected(token, context);
    back_up();
    pending_commands_.push_back(command());
  }
  pipe->commands = keep_from(pending_commands_, begin);
  check_pipeline(pipe->commands, context);
  return pipe;
}

void Parser::check_pipeline(std::span<const CommandNode* const> commands,
                            std::string_view context) const {
  if (commands.empty()) fail("missing value for " + std::string(context));
  for (std::size_t i = 1; i < commands.size(); ++i) {
    switch (commands[i]->arguments[0]->kind) {
      case NodeKind::boolean:
      case NodeKind::dot:
      case NodeKind::nil:
      case NodeKind::number:
      case NodeKind::string:
        fail("non executable command in pipeline stage " + std::to_string(i + 1));
      default:
        break;
    }
  }
}

const CommandNode* Parser::command() {
  auto* node = make<CommandNode>(NodeKind::command, peek().position);
  const std::size_t begin = pending_nodes_.size();
  for (;;) {
    const Node* argument = operand();
    if (argument != nullptr) {
      pending_nodes_.push_back(argument);
      if (peek().after_space) continue;
    }
    const Token& token = next();
    if (token.kind == TokenKind::right_delimiter || token.kind == TokenKind::right_paren) {
      back_up();
    } else if (token.kind != TokenKind::pipe) {
      unexpected(token, "operand");
    }
    break;
  }
  if (pending_nodes_.size() == begin) fail("empty command");
  node->arguments = keep_from(pending_nodes_, begin);
  return node;
}

const Node* Parser::operand() {
  const Node* node = term();
  if (node == nullptr || !peek_field()) return node;
  return with_fields(node);
}

std::span<const std::string_view> Parser::following_fields(std::size_t begin) {
  while (peek_field()) pending_fields_.push_back(next().text.substr(1));
  return keep_from(pending_fields_, begin);
}

// The position of `.a.b` is that of its second field, as in Go.
const Node* Parser::field(const Token& token) {
  const std::size_t begin = pending_fields_.size();
  pending_fields_.push_back(token.text.substr(1));
  std::uint32_t position = token.position;
  if (peek_field()) position = peek().position;
  auto* node = make<FieldNode>(NodeKind::field, position);
  node->fields = following_fields(begin);
  return node;
}

const Node* Parser::with_fields(const Node* base) {
  const std::uint32_t position = peek().position;
  const std::size_t begin = pending_fields_.size();
  switch (base->kind) {
    case NodeKind::variable: {
      auto* node = make<VariableNode>(NodeKind::variable, position);
      node->name = static_cast<const VariableNode*>(base)->name;
      node->fields = following_fields(begin);
      return node;
    }
    case NodeKind::boolean:
    case NodeKind::string:
    case NodeKind::number:
    case NodeKind::nil:
    case NodeKind::dot: {
      std::string_view last;
      while (peek_field()) last = next().text;
      std::string text;
      append_node(text, *base);
      // Go has read what follows the fields by now, were it a blank, but for the one blank that
      // belongs to a trim marker.
      const auto behind = static_cast<std::size_t>(last.end() - text_.begin());
      const Token token = peek();
      const bool is_trimmed =
          token.kind == TokenKind::right_delimiter && token.position == behind + trim_mark_bytes;
      fail_at(is_trimmed ? token.position : behind, "unexpected . after term " + quote(text));
    }
    default:
      break;
  }
  auto* node = make<ChainNode>(NodeKind::chain, position);
  node->base = base;
  node->fields = following_fields(begin);
  return node;
}

const Node* Parser::identifier(const Token& token) {
  const Function* function = functions_.find(token.text);
  if (function == nullptr) fail("function " + quote(token.text) + " not defined");
  auto* node = make<IdentifierNode>(NodeKind::identifier, token.position);
  node->name = token.text;
  node->function = function;
  const bool builtin = function->body == nullptr;
  if (builtin && token.text == "and") node->lazy = LazyFunction::and_;
  if (builtin && token.text == "or") node->lazy = LazyFunction::or_;
  return node;
}

const Node* Parser::parenthesized() {
  if (tree_.paren_depth >= paren_depth_max) fail("max expression depth exceeded");
  ++tree_.paren_depth;
  const Node* node = nullptr;
  stack_.run([&] { node = pipeline("parenthesized pipeline", TokenKind::right_paren); });
  --tree_.paren_depth;
  return node;
}

const Node* Parser::term() {
  const Token token = next();
  switch (token.kind) {
    case TokenKind::identifier:
      return identifier(token);
    case TokenKind::dot:
      return make<Node>(NodeKind::dot, token.position);
    case TokenKind::keyword_nil:
      return make<Node>(NodeKind::nil, token.position);
    case TokenKind::variable: {
      const auto& known = tree_.variables;
      if (std::find(known.begin(), known.end(), token.text) == known.end()) {
        fail("undefined variable " + quote(token.text));
      }
      return variable(token);
    }
    case TokenKind::field:
      return field(token);
    case TokenKind::boolean: {
      auto* node = make<BooleanNode>(NodeKind::boolean, token.position);
      node->value = token.text == "true";
      return node;
    }
    case TokenKind::character_constant:
    case TokenKind::complex:
    case TokenKind::number: {
      auto* node = make<NumberNode>(NodeKind::number, token.position);
      try {
        *node = parse_number(token.text, token.kind == TokenKind::character_constant,
                             token.kind == TokenKind::complex);
      } catch (const FunctionError& error) {
        fail(error.what());
      }
      node->position = token.position;
      return node;
    }
    case TokenKind::left_paren:
      return parenthesized();
    case TokenKind::string:
    case TokenKind::raw_string: {
      auto* node = make<StringNode>(NodeKind::string, token.position);
      node->quoted = token.text;
      node->text = unquoted(token.text);
      return node;
    }
    default:
      break;
  }
  back_up();
  return nullptr;
}

}  // namespace reconcile::gotemplate
