#pragma once

#include <cstddef>
#include <string_view>

namespace reconcile::model {

/// Walks JSON text once, member by member, without reading values: for texts that are compared or
/// passed on. Takes what is written without white space, as Go's encoding/json does; refuses what
/// it cannot walk, and does not notice all that a parser would refuse. The text must live as long.
///
///   JsonCursor cursor(R"({"a":1,"b":[2,3]})");
///   cursor.enter();
///   while (cursor.next()) use(cursor.key(), cursor.value());
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  /// Goes into the map or list that comes next. False where none does.
  bool enter();
  /// Goes to the next member or item of the innermost one; false behind the last one, which leaves
  /// it, and where the text cannot be walked. What comes next must be taken by `value` or `enter`.
  bool next();
  /// Of the member, as it is written, without the quotes; empty in a list.
  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  /// The value that comes next, as it is written, and goes behind it. Empty where there is none.
  std::string_view value();
  /// Whether everything so far could be walked.
  [[nodiscard]] bool valid() const noexcept { return valid_; }
  /// Whether that was the whole text.
  [[nodiscard]] bool at_end() const noexcept { return valid_ && at_ == text_.size(); }

 private:
  bool refuse() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view key_;
  bool begun_ = false;  ///< the innermost one was entered, and no member taken
  bool valid_ = true;
};

/// Inside a string: the first quote or backslash at or behind `from`; the end where there is none.
std::size_t find_quote_or_escape(std::string_view text, std::size_t from) noexcept;

}  // namespace reconcile::model
