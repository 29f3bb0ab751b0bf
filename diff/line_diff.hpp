#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/diff/change_set.hpp"

namespace reconcile::diff {

struct ShownLine {
  enum class Role : std::uint8_t {
    context,
    removed,
    added,
    remark,  ///< where a hunk stands, "@@ -1,7 +1,7 @@", and what else is said about lines
  };
  Role role = Role::context;
  std::string text;  ///< printable, without the line break
  bool operator==(const ShownLine&) const = default;
};
/// What stands before a line of that role: "- ", "+ ", or two spaces; nothing before a remark.
std::string_view prefix_of(ShownLine::Role role);

/// What differs between two texts, line by line.
struct LineDiff {
  std::size_t removed = 0;  ///< lines, also those that are not shown
  std::size_t added = 0;    ///< as `removed`
  std::vector<ShownLine> lines;
};

struct LineDiffLimits {
  std::size_t line_bytes_max = 0;  ///< longer lines are cut as shown_values does
  std::size_t lines_max = 0;       ///< of `lines`; a last remark says how many more differ
};

/// The lines in which a field's two values differ, with three lines around them. Absent where the
/// values are not texts, at least one of several lines, or are masked.
std::optional<LineDiff> line_diff(const FieldChange& field, const LineDiffLimits& limits);

}  // namespace reconcile::diff
