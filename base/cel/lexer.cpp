// Tokens of the CEL grammar. Each token is the longest one that the grammar allows at its place;
// of a text that ends too early only the first character is refused, and what follows it is read
// on. Tests: test/cel/parser_test.cpp.
#include "base/cel/lexer.hpp"

#include <algorithm>
#include <array>

namespace reconcile::cel {
namespace {

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char32_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

class Lexer {
 public:
  Lexer(const SourceText& source, std::vector<Issue>& issues)
      : source_(source), text_(source.characters()), issues_(issues) {}

  std::vector<Token> run() {
    for (skip_blank(); next_ < text_.size(); skip_blank()) read_token();
    add(TokenKind::end, 0);
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char32_t at(std::size_t i) const { return i < text_.size() ? text_[i] : U'\0'; }

  void skip_blank() {
    while (next_ < text_.size()) {
      if (is_space(text_[next_])) {
        ++next_;
      } else if (text_[next_] == '/' && at(next_ + 1) == '/') {
        next_ = std::min(text_.find(U'\n', next_), text_.size());
      } else {
        return;
      }
    }
  }

  void add(TokenKind kind, std::size_t size) {
    tokens_.push_back({kind, static_cast<std::int32_t>(next_), static_cast<std::int32_t>(size),
                       source_.slice(next_, next_ + size)});
    next_ += size;
  }

  void read_token() {
    const char32_t c = text_[next_];
    if (const std::size_t size = text_size(next_); size > 0) return add(TokenKind::string, size);
    if (c == 'b' || c == 'B') {
      if (const std::size_t size = text_size(next_ + 1); size > 0) {
        return add(TokenKind::bytes, size + 1);
      }
    }
    if (is_letter(c)) return read_word();
    if (is_digit(c) || (c == '.' && is_digit(at(next_ + 1)))) return read_number();
    if (c == '`' && read_quoted_identifier()) return;
    read_symbol();
  }

  void read_word() {
    std::size_t end = next_;
    while (is_letter(at(end)) || is_digit(at(end))) ++end;
    const std::string word = source_.slice(next_, end);
    TokenKind kind = TokenKind::identifier;
    if (word == "true") kind = TokenKind::word_true;
    if (word == "false") kind = TokenKind::word_false;
    if (word == "null") kind = TokenKind::word_null;
    if (word == "in") kind = TokenKind::symbol;
    add(kind, end - next_);
  }

  void read_number() {
    std::size_t end = next_;
    if (at(end) == '0' && at(end + 1) == 'x' && is_hex(at(end + 2))) {
      end += 2;
      while (is_hex(at(end))) ++end;
      return add_integer(end);
    }
    while (is_digit(at(end))) ++end;
    bool whole = true;
    if (at(end) == '.' && is_digit(at(end + 1))) {
      whole = false;
      ++end;
      while (is_digit(at(end))) ++end;
    }
    if (at(end) == 'e' || at(end) == 'E') {
      std::size_t digits = end + 1;
      if (at(digits) == '+' || at(digits) == '-') ++digits;
      if (is_digit(at(digits))) {
        whole = false;
        end = digits;
        while (is_digit(at(end))) ++end;
      }
    }
    if (whole) return add_integer(end);
    add(TokenKind::floating, end - next_);
  }

  void add_integer(std::size_t end) {
    if (at(end) == 'u' || at(end) == 'U') {
      return add(TokenKind::unsigned_integer, end + 1 - next_);
    }
    add(TokenKind::integer, end - next_);
  }

  bool read_quoted_identifier() {
    const auto allowed = [](char32_t c) {
      return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    };
    std::size_t end = next_ + 1;
    while (allowed(at(end))) ++end;
    if (at(end) != '`' || end == next_ + 1) return false;
    add(TokenKind::quoted_identifier, end + 1 - next_);
    return true;
  }

  void read_symbol() {
    static constexpr std::array<std::u32string_view, 6> pairs = {U"==", U"!=", U"<=",
                                                                 U">=", U"&&", U"||"};
    const std::u32string_view rest(text_.data() + next_, text_.size() - next_);
    for (const std::u32string_view pair : pairs) {
      if (rest.starts_with(pair)) return add(TokenKind::symbol, 2);
    }
    static constexpr std::u32string_view singles = U"<>[]{}().,-!?:+*/%";
    if (singles.find(rest.front()) != std::u32string_view::npos) {
      return add(TokenKind::symbol, 1);
    }
    refuse();
  }

  void refuse() {
    issues_.push_back(
        {static_cast<std::int32_t>(next_),
         "Syntax error: token recognition error at: '" + source_.slice(next_, next_ + 1) + "'"});
    ++next_;
  }

  /// Characters of the string that begins at `begin`, its quotes and prefix included; 0 for none.
  [[nodiscard]] std::size_t text_size(std::size_t begin) const {
    std::size_t i = begin;
    const bool raw = at(i) == 'r' || at(i) == 'R';
    if (raw) ++i;
    const char32_t quote = at(i);
    if (quote != '"' && quote != '\'') return 0;
    if (at(i + 1) == quote && at(i + 2) == quote) {
      const std::size_t end = body_end(i + 3, quote, raw, true);
      if (end > 0) return end + 3 - begin;
    }
    const std::size_t end = body_end(i + 1, quote, raw, false);
    return end == 0 ? 0 : end + 1 - begin;
  }

  /// Where the closing quotes of a text stand whose body begins at `i`; 0 where it does not end.
  [[nodiscard]] std::size_t body_end(std::size_t i, char32_t quote, bool raw, bool triple) const {
    while (i < text_.size()) {
      const char32_t c = text_[i];
      if (c == quote && (!triple || (at(i + 1) == quote && at(i + 2) == quote))) return i;
      if (!triple && (c == '\n' || c == '\r')) return 0;
      if (c == '\\' && !raw) {
        const std::size_t size = escape_size(i);
        if (size == 0) return 0;
        i += size;
      } else {
        ++i;
      }
    }
    return 0;
  }

  [[nodiscard]] std::size_t escape_size(std::size_t i) const {
    const auto all_hex = [&](std::size_t count) {
      for (std::size_t k = 0; k < count; ++k) {
        if (!is_hex(at(i + 2 + k))) return std::size_t{0};
      }
      return count + 2;
    };
    const auto is_octal = [](char32_t c) { return c >= '0' && c <= '7'; };
    const char32_t c = at(i + 1);
    if (std::u32string_view(U"abfnrtv\"'\\?`").find(c) != std::u32string_view::npos) return 2;
    if (c == 'x' || c == 'X') return all_hex(2);
    if (c == 'u') return all_hex(4);
    if (c == 'U') return all_hex(8);
    if (c >= '0' && c <= '3' && is_octal(at(i + 2)) && is_octal(at(i + 3))) return 4;
    return 0;
  }

  const SourceText& source_;
  const std::u32string& text_;
  std::vector<Issue>& issues_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<Token> tokenize(const SourceText& source, std::vector<Issue>& issues) {
  return Lexer(source, issues).run();
}

}  // namespace reconcile::cel
