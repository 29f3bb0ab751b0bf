#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

/// A text prepared so that libyaml 0.2.5 reads it as go-yaml 2.4.4 and 3.0.5 do. Characters that
/// the two treat differently are exchanged for characters of the private use area that the text
/// does not contain, and put back into every text that comes out.
class YamlGoText {
 public:
  explicit YamlGoText(std::string_view text);

  /// What libyaml is to read. Valid as long as this object and its text.
  [[nodiscard]] std::string_view prepared() const noexcept { return prepared_; }

  /// libyaml refused the escape whose letter is character `index`. Where go-yaml knows it (\'), the
  /// escapes of that scalar are exchanged and the text is to be read again: answers true.
  bool accept_escape(std::size_t index);

  /// libyaml ended a tag at character `index`. Where that is a comma or a bracket, which go-yaml
  /// takes into the tag, it is escaped and the text is to be read again: answers true.
  bool accept_in_tag(std::size_t index);

  /// `text` with the exchanged characters put back; a view of `scratch` where there were any.
  std::string_view restored(std::string_view text, std::string& scratch) const;

  /// The line breaks before the first \/, which go-yaml refuses, in the double-quoted scalar
  /// between two character positions; absent where it has none. Positions must not go back between
  /// calls.
  std::optional<std::size_t> breaks_before_slash_escape(std::size_t from, std::size_t to);

  /// The line breaks before the first question mark between two character positions, as above.
  std::size_t breaks_before_question_mark(std::size_t from, std::size_t to);

 private:
  bool choose_placeholders();
  void own();
  std::size_t byte_of(std::size_t character);

  std::string_view prepared_;
  std::string owned_;
  std::string mark_;   ///< stands for U+FEFF away from the start
  std::string quote_;  ///< stands for the backslash of \'
  std::string none_;   ///< stands for the quote of \'
  bool exchanged_ = false;
  bool has_slashes_ = false;
  std::size_t cursor_character_ = 0;
  std::size_t cursor_byte_ = 0;
  std::size_t rounds_left_ = 64;
};

}  // namespace reconcile::model
