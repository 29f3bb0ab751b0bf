// Tokens of Go's text/template (go1.26). Line numbers are those of a token's first byte.
#include <algorithm>
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

bool is_space(std::uint32_t rune) {
  return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n';
}

constexpr std::array<bool, 256> word_bytes = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("_0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_word(std::uint32_t rune) {
  if (rune < 0x80) return word_bytes[rune];
  return rune != end_of_text && (is_letter(rune) || is_digit(rune));
}

/// Whether a token of this kind can hold a line break.
bool may_span_lines(TokenKind kind) {
  return kind == TokenKind::text || kind == TokenKind::space || kind == TokenKind::raw_string;
}

constexpr std::pair<std::string_view, TokenKind> keywords[] = {
    {"block", TokenKind::keyword_block},
    {"break", TokenKind::keyword_break},
    {"continue", TokenKind::keyword_continue},
    {"define", TokenKind::keyword_define},
    {"else", TokenKind::keyword_else},
    {"end", TokenKind::keyword_end},
    {"false", TokenKind::boolean},
    {"if", TokenKind::keyword_if},
    {"nil", TokenKind::keyword_nil},
    {"range", TokenKind::keyword_range},
    {"template", TokenKind::keyword_template},
    {"true", TokenKind::boolean},
    {"with", TokenKind::keyword_with},
};

TokenKind keyword_kind(std::string_view word) {
  for (const auto& [text, kind] : keywords) {
    if (text == word) return kind;
  }
  return TokenKind::identifier;
}

int count_lines(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

const Token& Lexer::next() {
  token_ = {TokenKind::eof, static_cast<std::uint32_t>(position_), start_line_, "EOF"};
  State state = inside_action_ ? State::inside : State::text;
  while (state != State::stop) {
    switch (state) {
      case State::text:
        state = lex_text();
        break;
      case State::left_delimiter:
        state = lex_left_delimiter();
        break;
      case State::comment:
        state = lex_comment();
        break;
      case State::inside:
        state = lex_inside();
        break;
      case State::right_delimiter:
        state = lex_right_delimiter();
        break;
      case State::stop:
        break;
    }
  }
  return token_;
}

// The bytes between start_ and position_ are dropped.
void Lexer::start_here() {
  start_line_ += count_lines(source_.substr(start_, position_ - start_));
  start_ = position_;
}

Lexer::State Lexer::emit(TokenKind kind) {
  token_ = {kind, static_cast<std::uint32_t>(start_), start_line_,
            source_.substr(start_, position_ - start_)};
  if (may_span_lines(kind))
    start_here();
  else
    start_ = position_;
  return State::stop;
}

Lexer::State Lexer::fail(std::string message) {
  message_ = std::move(message);
  token_ = {TokenKind::error, static_cast<std::uint32_t>(start_), start_line_, message_};
  source_ = {};
  position_ = 0;
  start_ = 0;
  inside_action_ = false;
  return State::stop;
}

std::uint32_t Lexer::peek() const {
  if (position_ >= source_.size()) return end_of_text;
  const auto byte = static_cast<unsigned char>(source_[position_]);
  return byte < 0x80 ? byte : decode_rune(source_.substr(position_)).value;
}

std::uint32_t Lexer::advance() {
  if (position_ >= source_.size()) return end_of_text;
  const Rune rune = decode_rune(source_.substr(position_));
  position_ += rune.bytes;
  return rune.value;
}

bool Lexer::accept(std::string_view valid) {
  if (position_ >= source_.size() || valid.find(source_[position_]) == std::string_view::npos) {
    return false;
  }
  ++position_;
  return true;
}

void Lexer::accept_run(std::string_view valid) {
  while (accept(valid)) {
  }
}

bool Lexer::trims_right(std::size_t at) const {
  return at + 1 < source_.size() && is_space(static_cast<unsigned char>(source_[at])) &&
         source_[at + 1] == '-' && source_.substr(at + 2).starts_with(right_mark);
}

bool Lexer::at_right_delimiter(bool& trims) const {
  trims = trims_right(position_);
  return trims || source_.substr(position_).starts_with(right_mark);
}

void Lexer::skip_spaces() {
  while (position_ < source_.size() && is_space(static_cast<unsigned char>(source_[position_]))) {
    ++position_;
  }
}

Lexer::State Lexer::lex_text() {
  const std::size_t mark = source_.find(left_mark, position_);
  if (mark == std::string_view::npos) {
    position_ = source_.size();
    return emit(position_ > start_ ? TokenKind::text : TokenKind::eof);
  }
  if (mark > position_) {
    std::size_t end = mark;
    const std::size_t after = mark + left_mark.size();
    if (after + 1 < source_.size() && source_[after] == '-' &&
        is_space(static_cast<unsigned char>(source_[after + 1]))) {
      while (end > start_ && is_space(static_cast<unsigned char>(source_[end - 1]))) --end;
    }
    position_ = end;
    emit(TokenKind::text);
    position_ = mark;
    start_here();
    if (end > token_.position) return State::stop;
  }
  return State::left_delimiter;
}

Lexer::State Lexer::lex_left_delimiter() {
  position_ += left_mark.size();
  std::size_t after_marker = 0;
  if (position_ + 1 < source_.size() && source_[position_] == '-' &&
      is_space(static_cast<unsigned char>(source_[position_ + 1]))) {
    after_marker = 2;
  }
  if (source_.substr(position_ + after_marker).starts_with("/*")) {
    position_ += after_marker;
    start_here();
    return State::comment;
  }
  emit(TokenKind::left_delimiter);
  inside_action_ = true;
  position_ += after_marker;
  start_here();
  paren_depth_ = 0;
  return State::stop;
}

Lexer::State Lexer::lex_comment() {
  const std::size_t end = source_.find("*/", position_ + 2);
  if (end == std::string_view::npos) return fail("unclosed comment");
  position_ = end + 2;
  bool trims = false;
  if (!at_right_delimiter(trims)) return fail("comment ends before closing delimiter");
  position_ += right_mark.size() + (trims ? 2 : 0);
  if (trims) skip_spaces();
  start_here();
  return State::text;
}

Lexer::State Lexer::lex_right_delimiter() {
  const bool trims = trims_right(position_);
  if (trims) {
    position_ += 2;
    start_here();
  }
  position_ += right_mark.size();
  emit(TokenKind::right_delimiter);
  if (trims) {
    skip_spaces();
    start_here();
  }
  inside_action_ = false;
  return State::stop;
}

Lexer::State Lexer::lex_inside() {
  const std::uint32_t rune = peek();
  bool trims = false;
  if ((rune == '}' || is_space(rune)) && at_right_delimiter(trims)) {
    return paren_depth_ == 0 ? State::right_delimiter : fail("unclosed left paren");
  }
  if (rune == end_of_text) return fail("unclosed action");
  if (is_space(rune)) return lex_space();
  if ((rune >= '0' && rune <= '9') || rune == '+' || rune == '-') return lex_number();
  if (is_word(rune)) return lex_identifier();
  advance();
  switch (rune) {
    case '=':
      return emit(TokenKind::assign);
    case ':':
      if (!accept("=")) return fail("expected :=");
      return emit(TokenKind::declare);
    case '|':
      return emit(TokenKind::pipe);
    case '"':
      return lex_quoted('"', TokenKind::string, "unterminated quoted string");
    case '`':
      return lex_raw_quoted();
    case '$':
      return lex_field_or_variable(TokenKind::variable);
    case '\'':
      return lex_quoted('\'', TokenKind::character_constant, "unterminated character constant");
    case '.':
      if (position_ < source_.size() && source_[position_] >= '0' && source_[position_] <= '9') {
        --position_;
        return lex_number();
      }
      return lex_field_or_variable(TokenKind::field);
    case '(':
      ++paren_depth_;
      return emit(TokenKind::left_paren);
    case ')':
      if (--paren_depth_ < 0) return fail("unexpected right paren");
      return emit(TokenKind::right_paren);
    default:
      break;
  }
  if (rune < 0x80 && is_print(rune)) return emit(TokenKind::character);
  return fail("unrecognized character in action: " + describe_code(rune));
}

Lexer::State Lexer::lex_space() {
  skip_spaces();
  // The last space may belong to a trim marker.
  if (trims_right(position_ - 1)) {
    --position_;
    if (position_ == start_) return State::right_delimiter;
  }
  return emit(TokenKind::space);
}

bool Lexer::at_terminator() const {
  if (position_ >= source_.size()) return true;
  switch (source_[position_]) {
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
      return source_.substr(position_).starts_with(right_mark);
  }
}

void Lexer::skip_word() {
  do {
    while (position_ < source_.size() &&
           word_bytes[static_cast<unsigned char>(source_[position_])]) {
      ++position_;
    }
    // Letters beyond ASCII are rare.
  } while (is_word(peek()) && advance() != end_of_text);
}

Lexer::State Lexer::lex_identifier() {
  skip_word();
  if (!at_terminator()) return fail("bad character " + describe_code(peek()));
  return emit(keyword_kind(source_.substr(start_, position_ - start_)));
}

Lexer::State Lexer::lex_field_or_variable(TokenKind kind) {
  if (at_terminator()) return emit(kind == TokenKind::variable ? kind : TokenKind::dot);
  skip_word();
  if (!at_terminator()) return fail("bad character " + describe_code(peek()));
  return emit(kind);
}

Lexer::State Lexer::lex_quoted(char mark, TokenKind kind, std::string_view unterminated) {
  for (;;) {
    std::uint32_t rune = advance();
    if (rune == '\\') {
      rune = advance();
      if (rune != end_of_text && rune != '\n') continue;
    }
    if (rune == end_of_text || rune == '\n') return fail(std::string(unterminated));
    if (rune == static_cast<unsigned char>(mark)) return emit(kind);
  }
}

Lexer::State Lexer::lex_raw_quoted() {
  const std::size_t end = source_.find('`', position_);
  if (end == std::string_view::npos) return fail("unterminated raw quoted string");
  position_ = end + 1;
  return emit(TokenKind::raw_string);
}

Lexer::State Lexer::lex_number() {
  const auto bad = [&] {
    return fail("bad number syntax: " + quote(source_.substr(start_, position_ - start_)));
  };
  if (!scan_number()) return bad();
  const std::uint32_t sign = peek();
  if (sign != '+' && sign != '-') return emit(TokenKind::number);
  if (!scan_number() || source_[position_ - 1] != 'i') return bad();
  return emit(TokenKind::complex);
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
