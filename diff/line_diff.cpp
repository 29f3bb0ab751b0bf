// Texts in values (files in ConfigMaps, scripts) as a unified diff. All lines of both become one
// list of edits first; what is near a change is shown of it. Tests: test/diff/line_diff_test.cpp.
#include "diff/line_diff.hpp"

#include <algorithm>

#include "diff/alignment.hpp"
#include "diff/shown_value.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

using Role = ShownLine::Role;
using Lines = std::vector<std::string_view>;

constexpr std::size_t context_lines = 3;

/// One line of either side or of both.
struct Edit {
  Role role;
  std::size_t before;  ///< position of the line, or of the next one where it is only in `after`
  std::size_t after;   ///< as `before`, of the other side
  /// Position in the other side of the line that stands for a removed or added one.
  std::optional<std::size_t> partner = {};
};

/// The text of a JSON string; absent for other values.
std::optional<std::string> text_of(const std::string& json) {
  if (!json.starts_with('"')) return std::nullopt;
  return std::string(model::parse_json(json).root().text());
}

bool has_lines(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && end + 1 < text.size();
}

/// Each with its line break, so that a last one without is another line.
Lines lines_of(const std::optional<std::string>& side) {
  Lines lines;
  std::string_view text = side ? std::string_view(*side) : std::string_view();
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::vector<Edit> edits_of(const Lines& before, const Lines& after) {
  std::vector<Edit> edits;
  std::size_t left = 0;
  std::size_t right = 0;
  const auto replace_until = [&](std::size_t left_end, std::size_t right_end) {
    const std::size_t paired = std::min(left_end - left, right_end - right);
    const auto partner = [&](std::size_t i, std::size_t first) {
      return i < paired ? std::optional(first + i) : std::nullopt;
    };
    const std::size_t right_start = right;
    for (std::size_t i = 0; left + i < left_end; ++i)
      edits.push_back({Role::removed, left + i, right, partner(i, right_start)});
    for (std::size_t i = 0; right + i < right_end; ++i)
      edits.push_back({Role::added, left_end, right + i, partner(i, left)});
    left = left_end;
    right = right_end;
  };
  for (const AlignedItem& same : align(before, after)) {
    replace_until(same.before, same.after);
    edits.push_back({Role::context, left++, right++});
  }
  replace_until(before.size(), after.size());
  return edits;
}

class Writer {
 public:
  Writer(const std::optional<std::string>& before, const std::optional<std::string>& after,
         const LineDiffLimits& limits)
      : before_(lines_of(before)),
        after_(lines_of(after)),
        edits_(edits_of(before_, after_)),
        two_sided_(before && after),
        ends_differ_(two_sided_ && before->ends_with('\n') != after->ends_with('\n')),
        limits_(limits) {}

  LineDiff run() {
    for (const Edit& edit : edits_) {
      result_.removed += edit.role == Role::removed ? 1 : 0;
      result_.added += edit.role == Role::added ? 1 : 0;
    }
    for (std::size_t at = next_change(0); at < edits_.size();) {
      const std::size_t start = at - std::min(context_lines, at - shown_until_);
      const std::size_t end = end_of_hunk(at);
      if (two_sided_) remark(place_of(start, end));
      for (std::size_t i = start; i < end; ++i) write(edits_[i]);
      shown_until_ = end;
      at = next_change(end);
    }
    if (unshown_ > 0) {
      result_.lines.push_back(
          {Role::remark, "@@ " + std::to_string(unshown_) + " more lines differ @@"});
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t next_change(std::size_t at) const {
    while (at < edits_.size() && edits_[at].role == Role::context) ++at;
    return at;
  }

  /// Changes are of one hunk while no line between them would be left out.
  [[nodiscard]] std::size_t end_of_hunk(std::size_t change) const {
    std::size_t end = change;
    for (std::size_t next = change; next < edits_.size() && next <= end + 2 * context_lines;
         next = next_change(end)) {
      end = next;
      while (end < edits_.size() && edits_[end].role != Role::context) ++end;
    }
    return std::min(edits_.size(), end + context_lines);
  }

  [[nodiscard]] std::string place_of(std::size_t start, std::size_t end) const {
    const auto range = [&](std::size_t first, Role other) {
      const auto lines = static_cast<std::size_t>(
          std::count_if(edits_.begin() + static_cast<std::ptrdiff_t>(start),
                        edits_.begin() + static_cast<std::ptrdiff_t>(end),
                        [&](const Edit& edit) { return edit.role != other; }));
      // A range without lines stands behind the line before it, as in every unified diff.
      return std::to_string(lines == 0 ? first : first + 1) + "," + std::to_string(lines);
    };
    return "@@ -" + range(edits_[start].before, Role::added) + " +" +
           range(edits_[start].after, Role::removed) + " @@";
  }

  void remark(std::string text) {
    if (result_.lines.size() < limits_.lines_max)
      result_.lines.push_back({Role::remark, std::move(text)});
  }

  void write(const Edit& edit) {
    if (result_.lines.size() >= limits_.lines_max) {
      if (edit.role != Role::context) ++unshown_;
      return;
    }
    const bool is_after = edit.role == Role::added;
    const std::string_view line = is_after ? after_[edit.after] : before_[edit.before];
    result_.lines.push_back({edit.role, shown(edit, line)});
    if (ends_differ_ && edit.role != Role::context && !line.ends_with('\n'))
      remark("\\ no line break at the end");
  }

  [[nodiscard]] std::string shown(const Edit& edit, std::string_view line) const {
    const auto bare = [](std::string_view text) {
      if (text.ends_with('\n')) text.remove_suffix(1);
      return std::optional<std::string>(text);
    };
    if (!edit.partner) return shown_value(*bare(line), limits_.line_bytes_max);
    if (edit.role == Role::removed)
      return shown_values(bare(line), bare(after_[*edit.partner]), limits_.line_bytes_max).first;
    return shown_values(bare(before_[*edit.partner]), bare(line), limits_.line_bytes_max).second;
  }

  Lines before_;
  Lines after_;
  std::vector<Edit> edits_;
  bool two_sided_;
  bool ends_differ_;
  const LineDiffLimits& limits_;
  LineDiff result_;
  std::size_t shown_until_ = 0;
  std::size_t unshown_ = 0;
};

}  // namespace

std::string_view prefix_of(Role role) {
  switch (role) {
    case Role::context:
      return "  ";
    case Role::removed:
      return "- ";
    case Role::added:
      return "+ ";
    case Role::remark:
      break;
  }
  return {};
}

std::optional<LineDiff> line_diff(const FieldChange& field, const LineDiffLimits& limits) {
  if (field.masked) return std::nullopt;
  const auto read = [](const std::optional<std::string>& json) {
    return json ? text_of(*json) : std::nullopt;
  };
  const std::optional<std::string> before = read(field.before);
  const std::optional<std::string> after = read(field.after);
  const bool only_texts = before.has_value() == field.before.has_value() &&
                          after.has_value() == field.after.has_value();
  if (!only_texts || (!has_lines(before.value_or("")) && !has_lines(after.value_or(""))))
    return std::nullopt;
  return Writer(before, after, limits).run();
}

}  // namespace reconcile::diff
