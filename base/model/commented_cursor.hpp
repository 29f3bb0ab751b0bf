#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reconcile::model {

/// A place in a text; all count from 0, `index` and `column` in characters.
struct TextMark {
  std::ptrdiff_t index = 0;
  std::ptrdiff_t line = 0;
  std::ptrdiff_t column = 0;
};

/// Reads a text character by character as go-yaml 3.0.5 does: any of its encodings in, UTF-8 out,
/// refused bytes reported when the block they stand in is read, zeros after the end.
class CommentedCursor {
 public:
  explicit CommentedCursor(std::string_view input);

  [[nodiscard]] const TextMark& mark() const noexcept { return mark_; }
  [[nodiscard]] TextMark& mark() noexcept { return mark_; }
  /// Line breaks since the last character that is no blank.
  [[nodiscard]] std::ptrdiff_t newlines() const noexcept { return newlines_; }

  /// Reads on until `characters` stand ahead. Throws Error(invalid_input) for bytes that are no
  /// text.
  void ensure(std::size_t characters) {
    if (unread_ < characters) fill(characters);
  }
  /// The byte at `offset` from here; at most `lookahead_max` away.
  [[nodiscard]] char at(std::size_t offset = 0) const { return buffer_[position_ + offset]; }
  [[nodiscard]] bool is_blank(std::size_t offset = 0) const {
    return at(offset) == ' ' || at(offset) == '\t';
  }
  [[nodiscard]] bool is_end(std::size_t offset = 0) const { return at(offset) == '\0'; }
  [[nodiscard]] bool is_break(std::size_t offset = 0) const;
  [[nodiscard]] bool is_break_or_end(std::size_t offset = 0) const {
    return is_end(offset) || is_break(offset);
  }
  [[nodiscard]] bool is_space_or_end(std::size_t offset = 0) const {
    return is_blank(offset) || is_break_or_end(offset);
  }
  /// A letter, a digit, '_' or '-'.
  [[nodiscard]] bool is_word(std::size_t offset = 0) const;
  [[nodiscard]] bool is_digit(std::size_t offset = 0) const {
    return at(offset) >= '0' && at(offset) <= '9';
  }
  /// The value of a hexadecimal digit, or -1.
  [[nodiscard]] int hex(std::size_t offset = 0) const;
  /// Three dashes or dots and a space, where a line starts.
  [[nodiscard]] bool is_document_indicator() const;
  [[nodiscard]] bool is_byte_order_mark() const;

  void skip();
  void skip_line();
  void read(std::string& out);
  /// Copies a line break, normalised.
  void read_line(std::string& out);
  /// Skips blanks.
  void skip_blanks();
  /// Skips everything up to the character with `index`, then copies the rest of that line.
  void read_rest_of_line(std::ptrdiff_t index, std::string& out, TextMark& start);

  static constexpr std::size_t lookahead_max = 512;

 private:
  enum class Encoding { utf8, utf16_little, utf16_big };

  void fill(std::size_t characters);
  void decode_block();
  char32_t decode_utf8(std::size_t limit, std::size_t& width) const;
  char32_t decode_utf16(std::size_t limit, std::size_t& width) const;
  [[nodiscard]] unsigned raw(std::size_t offset) const {
    return static_cast<unsigned char>(input_[raw_ + offset]);
  }
  [[nodiscard]] std::size_t width_here() const;

  std::string_view input_;
  Encoding encoding_ = Encoding::utf8;
  std::size_t raw_ = 0;
  bool ended_ = false;
  std::string buffer_;
  std::size_t position_ = 0;
  std::size_t origin_ = 0;
  std::size_t unread_ = 0;
  TextMark mark_;
  std::ptrdiff_t newlines_ = 0;
};

}  // namespace reconcile::model
