// Tokens of Go's text/template (go1.26).
#include <array>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/gotemplate/token.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr std::uint32_t end_of_text = 0xFFFFFFFFU;
constexpr std::string_view left_mark = "{{";
constexpr std::string_view right_mark = "}}";

/// What a byte can begin or continue inside of an action.
enum class ByteKind : std::uint8_t { other, word, digit, space };

constexpr std::array<ByteKind, 256> byte_kinds = [] {
  std::array<ByteKind, 256> table{};
  const auto set = [&](std::string_view bytes, ByteKind kind) {
    for (const char c : bytes) table[static_cast<unsigned char>(c)] = kind;
  };
  set("_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", ByteKind::word);
  set("0123456789", ByteKind::digit);
  set(" \t\r\n", ByteKind::space);
  return table;
}();

ByteKind kind_of(char c) {
  return byte_kinds[static_cast<unsigned char>(c)];
}

bool is_space(char c) {
  return kind_of(c) == ByteKind::space;
}

bool is_word_byte(char c) {
  const ByteKind kind = kind_of(c);
  return kind == ByteKind::word || kind == ByteKind::digit;
}

bool is_word(std::uint32_t rune) {
  if (rune < 0x80) return is_word_byte(static_cast<char>(rune));
  return rune != end_of_text && (is_letter(rune) || is_digit(rune));
}

constexpr std::pair<std::string_view, TokenKind> keywords[] = {
    {"if", TokenKind::keyword_if},
    {"end", TokenKind::keyword_end},
    {"nil", TokenKind::keyword_nil},
    {"else", TokenKind::keyword_else},
    {"true", TokenKind::boolean},
    {"with", TokenKind::keyword_with},
    {"block", TokenKind::keyword_block},
    {"break", TokenKind::keyword_break},
    {"false", TokenKind::boolean},
    {"range", TokenKind::keyword_range},
    {"define", TokenKind::keyword_define},
    {"continue", TokenKind::keyword_continue},
    {"template", TokenKind::keyword_template},
};

/// The bytes that keywords begin with.
constexpr std::array<bool, 256> keyword_bytes = [] {
  std::array<bool, 256> table{};
  for (const auto& [text, kind] : keywords) table[static_cast<unsigned char>(text[0])] = true;
  return table;
}();

TokenKind keyword_kind(std::string_view word) {
  constexpr std::size_t longest = 8;
  if (word.size() > longest || !keyword_bytes[static_cast<unsigned char>(word[0])]) {
    return TokenKind::identifier;
  }
  for (const auto& [text, kind] : keywords) {
    if (text.size() > word.size()) break;
    if (text[0] == word[0] && text == word) return kind;
  }
  return TokenKind::identifier;
}

}  // namespace

void Lexer::fail(Token& token, std::string message) {
  message_ = std::move(message);
  token.kind = TokenKind::error;
  token.position = static_cast<std::uint32_t>(start_ - begin_);
  token.text = message_;
  at_ = end_;
  start_ = end_;
  inside_action_ = false;
}

std::uint32_t Lexer::peek() const {
  if (at_ == end_) return end_of_text;
  const auto byte = static_cast<unsigned char>(*at_);
  return byte < 0x80 ? byte : decode_rune(rest()).value;
}

std::uint32_t Lexer::advance() {
  if (at_ == end_) return end_of_text;
  const auto byte = static_cast<unsigned char>(*at_);
  if (byte < 0x80) {
    ++at_;
    return byte;
  }
  const Rune rune = decode_rune(rest());
  at_ += rune.bytes;
  return rune.value;
}

bool Lexer::accept(std::string_view valid) {
  if (at_ == end_ || valid.find(*at_) == std::string_view::npos) return false;
  ++at_;
  return true;
}

void Lexer::accept_run(std::string_view valid) {
  while (accept(valid)) {
  }
}

bool Lexer::trims_right(const char* at) const {
  return end_ - at >= 4 && at[1] == '-' && is_space(at[0]) && at_right_mark(at + 2);
}

void Lexer::skip_spaces() {
  while (at_ != end_ && is_space(*at_)) ++at_;
}

void Lexer::lex_text(Token& token) {
  token.after_space = false;
  for (;;) {
    start_ = at_;
    const std::size_t found = rest().find(left_mark);
    if (found == std::string_view::npos) {
      at_ = end_;
      return emit(token, start_ == end_ ? TokenKind::eof : TokenKind::text);
    }
    const char* mark = at_ + found;
    const bool trims = end_ - mark >= 4 && mark[2] == '-' && is_space(mark[3]);
    if (found > 0) {
      at_ = mark;
      while (trims && at_ > start_ && is_space(at_[-1])) --at_;
      emit(token, TokenKind::text);
      at_ = mark;
      if (!token.text.empty()) return;
    }
    start_ = mark;
    at_ = mark + (trims ? 4 : 2);
    if (!rest().starts_with("/*")) break;
    if (!skip_comment(token)) return;
  }
  inside_action_ = true;
  paren_depth_ = 0;
  token.kind = TokenKind::left_delimiter;
  token.position = static_cast<std::uint32_t>(start_ - begin_);
  token.text = {start_, left_mark.size()};
}

/// From the comment's mark to behind the right delimiter; false with an error in `token`.
bool Lexer::skip_comment(Token& token) {
  start_ = at_;
  const std::size_t found = rest().find("*/", 2);
  if (found == std::string_view::npos) {
    fail(token, "unclosed comment");
    return false;
  }
  at_ += found + 2;
  const bool trims = trims_right(at_);
  if (!trims && !at_right_mark(at_)) {
    fail(token, "comment ends before closing delimiter");
    return false;
  }
  at_ += trims ? 4 : 2;
  if (trims) skip_spaces();
  return true;
}

void Lexer::lex_right_delimiter(Token& token, bool trims) {
  if (paren_depth_ != 0) return fail(token, "unclosed left paren");
  if (trims) start_ = at_ += 2;
  at_ += right_mark.size();
  emit(token, TokenKind::right_delimiter);
  if (trims) skip_spaces();
  inside_action_ = false;
}

void Lexer::lex_inside(Token& token) {
  const char* before = at_;
  skip_spaces();
  start_ = at_;
  token.after_space = at_ != before;
  if (at_ == end_) return fail(token, "unclosed action");
  switch (kind_of(*at_)) {
    case ByteKind::word:
      return lex_identifier(token);
    case ByteKind::digit:
      return lex_number(token);
    default:
      break;
  }
  const char first = *at_;
  if (first == '.') {
    ++at_;
    if (at_ != end_ && kind_of(*at_) == ByteKind::digit) {
      --at_;
      return lex_number(token);
    }
    return lex_field_or_variable(token, TokenKind::field);
  }
  if (first == '}' && at_right_mark(at_)) return lex_right_delimiter(token, false);
  if (first == '-' && at_ != before && trims_right(at_ - 1)) {
    // The last blank belongs to the trim marker.
    start_ = --at_;
    return lex_right_delimiter(token, true);
  }
  const std::uint32_t rune = advance();
  if (rune >= 0x80 && is_word(rune)) {
    at_ = start_;
    return lex_identifier(token);
  }
  lex_other(token, rune);
}

/// Behind `rune`, the first of the token.
void Lexer::lex_other(Token& token, std::uint32_t rune) {
  switch (rune) {
    case '+':
    case '-':
      at_ = start_;
      return lex_number(token);
    case '=':
      return emit(token, TokenKind::assign);
    case ':':
      if (!accept("=")) return fail(token, "expected :=");
      return emit(token, TokenKind::declare);
    case '|':
      return emit(token, TokenKind::pipe);
    case '"':
      return lex_quoted(token, '"', TokenKind::string);
    case '`':
      return lex_raw_quoted(token);
    case '$':
      return lex_field_or_variable(token, TokenKind::variable);
    case '\'':
      return lex_quoted(token, '\'', TokenKind::character_constant);
    case '(':
      ++paren_depth_;
      return emit(token, TokenKind::left_paren);
    case ')':
      if (--paren_depth_ < 0) return fail(token, "unexpected right paren");
      return emit(token, TokenKind::right_paren);
    default:
      break;
  }
  if (rune < 0x80 && is_print(rune)) return emit(token, TokenKind::character);
  fail(token, "unrecognized character in action: " + describe_code(rune));
}

bool Lexer::at_terminator() const {
  if (at_ == end_) return true;
  switch (*at_) {
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case '.':
    case ',':
    case '|':
    case ':':
    case ')':
    case '(':
      return true;
    default:
      return at_right_mark(at_);
  }
}

void Lexer::skip_word() {
  do {
    const char* at = at_;
    while (at != end_ && is_word_byte(*at)) ++at;
    at_ = at;
    // Letters beyond ASCII are rare.
  } while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x80 && is_word(peek()) &&
           advance() != end_of_text);
}

void Lexer::lex_identifier(Token& token) {
  skip_word();
  if (!at_terminator()) return fail(token, "bad character " + describe_code(peek()));
  emit(token, TokenKind::identifier);
  token.kind = keyword_kind(token.text);
}

void Lexer::lex_field_or_variable(Token& token, TokenKind kind) {
  if (at_terminator()) {
    return emit(token, kind == TokenKind::variable ? kind : TokenKind::dot);
  }
  skip_word();
  if (!at_terminator()) return fail(token, "bad character " + describe_code(peek()));
  emit(token, kind);
}

void Lexer::lex_quoted(Token& token, char mark, TokenKind kind) {
  for (; at_ != end_ && *at_ != '\n'; ++at_) {
    if (*at_ == mark) {
      ++at_;
      return emit(token, kind);
    }
    if (*at_ == '\\' && (++at_ == end_ || *at_ == '\n')) break;
  }
  fail(token, kind == TokenKind::string ? "unterminated quoted string"
                                        : "unterminated character constant");
}

void Lexer::lex_raw_quoted(Token& token) {
  const std::size_t found = rest().find('`');
  if (found == std::string_view::npos) return fail(token, "unterminated raw quoted string");
  at_ += found + 1;
  emit(token, TokenKind::raw_string);
}

void Lexer::lex_number(Token& token) {
  const auto bad = [&] {
    const std::string_view text(start_, static_cast<std::size_t>(at_ - start_));
    fail(token, "bad number syntax: " + quote(text));
  };
  if (!scan_number()) return bad();
  const std::uint32_t sign = peek();
  if (sign != '+' && sign != '-') return emit(token, TokenKind::number);
  if (!scan_number() || at_[-1] != 'i') return bad();
  emit(token, TokenKind::complex);
}

bool Lexer::scan_number() {
  accept("+-");
  std::string_view digits = "0123456789_";
  bool decimal = true;
  bool hexadecimal = false;
  if (accept("0")) {
    if (accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
      hexadecimal = true;
      decimal = false;
    } else if (accept("oO")) {
      digits = "01234567_";
      decimal = false;
    } else if (accept("bB")) {
      digits = "01_";
      decimal = false;
    }
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if ((decimal && accept("eE")) || (hexadecimal && accept("pP"))) {
    accept("+-");
    accept_run("0123456789_");
  }
  accept("i");
  if (!is_word(peek())) return true;
  advance();
  return false;
}

}  // namespace reconcile::gotemplate
