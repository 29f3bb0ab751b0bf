#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "renderers/sprig/toml.hpp"

namespace reconcile::sprig {

/// The characters of a TOML text and what the library says about wrong ones.
class TomlText {
 public:
  static constexpr char end = '\0';

  explicit TomlText(std::string_view text) : text_(text) {}
  [[nodiscard]] bool at_end() const { return next_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return next_ + ahead < text_.size() ? text_[next_ + ahead] : end;
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(next_); }
  char take() { return at_end() ? end : text_[next_++]; }
  void skip(std::size_t count) { next_ += count; }
  bool take(std::string_view expected);
  void skip_blanks();
  /// Blanks, line breaks and comments.
  void skip_space();
  /// A comment up to the end of its line.
  void skip_comment();

  /// The key that the next error names; empty for none.
  void set_last_key(std::string key) { last_key_ = std::move(key); }
  /// Throws TomlError naming the line of the next character.
  [[noreturn]] void fail(const std::string& message) const;
  /// The next character as %q prints it.
  [[nodiscard]] std::string shown() const;
  /// Where the next character stands.
  [[nodiscard]] std::size_t place() const { return next_; }
  /// The text from `place` to the next character as %q prints it.
  [[nodiscard]] std::string shown_from(std::size_t place) const;

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  std::string last_key_;
};

/// A string of any of TOML's four kinds, at its first quote. Throws TomlError.
std::string read_toml_string(TomlText& text);
/// A boolean, number, date or time. Throws TomlError.
gotemplate::GoValue read_toml_scalar(TomlText& text, gotemplate::Heap& heap,
                                     std::int32_t local_offset);

}  // namespace reconcile::sprig
