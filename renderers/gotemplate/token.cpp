#include "renderers/gotemplate/token.hpp"

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {

std::string describe(const Token& token) {
  if (token.kind == TokenKind::eof) return "EOF";
  if (token.kind == TokenKind::error) return std::string(token.text);
  if (token.kind >= TokenKind::keyword_block) return "<" + std::string(token.text) + ">";
  if (token.text.size() <= 10) return quote(token.text);
  std::size_t end = 0;
  for (int i = 0; i < 10 && end < token.text.size(); ++i) {
    end += decode_rune(token.text.substr(end)).bytes;
  }
  return quote(token.text.substr(0, end)) + "...";
}

}  // namespace reconcile::gotemplate
