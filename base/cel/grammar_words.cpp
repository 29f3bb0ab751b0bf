#include "base/cel/grammar_words.hpp"

#include <algorithm>
#include <array>

#include "base/cel/syntax.hpp"

namespace reconcile::cel {
namespace {

constexpr std::array<BinaryOperator, 7> relations = {{{"<", op::less, 1},
                                                      {"<=", op::less_equals, 1},
                                                      {">=", op::greater_equals, 1},
                                                      {">", op::greater, 1},
                                                      {"==", op::equals, 1},
                                                      {"!=", op::not_equals, 1},
                                                      {"in", op::in, 1}}};
constexpr std::array<BinaryOperator, 5> calculations = {{{"+", op::add, 1},
                                                         {"-", op::subtract, 1},
                                                         {"*", op::multiply, 2},
                                                         {"/", op::divide, 2},
                                                         {"%", op::modulo, 2}}};
constexpr std::array<std::string_view, 17> reserved = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

template <std::size_t size>
const BinaryOperator* find(const std::array<BinaryOperator, size>& table, const Token& token) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const BinaryOperator& row) { return token.is(row.symbol); });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const BinaryOperator* find_relation(const Token& token) {
  return find(relations, token);
}

const BinaryOperator* find_calculation(const Token& token) {
  return find(calculations, token);
}

bool is_reserved(std::string_view name) {
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

}  // namespace reconcile::cel
