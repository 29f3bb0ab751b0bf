#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

/// A group of a match as offsets into the original text.
struct RegexSpan {
  bool present = false;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::string_view of(std::string_view text) const {
    return text.substr(begin, end - begin);
  }
};

/// The bytes at the start of `text` that make one rune, as Go decodes it; a byte that begins no
/// well-formed sequence counts as one rune of width 1. `text` must not be empty.
std::size_t rune_width(std::string_view text, bool& is_valid) noexcept;

/// A text to match. Where it is not UTF-8, every bad byte is matched as U+FFFD, and offsets are
/// translated between both forms.
class RegexText {
 public:
  explicit RegexText(std::string_view text);
  [[nodiscard]] std::string_view original() const noexcept { return original_; }
  /// What RE2 is given.
  [[nodiscard]] std::string_view matched() const noexcept {
    return bad_bytes_.empty() ? original_ : std::string_view(converted_);
  }
  [[nodiscard]] std::size_t to_matched(std::size_t offset) const noexcept;
  [[nodiscard]] std::size_t to_original(std::size_t offset) const noexcept;
  /// Width of the rune at `offset` of the original.
  [[nodiscard]] std::size_t width(std::size_t offset) const noexcept;

 private:
  std::string_view original_;
  std::string converted_;
  std::vector<std::size_t> bad_bytes_;  ///< offsets in the original, ascending
};

/// A replacement split into literals and references as Go's Regexp.Expand reads it.
class RegexTemplate {
 public:
  /// A literal, then a reference by number or by name (neither: number -1 and no name).
  struct Part {
    std::string literal;
    int number = -1;
    std::string name;
  };
  explicit RegexTemplate(std::string_view replacement);
  [[nodiscard]] const std::vector<Part>& parts() const noexcept { return parts_; }

 private:
  std::vector<Part> parts_;
};

}  // namespace reconcile::model
