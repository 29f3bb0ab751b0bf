// Change sets for comments on pull requests. Whatever stands in names and values is a stranger's
// text: cells and blocks are closed by us alone. Tests: test/diff/change_markdown_test.cpp.
#include <algorithm>
#include <utility>

#include "diff/line_diff.hpp"
#include "diff/shown_value.hpp"
#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/printable.hpp"

namespace reconcile::diff {

namespace {

using model::printable;

constexpr std::size_t value_bytes_max = 2'000;
constexpr LineDiffLimits line_limits{.line_bytes_max = 400, .lines_max = 100};
/// The table's part of the whole text.
constexpr std::size_t table_share = 3;
/// Room for the line that says what was left out.
constexpr std::size_t note_bytes = 400;

/// Text between HTML tags or in a cell.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '|':
        out += "&#124;";
        break;
      case '`':
        out += "&#96;";
        break;
      case '@':
        // Nobody is notified by a value.
        out += "&#64;";
        break;
      case '*':
      case '_':
      case '[':
      case ']':
      case '\\':
      case '~':
      case '#':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// The same where Markdown is not read, in a <summary>.
std::string html(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '@' || c == '`' || c == '*' || c == '_' || c == '~' || c == '[')
      out += "&#" + std::to_string(static_cast<int>(c)) + ";";
    else
      out += c;
  }
  return out;
}

/// A fence longer than every run of backticks in `content`.
std::string fence_for(const std::string& content) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : content) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

std::string lines_of(const FieldChange& field) {
  std::string lines = "@@ " + printable(to_string(field.path));
  if (field.reason != Reason::change) lines += " (" + std::string(to_string(field.reason)) + ")";
  lines += " @@\n";
  if (const std::optional<LineDiff> diff = line_diff(field, line_limits)) {
    for (const ShownLine& line : diff->lines)
      lines += std::string(prefix_of(line.role)) + line.text + "\n";
    return lines;
  }
  const auto [before, after] = shown_values(field.before, field.after, value_bytes_max);
  if (field.before) lines += "- " + before + "\n";
  if (field.after) lines += "+ " + after + "\n";
  return lines;
}

/// What of an object is shown, and how many of its fields had no room.
struct Details {
  std::string text;
  std::size_t left_out = 0;
};

/// As many fields as have room.
Details block_of(const ObjectChange& object, std::size_t room) {
  Details block;
  std::string lines;
  for (const FieldChange& field : object.fields) {
    const std::string more = lines_of(field);
    if (lines.size() + more.size() > room)
      ++block.left_out;
    else
      lines += more;
  }
  if (block.left_out > 0) lines += "@@ " + std::to_string(block.left_out) + " more fields @@\n";
  const std::string fence = fence_for(lines);
  block.text = fence + "diff\n" + lines + fence + "\n";
  return block;
}

std::string title_of(const ChangeGroup& group, const ObjectChange& object) {
  std::string title = html(object.id.display());
  if (!group.unit.empty()) title += " in " + html(group.unit);
  return title;
}

Details details_of(const ChangeGroup& group, const ObjectChange& object, std::size_t room) {
  Details details;
  details.text = "\n<details><summary>";
  details.text += to_string(object.action);
  details.text += " " + title_of(group, object) + "</summary>\n\n";
  if (!object.message.empty()) details.text += escaped(object.message) + "\n\n";
  if (!object.fields.empty()) {
    const Details block = block_of(object, room);
    details.text += block.text + "\n";
    details.left_out = block.left_out;
  }
  details.text += "</details>\n";
  return details;
}

std::string row_of(const ChangeGroup& group, const ObjectChange& object, bool with_unit) {
  std::string row = "| ";
  row += to_string(object.action);
  row += " | " + escaped(object.id.display()) + " | ";
  if (with_unit) row += escaped(group.unit) + " | ";
  row += object.fields.empty() ? std::string() : std::to_string(object.fields.size());
  return row + " |\n";
}

std::string json_text(const std::string& text) {
  std::string out;
  model::write_json_string(text, out, false);
  return out;
}

struct Listed {
  const ChangeGroup* group;
  const ObjectChange* object;
};

std::vector<Listed> differing(std::span<const ChangeGroup> groups) {
  std::vector<Listed> listed;
  for (const ChangeGroup& group : groups)
    for (const ObjectChange& object : group.changes.objects)
      if (object.action != Action::unchanged || !object.fields.empty())
        listed.push_back({&group, &object});
  return listed;
}

std::string heading(std::span<const ChangeGroup> groups) {
  ChangeSet all;
  for (const ChangeGroup& group : groups)
    for (const ObjectChange& object : group.changes.objects)
      all.objects.push_back({object.id, object.action, object.reason, {}, {}});
  return "**" + summary_text(all) + "**\n";
}

}  // namespace

std::string to_markdown(std::span<const ChangeGroup> groups, const MarkdownFormat& format) {
  std::string out = heading(groups);
  const std::vector<Listed> listed = differing(groups);
  if (listed.empty()) return out;
  const bool with_unit = std::any_of(listed.begin(), listed.end(),
                                     [](const Listed& one) { return !one.group->unit.empty(); });
  out += with_unit ? "\n| action | object | unit | fields |\n|---|---|---|---:|\n"
                   : "\n| action | object | fields |\n|---|---|---:|\n";
  std::size_t rows = 0;
  for (const Listed& one : listed) {
    const std::string row = row_of(*one.group, *one.object, with_unit);
    if (out.size() + row.size() > format.bytes_max / table_share) break;
    out += row;
    ++rows;
  }
  std::size_t shown = 0;
  std::size_t wanted = 0;
  std::size_t fields = 0;
  for (const Listed& one : listed) {
    if (one.object->fields.empty() && one.object->message.empty()) continue;
    ++wanted;
    // An object takes half of what is left: a large one leaves room for those behind it.
    const std::size_t room = format.bytes_max - std::min(format.bytes_max, out.size() + note_bytes);
    const Details details = details_of(*one.group, *one.object, room / 2);
    const bool is_bare = details.left_out > 0 && details.left_out == one.object->fields.size();
    if (is_bare || details.text.size() > room) continue;
    out += details.text;
    fields += details.left_out;
    ++shown;
  }
  if (rows < listed.size() || shown < wanted || fields > 0) {
    out += "\nNot shown for its size: " + std::to_string(listed.size() - rows) +
           " rows of the table, the fields of " + std::to_string(wanted - shown) + " objects, " +
           std::to_string(fields) + " fields of others. All of it: `" + format.full_command + "`\n";
  }
  return out;
}

std::string to_json(std::span<const ChangeGroup> groups) {
  std::string out = "{\"units\":[";
  for (const ChangeGroup& group : groups) {
    if (out.back() != '[') out += ',';
    std::string set = to_json(group.changes);
    while (!set.empty() && set.back() == '\n') set.pop_back();
    out += "{\"unit\":" + json_text(group.unit) + "," + set.substr(1);
  }
  return out + "]}\n";
}

}  // namespace reconcile::diff
