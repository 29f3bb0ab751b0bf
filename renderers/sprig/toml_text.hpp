#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::sprig {

/// What is wrong with a TOML text, and on which line.
struct TomlFault {
  std::size_t line;
  std::string message;
};

/// The characters of a TOML text, read one at a time with steps back, as BurntSushi/toml 1.6.0
/// reads them: a character that TOML refuses is told as soon as it is looked at, so how far a token
/// is looked ahead decides which fault is told. Every member that reads throws TomlFault.
class TomlText {
 public:
  /// What next() answers at the end; NUL itself is refused.
  static constexpr char32_t end = 0;

  explicit TomlText(std::string_view text) : text_(text) {}
  char32_t next();
  /// Undoes next(); at the end, only that the end was seen.
  void back();
  char32_t peek();
  /// Reads the next character where it is `expected`.
  bool accept(char32_t expected);
  void skip_blanks();

  /// The token starts at the next character.
  void start_token() { start_ = place_; }
  /// From the token's start up to the next character.
  [[nodiscard]] std::string_view token() const { return text_.substr(start_, place_ - start_); }
  [[nodiscard]] std::size_t place() const { return place_; }
  [[nodiscard]] std::size_t line_of(std::size_t place) const;

  /// Throws, naming the line of the next character; behind a last line end that line.
  [[noreturn]] void fail(const std::string& message) const;
  /// Throws, naming the line before that of the next character.
  [[noreturn]] void fail_before(const std::string& message) const;
  /// Throws, naming the line of `place`.
  [[noreturn]] void fail_at(std::size_t place, const std::string& message) const {
    throw TomlFault{line_of(place), message};
  }
  [[nodiscard]] bool saw_end() const { return saw_end_; }

 private:
  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t start_ = 0;
  bool saw_end_ = false;
};

inline bool is_toml_blank(char32_t c) {
  return c == ' ' || c == '\t';
}
inline bool is_toml_break(char32_t c) {
  return c == '\n' || c == '\r';
}
/// `c` as %q prints it.
std::string quoted_character(char32_t c);

}  // namespace reconcile::sprig
