#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::cel {

/// One thing that is wrong with an expression, at a place counted in characters from its start.
struct Issue {
  std::int32_t offset = 0;  ///< -1 where it is about the whole expression
  std::string message;
};

/// The text of an expression as characters; places in it are offsets of characters.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  [[nodiscard]] const std::u32string& characters() const noexcept { return characters_; }
  [[nodiscard]] std::string slice(std::size_t begin, std::size_t end) const;
  /// `issues` in the order of their places, each as "ERROR: <input>:LINE:COLUMN: message" with the
  /// line and a mark below it, as cel-go 0.27 prints them.
  [[nodiscard]] std::string describe(std::vector<Issue> issues) const;

 private:
  struct Place {
    int line = -1;
    int column = 0;
    std::size_t line_begin = 0;
  };
  [[nodiscard]] Place place_of(std::int32_t offset) const;
  void describe(const Issue& issue, std::string& out) const;

  std::u32string characters_;
  std::vector<std::size_t> line_begins_;
};

}  // namespace reconcile::cel
