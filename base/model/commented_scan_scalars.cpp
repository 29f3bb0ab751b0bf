#include <algorithm>

#include "base/model/commented_scanner.hpp"
#include "base/model/utf8.hpp"

namespace reconcile::model {

/// Blanks and breaks between two words of a flow scalar, and how they are folded.
struct FoldedBlanks {
  std::string blanks;
  std::string first_break;
  std::string more_breaks;
  bool at_line_start = false;

  void append_to(std::string& out) {
    if (!at_line_start) {
      out += blanks;
    } else if (first_break.starts_with('\n')) {
      out += more_breaks.empty() ? " " : more_breaks;
    } else {
      out += first_break + more_breaks;
    }
    blanks.clear();
    first_break.clear();
    more_breaks.clear();
    at_line_start = false;
  }
};

CommentedToken CommentedScanner::scan_block_scalar(bool is_literal) {
  CommentedToken token;
  token.kind = TokenKind::scalar;
  token.style = is_literal ? Style::literal : Style::folded;
  token.start = cursor_.mark();
  int chomping = 0;
  std::ptrdiff_t indent = 0;
  scan_block_header(token.start, chomping, indent);
  if (indent > 0 && indent_ > 0) indent += indent_;
  std::string& out = token.value;
  std::string first_break;
  std::string more_breaks;
  scan_block_breaks(indent, more_breaks, token.start);
  cursor_.ensure(1);
  bool after_blank = false;
  while (cursor_.mark().column == indent && !cursor_.is_end()) {
    const bool before_blank = cursor_.is_blank();
    if (!is_literal && !after_blank && !before_blank && first_break.starts_with('\n')) {
      if (more_breaks.empty()) out += ' ';
    } else {
      out += first_break;
    }
    first_break.clear();
    out += more_breaks;
    more_breaks.clear();
    after_blank = before_blank;
    while (!cursor_.is_break_or_end()) {
      cursor_.read(out);
      cursor_.ensure(1);
    }
    cursor_.ensure(2);
    cursor_.read_line(first_break);
    scan_block_breaks(indent, more_breaks, token.start);
  }
  if (chomping != -1) out += first_break;
  if (chomping == 1) out += more_breaks;
  return token;
}

void CommentedScanner::scan_block_header(const TextMark& start, int& chomping,
                                         std::ptrdiff_t& increment) {
  cursor_.skip();
  const auto scan_chomping = [&] {
    cursor_.ensure(1);
    if (cursor_.at() != '+' && cursor_.at() != '-') return false;
    chomping = cursor_.at() == '+' ? 1 : -1;
    cursor_.skip();
    return true;
  };
  const auto scan_increment = [&] {
    cursor_.ensure(1);
    if (!cursor_.is_digit()) return false;
    if (cursor_.at() == '0') fail(start, "found an indentation indicator equal to 0");
    increment = cursor_.at() - '0';
    cursor_.skip();
    return true;
  };
  if (scan_chomping()) {
    scan_increment();
  } else if (scan_increment()) {
    scan_chomping();
  }
  cursor_.skip_blanks();
  if (cursor_.at() == '#') {
    scan_line_comment(start);
    while (!cursor_.is_break_or_end()) {
      cursor_.skip();
      cursor_.ensure(1);
    }
  }
  if (!cursor_.is_break_or_end()) fail(start, "did not find expected comment or line break");
  cursor_.ensure(2);
  cursor_.skip_line();
}

void CommentedScanner::scan_block_breaks(std::ptrdiff_t& indent, std::string& breaks,
                                         const TextMark& start) {
  std::ptrdiff_t deepest = 0;
  while (true) {
    cursor_.ensure(1);
    while ((indent == 0 || cursor_.mark().column < indent) && cursor_.at() == ' ') {
      cursor_.skip();
      cursor_.ensure(1);
    }
    const std::ptrdiff_t column = cursor_.mark().column;
    deepest = std::max(deepest, column);
    if ((indent == 0 || column < indent) && cursor_.at() == '\t') {
      fail(start, "found a tab character where an indentation space is expected");
    }
    if (!cursor_.is_break()) break;
    cursor_.ensure(2);
    cursor_.read_line(breaks);
  }
  if (indent == 0) indent = std::max(std::max(deepest, indent_ + 1), std::ptrdiff_t{1});
}

CommentedToken CommentedScanner::scan_quoted(bool is_single) {
  CommentedToken token;
  token.kind = TokenKind::scalar;
  token.style = is_single ? Style::single_quoted : Style::double_quoted;
  token.start = cursor_.mark();
  const char quote = is_single ? '\'' : '"';
  cursor_.skip();
  while (true) {
    cursor_.ensure(4);
    if (cursor_.is_document_indicator()) fail(token.start, "found unexpected document indicator");
    if (cursor_.is_end()) fail(token.start, "found unexpected end of stream");
    FoldedBlanks blanks;
    blanks.at_line_start = scan_quoted_word(is_single, token.start, token.value);
    cursor_.ensure(1);
    if (cursor_.at() == quote) break;
    scan_blanks(blanks, nullptr);
    blanks.append_to(token.value);
  }
  cursor_.skip();
  return token;
}

// True where the word ended with an escaped line break.
bool CommentedScanner::scan_quoted_word(bool is_single, const TextMark& start, std::string& out) {
  while (!cursor_.is_space_or_end()) {
    const char c = cursor_.at();
    if (is_single && c == '\'') {
      if (cursor_.at(1) != '\'') return false;
      out += '\'';
      cursor_.skip();
      cursor_.skip();
    } else if (!is_single && c == '"') {
      return false;
    } else if (!is_single && c == '\\') {
      if (cursor_.is_break(1)) {
        cursor_.ensure(3);
        cursor_.skip();
        cursor_.skip_line();
        return true;
      }
      scan_escape(start, out);
    } else {
      cursor_.read(out);
    }
    cursor_.ensure(2);
  }
  return false;
}

void CommentedScanner::scan_escape(const TextMark& start, std::string& out) {
  const char letter = cursor_.at(1);
  constexpr std::string_view letters = "0abt\tnvfre \"'\\N_LP";
  constexpr std::uint32_t values[] = {0,    7,    8,   9,    9,    10,   11,   12,     13,
                                      0x1B, 0x20, '"', '\'', '\\', 0x85, 0xA0, 0x2028, 0x2029};
  const std::size_t known = letter == '\0' ? std::string_view::npos : letters.find(letter);
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (known == std::string_view::npos && digits == 0) fail(start, "found unknown escape character");
  if (known != std::string_view::npos) append_rune(values[known], out);
  cursor_.skip();
  cursor_.skip();
  if (digits > 0) scan_code_point(digits, start, out);
}

void CommentedScanner::scan_code_point(std::size_t digits, const TextMark& start,
                                       std::string& out) {
  cursor_.ensure(digits);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = cursor_.hex(i);
    if (digit < 0) fail(start, "did not find expected hexdecimal number");
    value = value * 16 + static_cast<std::uint64_t>(digit);
  }
  if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
    fail(start, "found invalid Unicode character escape code");
  }
  append_rune(static_cast<std::uint32_t>(value), out);
  for (std::size_t i = 0; i < digits; ++i) cursor_.skip();
}

// Reads blanks and breaks; `plain_start` is set in a plain scalar, where tabs must not indent.
void CommentedScanner::scan_blanks(FoldedBlanks& blanks, const TextMark* plain_start) {
  while (cursor_.is_blank() || cursor_.is_break()) {
    if (cursor_.is_blank()) {
      if (plain_start != nullptr && blanks.at_line_start && cursor_.mark().column < indent_ + 1 &&
          cursor_.at() == '\t') {
        fail(*plain_start, "found a tab character that violates indentation");
      }
      if (blanks.at_line_start) {
        cursor_.skip();
      } else {
        cursor_.read(blanks.blanks);
      }
    } else {
      cursor_.ensure(2);
      cursor_.read_line(blanks.at_line_start ? blanks.more_breaks : blanks.first_break);
      blanks.at_line_start = true;
    }
    cursor_.ensure(1);
  }
}

CommentedToken CommentedScanner::scan_plain() {
  CommentedToken token;
  token.kind = TokenKind::scalar;
  token.start = cursor_.mark();
  FoldedBlanks blanks;
  while (true) {
    cursor_.ensure(4);
    if (cursor_.is_document_indicator() || cursor_.at() == '#') break;
    if (!scan_plain_word(token.value, blanks)) break;
    cursor_.ensure(1);
    scan_blanks(blanks, &token.start);
    if (flow_level_ == 0 && cursor_.mark().column < indent_ + 1) break;
  }
  if (blanks.at_line_start) simple_key_allowed_ = true;
  return token;
}

// False where the scalar ends with this word.
bool CommentedScanner::scan_plain_word(std::string& out, FoldedBlanks& blanks) {
  while (!cursor_.is_space_or_end()) {
    const char c = cursor_.at();
    if (c == ':' && cursor_.is_space_or_end(1)) break;
    if (flow_level_ > 0 && std::string_view(",?[]{}").find(c) != std::string_view::npos) break;
    blanks.append_to(out);
    cursor_.read(out);
    cursor_.ensure(2);
  }
  return cursor_.is_blank() || cursor_.is_break();
}

}  // namespace reconcile::model
