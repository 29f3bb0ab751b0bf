// Change sets as text for people.
#include <algorithm>
#include <span>
#include <utility>

#include "diff/line_diff.hpp"
#include "diff/shown_value.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/printable.hpp"

namespace reconcile::diff {

namespace {

using model::printable;

constexpr std::size_t shown_bytes_max = 200;
constexpr std::size_t created_fields_max = 100;
constexpr LineDiffLimits line_limits{.line_bytes_max = shown_bytes_max, .lines_max = 200};

constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view magenta = "35";
constexpr std::string_view cyan = "36";

class TextWriter {
 public:
  explicit TextWriter(const ChangeSetFormat& format) : format_(format) {}

  void write(const ObjectChange& object) {
    std::string line(to_string(object.action));
    line += ' ' + printable(object.id.display());
    out_ += painted(line, color_of(object.action));
    if (object.reason != Reason::none)
      out_ += " (" + painted(to_string(object.reason), color_of(object.reason)) + ")";
    if (!object.message.empty()) out_ += ": " + printable(object.message);
    if (object.action == Action::deleted && !object.fields.empty())
      out_ += ", " + std::to_string(object.fields.size()) +
              (object.fields.size() == 1 ? " field" : " fields");
    out_ += '\n';
    if (object.action == Action::created)
      write_content(object.fields);
    else if (object.action != Action::deleted)
      for (const FieldChange& field : object.fields) write(field);
  }

  std::string take() { return std::move(out_); }

 private:
  /// What a created object holds: the heading says why.
  void write_content(const std::vector<FieldChange>& fields) {
    const std::size_t shown = std::min(fields.size(), created_fields_max);
    for (const FieldChange& field : std::span(fields).first(shown)) {
      const std::string path = printable(to_string(field.path));
      const std::optional<LineDiff> lines = line_diff(field, line_limits);
      const std::string value = lines ? std::to_string(lines->added) + " lines"
                                      : shown_value(field.after.value_or(""), shown_bytes_max);
      out_ += "  " + painted("+ " + path + ": " + value, green) + "\n";
      if (lines) write_lines(*lines);
    }
    if (shown < fields.size())
      out_ += "  and " + std::to_string(fields.size() - shown) + " more fields\n";
  }

  void write(const FieldChange& field) {
    out_ += "  " + printable(to_string(field.path)) + ": ";
    const std::optional<LineDiff> lines = line_diff(field, line_limits);
    if (lines)
      write_counts(*lines);
    else
      write_values(field);
    write_reason(field);
    if (lines) write_lines(*lines);
  }

  void write_values(const FieldChange& field) {
    const auto [before, after] = shown_values(field.before, field.after, shown_bytes_max);
    if (field.before && field.after)
      out_ += painted(before, red) + " -> " + painted(after, green);
    else if (field.after)
      out_ += painted("+ " + after, green);
    else if (field.before)
      out_ += painted("- " + before, red);
  }

  /// "-1 +2 lines".
  void write_counts(const LineDiff& diff) {
    if (diff.removed > 0) out_ += painted("-" + std::to_string(diff.removed), red) + " ";
    if (diff.added > 0) out_ += painted("+" + std::to_string(diff.added), green) + " ";
    out_ += "lines";
  }

  void write_lines(const LineDiff& diff) {
    for (const ShownLine& line : diff.lines) {
      const std::string text(prefix_of(line.role));
      out_ += "    " + painted(text + line.text, color_of(line.role)) + "\n";
    }
  }

  void write_reason(const FieldChange& field) {
    out_ += " (";
    const bool third = field.last_known && field.last_applied &&
                       field.last_applied != field.before && field.last_applied != field.after;
    if (third) out_ += "last applied " + shown_value(*field.last_applied, shown_bytes_max) + ", ";
    out_ += painted(to_string(field.reason), color_of(field.reason));
    if (field.owner) write(*field.owner);
    out_ += ")\n";
  }

  void write(const FieldOwner& owner) {
    out_ += ", " + printable(owner.manager) + " ";
    out_ += to_string(owner.operation);
    if (!owner.subresource.empty()) out_ += " of " + printable(owner.subresource);
    if (!owner.time.empty()) out_ += " at " + printable(owner.time);
  }

  [[nodiscard]] std::string painted(std::string_view text, std::string_view code) const {
    if (!format_.color || code.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }

  static std::string_view color_of(ShownLine::Role role) {
    switch (role) {
      case ShownLine::Role::removed:
        return red;
      case ShownLine::Role::added:
        return green;
      case ShownLine::Role::remark:
        return cyan;
      case ShownLine::Role::context:
        break;
    }
    return {};
  }

  static std::string_view color_of(Action action) {
    switch (action) {
      case Action::created:
        return green;
      case Action::deleted:
        return red;
      case Action::configured:
        return yellow;
      case Action::unchanged:
      case Action::skipped:
        break;
    }
    return {};
  }

  static std::string_view color_of(Reason reason) {
    switch (reason) {
      case Reason::drift:
      case Reason::gone:
      case Reason::disowned:
        return yellow;
      case Reason::conflict:
      case Reason::handed_over:
      case Reason::admission:
        return magenta;
      case Reason::refused:
      case Reason::failed:
      case Reason::stage_failed:
        return red;
      case Reason::change:
      case Reason::held:
        return cyan;
      default:
        return {};
    }
  }

  const ChangeSetFormat& format_;
  std::string out_;
};

}  // namespace

std::string to_text(const ChangeSet& changes, const ChangeSetFormat& format) {
  TextWriter writer(format);
  for (const ObjectChange& object : changes.objects)
    if (format.unchanged || object.action != Action::unchanged || !object.fields.empty())
      writer.write(object);
  return writer.take();
}

std::string summary_text(const ChangeSet& changes) {
  std::string out;
  const auto add = [&](std::size_t count, std::string_view word) {
    if (count == 0) return;
    if (!out.empty()) out += ", ";
    out += std::to_string(count) + " " + std::string(word);
  };
  for (const Action action : {Action::created, Action::configured, Action::deleted})
    add(changes.count(action), to_string(action));
  std::size_t failed = 0;
  for (const ObjectChange& object : changes.objects)
    if (object.reason == Reason::failed) ++failed;
  add(failed, "failed");
  add(changes.count(Action::skipped) - std::min(failed, changes.count(Action::skipped)), "skipped");
  if (out.empty()) out = "no difference";
  return out + "; " + std::to_string(changes.count(Action::unchanged)) + " unchanged";
}

}  // namespace reconcile::diff
