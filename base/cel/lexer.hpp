#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cel/source_text.hpp"

namespace reconcile::cel {

enum class TokenKind : std::uint8_t {
  end,
  identifier,
  quoted_identifier,  ///< `name` in backquotes; the grammar has it, the environment refuses it
  integer,
  unsigned_integer,
  floating,
  string,
  bytes,
  word_true,
  word_false,
  word_null,
  symbol,  ///< operators, brackets and `in`; told apart by their text
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::int32_t offset = 0;  ///< in characters
  std::int32_t size = 0;
  std::string text;  ///< as written

  [[nodiscard]] bool is(std::string_view symbol) const noexcept {
    return kind == TokenKind::symbol && text == symbol;
  }
};

/// All tokens of `source` with an `end` behind them. Characters that begin no token are reported in
/// `issues` and left out, as the lexer of cel-go 0.27 does.
std::vector<Token> tokenize(const SourceText& source, std::vector<Issue>& issues);

}  // namespace reconcile::cel
