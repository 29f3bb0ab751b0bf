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

/// One token. `text` is a view of the source, or of the lexer's message for an error. Blanks inside
/// of actions are no tokens: they mark the one behind them.
struct Token {
  TokenKind kind = TokenKind::eof;
  bool after_space = false;
  std::uint32_t position = 0;  ///< byte offset in the source
  std::string_view text;
};

/// As Go's parser names a token in messages: EOF, <else>, "foo", "0123456789"…
std::string describe(const Token& token);

/// Splits a template into tokens, one at a time. After an error token only EOF follows.
class Lexer {
 public:
  explicit Lexer(std::string_view source)
      : begin_(source.data()), at_(source.data()), end_(source.data() + source.size()) {}
  /// Replaces `token` by the next one.
  void next(Token& token) {
    if (inside_action_) {
      lex_inside(token);
    } else {
      lex_text(token);
    }
  }

 private:
  void lex_text(Token& token);
  void lex_inside(Token& token);
  void lex_other(Token& token, std::uint32_t rune);
  void lex_identifier(Token& token);
  void lex_field_or_variable(Token& token, TokenKind kind);
  void lex_quoted(Token& token, char mark, TokenKind kind);
  void lex_raw_quoted(Token& token);
  void lex_number(Token& token);
  void lex_right_delimiter(Token& token, bool trims);
  bool skip_comment(Token& token);
  bool scan_number();

  [[nodiscard]] std::string_view rest() const {
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }
  [[nodiscard]] std::uint32_t peek() const;
  std::uint32_t advance();
  bool accept(std::string_view valid);
  void accept_run(std::string_view valid);
  [[nodiscard]] bool at_terminator() const;
  [[nodiscard]] bool at_right_mark(const char* at) const {
    return end_ - at >= 2 && at[0] == '}' && at[1] == '}';
  }
  [[nodiscard]] bool trims_right(const char* at) const;
  void skip_spaces();
  void skip_word();
  /// Everything from `start` to here is the token.
  void emit(Token& token, TokenKind kind) const {
    token.kind = kind;
    token.position = static_cast<std::uint32_t>(start_ - begin_);
    token.text = {start_, static_cast<std::size_t>(at_ - start_)};
  }
  void fail(Token& token, std::string message);

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* start_ = nullptr;  ///< of the token that is being read
  int paren_depth_ = 0;
  bool inside_action_ = false;
  std::string message_;
};

}  // namespace reconcile::gotemplate
