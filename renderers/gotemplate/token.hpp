#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::gotemplate {

/// Kinds of tokens. Everything from `keyword_block` on is a keyword and printed as <word> in
/// errors.
enum class TokenKind : std::uint8_t {
  error,
  boolean,
  character,  ///< any other printable ASCII character, such as a comma
  character_constant,
  complex,
  assign,
  declare,
  eof,
  field,
  identifier,
  left_delimiter,
  left_paren,
  number,
  pipe,
  raw_string,
  right_delimiter,
  right_paren,
  space,
  string,
  text,
  variable,
  keyword_block,
  keyword_break,
  keyword_continue,
  dot,
  keyword_define,
  keyword_else,
  keyword_end,
  keyword_if,
  keyword_nil,
  keyword_range,
  keyword_template,
  keyword_with,
};

/// One token. `text` is a view of the source, or of the lexer's message for an error.
struct Token {
  TokenKind kind = TokenKind::eof;
  std::uint32_t position = 0;  ///< byte offset in the source
  int line = 1;                ///< from 1
  std::string_view text;
};

/// As Go's parser names a token in messages: EOF, <else>, "foo", "0123456789"…
std::string describe(const Token& token);

/// Splits a template into tokens, one at a time. After an error token only EOF follows.
class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}
  /// Valid until the next call.
  const Token& next();

 private:
  enum class State : std::uint8_t { text, left_delimiter, comment, inside, right_delimiter, stop };

  State lex_text();
  State lex_left_delimiter();
  State lex_comment();
  State lex_right_delimiter();
  State lex_inside();
  State lex_space();
  State lex_identifier();
  State lex_field_or_variable(TokenKind kind);
  State lex_quoted(char mark, TokenKind kind, std::string_view unterminated);
  State lex_raw_quoted();
  State lex_number();
  bool scan_number();

  [[nodiscard]] std::uint32_t peek() const;
  std::uint32_t advance();
  bool accept(std::string_view valid);
  void accept_run(std::string_view valid);
  [[nodiscard]] bool at_terminator() const;
  [[nodiscard]] bool at_right_delimiter(bool& trims) const;
  [[nodiscard]] bool trims_right(std::size_t at) const;
  void skip_spaces();
  void skip_word();
  void start_here();
  State emit(TokenKind kind);
  State fail(std::string message);

  std::string_view source_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  int start_line_ = 1;
  int paren_depth_ = 0;
  bool inside_action_ = false;
  Token token_;
  std::string message_;
};

}  // namespace reconcile::gotemplate
