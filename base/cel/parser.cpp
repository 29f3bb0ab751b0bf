// The grammar of CEL as cel-go 0.27 has it (parser/gen/CEL.g4), by recursive descent. `Depth`
// counts what its generated parser counts, `deepen` what the visitor of the parsed tree does.
// Tests: test/cel/parser_test.cpp.
#include "base/cel/parser.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/cel/grammar_words.hpp"
#include "base/cel/lexer.hpp"
#include "base/cel/literals.hpp"
#include "base/cel/macros.hpp"

namespace reconcile::cel {
namespace {

constexpr int depth_max = 250;
constexpr std::size_t characters_max = 100'000;

/// Ends the parse; the issue is noted already.
struct Stopped {};

class Parser {
 public:
  Parser(const SourceText& source, std::vector<Issue>& issues) : issues_(issues) {
    tokens_ = tokenize(source, issues);
  }

  SyntaxTree run() {
    try {
      tree_.root = expression();
      if (token().kind != TokenKind::end) fail_syntax("an operator or the end");
    } catch (const Stopped&) {
      tree_.root = tree_.add(ExprKind::literal, 0);
    }
    return std::move(tree_);
  }

 private:
  /// How deep a rule is nested, as long as it lives.
  class Depth {
   public:
    Depth(Parser& parser, int& count) : count_(count) {
      if (++count_ > depth_max) {
        parser.stop("expression recursion limit exceeded: " + std::to_string(depth_max));
      }
    }
    ~Depth() { --count_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

   private:
    int& count_;
  };

  [[nodiscard]] const Token& token(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }

  [[noreturn]] void stop(std::string message) {
    issues_.push_back({-1, std::move(message)});
    throw Stopped{};
  }

  [[noreturn]] void fail_syntax(const std::string& expected) {
    const Token& found = token();
    const std::string text = found.kind == TokenKind::end ? "<EOF>" : found.text;
    issues_.push_back(
        {found.offset, "Syntax error: mismatched input '" + text + "', expected " + expected});
    throw Stopped{};
  }

  Expr* report(std::int32_t offset, std::string message) {
    issues_.push_back({offset, std::move(message)});
    return tree_.add(ExprKind::literal, offset);
  }

  bool accept(std::string_view symbol) {
    if (!token().is(symbol)) return false;
    ++next_;
    return true;
  }

  Token expect(std::string_view symbol) {
    if (!token().is(symbol)) fail_syntax("'" + std::string(symbol) + "'");
    return tokens_[next_++];
  }

  Expr* call(std::int32_t offset, std::string name, std::vector<Expr*> arguments,
             Expr* target = nullptr) {
    if (Expr* expanded = expand_macro(tree_, offset, name, target, arguments, issues_)) {
      if (too_large(tree_)) {
        stop("expression expands to more than " + std::to_string(nodes_max) + " nodes");
      }
      return expanded;
    }
    Expr* node = tree_.add(ExprKind::call, offset);
    node->name = std::move(name);
    node->arguments = std::move(arguments);
    node->target = target;
    return node;
  }

  /// Notes how deep operators and members are nested in `node`, of which `parts` are the operands.
  Expr* deepen(Expr* node, const std::vector<Expr*>& parts, std::int32_t levels) {
    for (const Expr* part : parts) node->depth = std::max(node->depth, part->depth + levels);
    if (node->depth > depth_max) stop("max recursion depth exceeded");
    return node;
  }

  Expr* expression() {
    const Depth depth(*this, expression_depth_);
    Expr* condition = logical("||", op::logical_or);
    const std::int32_t offset = token().offset;
    if (!accept("?")) return condition;
    Expr* then = logical("||", op::logical_or);
    expect(":");
    Expr* otherwise = expression();
    Expr* node = call(offset, op::conditional, {condition, then, otherwise});
    return deepen(node, {condition, then, otherwise}, 1);
  }

  /// A chain of `||` over chains of `&&` over relations; long chains become balanced trees.
  Expr* logical(std::string_view symbol, const char* name) {
    const bool is_or = symbol == "||";
    const auto operand = [&] { return is_or ? logical("&&", op::logical_and) : relation(); };
    std::vector<Expr*> terms{operand()};
    std::vector<std::int32_t> offsets;
    while (token().is(symbol)) {
      offsets.push_back(token().offset);
      ++next_;
      terms.push_back(operand());
    }
    if (offsets.empty()) return terms.front();
    return deepen(balanced(name, terms, offsets, 0, offsets.size() - 1), terms, 1);
  }

  Expr* balanced(const char* name, const std::vector<Expr*>& terms,
                 const std::vector<std::int32_t>& offsets, std::size_t low, std::size_t high) {
    const std::size_t middle = (low + high + 1) / 2;
    Expr* left = middle == low ? terms[middle] : balanced(name, terms, offsets, low, middle - 1);
    Expr* right =
        middle == high ? terms[middle + 1] : balanced(name, terms, offsets, middle + 1, high);
    return call(offsets[middle], name, {left, right});
  }

  Expr* relation() {
    const Depth depth(*this, relation_depth_);
    Expr* left = sum(1);
    while (const BinaryOperator* found = find_relation(token())) {
      const std::int32_t offset = token().offset;
      ++next_;
      const Depth right_depth(*this, relation_depth_);
      Expr* right = sum(1);
      left = deepen(call(offset, found->name, {left, right}), {left, right}, 1);
    }
    return left;
  }

  Expr* sum(int precedence_min) {
    const Depth depth(*this, sum_depth_);
    Expr* left = unary();
    while (const BinaryOperator* found = find_calculation(token())) {
      if (found->precedence < precedence_min) break;
      const std::int32_t offset = token().offset;
      ++next_;
      Expr* right = sum(found->precedence + 1);
      left = deepen(call(offset, found->name, {left, right}), {left, right}, 1);
    }
    return left;
  }

  [[nodiscard]] bool signed_number() const {
    const TokenKind kind = token(1).kind;
    return token().is("-") && (kind == TokenKind::integer || kind == TokenKind::floating);
  }

  Expr* unary() {
    const std::string symbol = token().is("!") ? "!" : "-";
    if (!token().is(symbol) || signed_number()) return member();
    const std::int32_t offset = token().offset;
    std::size_t count = 0;
    while (accept(symbol)) ++count;
    Expr* operand = member();
    if (count % 2 == 0) return operand;
    Expr* node = call(offset, symbol == "!" ? op::logical_not : op::negate, {operand});
    return deepen(node, {operand}, 0);
  }

  Expr* member() {
    const Depth depth(*this, member_depth_);
    Expr* node = primary();
    while (token().is(".") || token().is("[")) {
      node = token().is(".") ? selected(node) : indexed(node);
    }
    return node;
  }

  Expr* selected(Expr* operand) {
    const std::int32_t offset = expect(".").offset;
    const bool optional = accept("?");
    const Token name = token();
    if (name.kind == TokenKind::quoted_identifier) {
      ++next_;
      issues_.push_back({name.offset, "unsupported syntax: '`'"});
      Expr* node = tree_.add(ExprKind::select, offset);
      node->target = operand;
      return node;
    }
    if (name.kind != TokenKind::identifier) fail_syntax("a field name");
    ++next_;
    if (!optional && token().is("(")) {
      const std::int32_t open = token().offset;
      std::vector<Expr*> parts = arguments();
      Expr* node = call(open, name.text, parts, operand);
      parts.push_back(operand);
      return deepen(node, parts, 1);
    }
    if (optional) {
      Expr* field = tree_.add(ExprKind::literal, name.offset);
      field->literal = name.text;
      return deepen(call(offset, op::optional_select, {operand, field}), {operand}, 1);
    }
    Expr* node = tree_.add(ExprKind::select, offset);
    node->target = operand;
    node->name = name.text;
    return deepen(node, {operand}, 1);
  }

  Expr* indexed(Expr* operand) {
    const std::int32_t offset = expect("[").offset;
    const bool optional = accept("?");
    Expr* index = expression();
    expect("]");
    Expr* node = call(offset, optional ? op::optional_index : op::index, {operand, index});
    return deepen(node, {operand, index}, 1);
  }

  std::vector<Expr*> arguments() {
    expect("(");
    std::vector<Expr*> list;
    if (accept(")")) return list;
    do list.push_back(expression());
    while (accept(","));
    expect(")");
    return list;
  }

  Expr* primary() {
    const Token first = token();
    if (first.is("(")) {
      ++next_;
      Expr* node = expression();
      expect(")");
      return node;
    }
    if (first.is("[")) return list();
    if (first.is("{")) return map();
    if (first.kind == TokenKind::identifier || first.is(".")) return named();
    return literal();
  }

  /// True where names joined by dots, then `{`, follow: a message is made.
  [[nodiscard]] bool at_message() const {
    std::size_t i = token().is(".") ? 1 : 0;
    while (token(i).kind == TokenKind::identifier && token(i + 1).is(".")) i += 2;
    return token(i).kind == TokenKind::identifier && token(i + 1).is("{");
  }

  Expr* named() {
    if (at_message()) return message();
    const std::int32_t offset = token().offset;
    const std::string dot = accept(".") ? "." : "";
    const Token name = token();
    if (name.kind != TokenKind::identifier) fail_syntax("a name");
    ++next_;
    const std::int32_t open = token().offset;
    if (token().is("(")) {
      std::vector<Expr*> list = arguments();
      if (is_reserved(name.text)) return report(offset, "reserved identifier: " + name.text);
      Expr* node = call(open, dot + name.text, list);
      return deepen(node, list, 0);
    }
    if (is_reserved(name.text)) return report(offset, "reserved identifier: " + name.text);
    Expr* node = tree_.add(ExprKind::identifier, name.offset);
    node->name = dot + name.text;
    return node;
  }

  Expr* message() {
    std::string name;
    while (!token().is("{")) name += tokens_[next_++].text;
    Expr* node = tree_.add(ExprKind::message, expect("{").offset);
    node->name = std::move(name);
    while (!token().is("}") && !token().is(",")) {
      const bool optional = accept("?");
      const Token field = token();
      if (field.kind != TokenKind::identifier) fail_syntax("a field name");
      ++next_;
      Expr* key = tree_.add(ExprKind::literal, expect(":").offset);
      key->literal = field.text;
      Expr* value = expression();
      node->entries.push_back({key, value, optional});
      deepen(node, {value}, 0);
      if (!token().is(",") || token(1).is("}") || token(1).is(",")) break;
      ++next_;
    }
    accept(",");
    expect("}");
    return node;
  }

  Expr* list() {
    Expr* node = tree_.add(ExprKind::list, expect("[").offset);
    while (!token().is("]") && !token().is(",")) {
      const bool optional = accept("?");
      Expr* item = expression();
      node->entries.push_back({nullptr, item, optional});
      deepen(node, {item}, 0);
      if (!token().is(",") || token(1).is("]") || token(1).is(",")) break;
      ++next_;
    }
    accept(",");
    expect("]");
    return node;
  }

  Expr* map() {
    Expr* node = tree_.add(ExprKind::map, expect("{").offset);
    while (!token().is("}") && !token().is(",")) {
      const bool optional = accept("?");
      Expr* key = expression();
      expect(":");
      Expr* value = expression();
      node->entries.push_back({key, value, optional});
      deepen(node, {key, value}, 0);
      if (!token().is(",") || token(1).is("}") || token(1).is(",")) break;
      ++next_;
    }
    accept(",");
    expect("}");
    return node;
  }

  Expr* literal() {
    const std::int32_t offset = token().offset;
    const std::string sign = signed_number() ? "-" : "";
    if (!sign.empty()) ++next_;
    const TokenKind kind = token().kind;
    if (kind == TokenKind::end || kind == TokenKind::symbol ||
        kind == TokenKind::quoted_identifier) {
      fail_syntax("an expression");
    }
    Expr* node = tree_.add(ExprKind::literal, offset);
    try {
      node->literal = literal_of(tokens_[next_++], sign);
    } catch (const std::invalid_argument& error) {
      return report(offset, error.what());
    }
    return node;
  }

  std::vector<Issue>& issues_;
  std::vector<Token> tokens_;
  SyntaxTree tree_;
  std::size_t next_ = 0;
  int expression_depth_ = 0;
  int relation_depth_ = 0;
  int sum_depth_ = 0;
  int member_depth_ = 0;
};

}  // namespace

SyntaxTree parse_syntax(const SourceText& source, std::vector<Issue>& issues) {
  if (const std::size_t size = source.characters().size(); size > characters_max) {
    issues.push_back({-1, "expression code point size exceeds limit: size: " +
                              std::to_string(size) + ", limit " + std::to_string(characters_max)});
    return {};
  }
  return Parser(source, issues).run();
}

}  // namespace reconcile::cel
