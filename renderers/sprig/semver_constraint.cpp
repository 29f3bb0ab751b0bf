// The grammar of Masterminds/semver 3.5.0's constraints: groups joined by `||`, conditions joined
// by spaces or commas, `a - b` written out as `>= a, <= b` beforehand. Its regular expressions are
// unambiguous (an operator or separator never starts a version), so they are read here in one walk.
// Tests: test/renderers/sprig/semver_test.cpp.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/sprig/semver.hpp"

namespace reconcile::sprig {
namespace {

constexpr std::size_t constraint_bytes_max = 512;
constexpr std::size_t groups_max = 32;

[[noreturn]] void fail(const std::string& message) {
  throw model::Error(model::ErrorCode::invalid_input, message);
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}
/// What the library takes for a number or wildcard; the bar is a slip of its expression.
bool is_segment(char c) {
  return (c >= '0' && c <= '9') || c == '|' || c == 'x' || c == 'X' || c == '*';
}
bool is_identifier(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
bool is_wildcard(std::string_view text) {
  return text == "x" || text == "X" || text == "*";
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

/// A version with wildcards, as text.
struct Pattern {
  std::string_view whole;
  std::array<std::string_view, 3> segments;
  std::string_view prerelease;  ///< with its leading dash
};

std::size_t count_while(std::string_view text, bool (*predicate)(char)) {
  std::size_t size = 0;
  while (size < text.size() && predicate(text[size])) ++size;
  return size;
}

/// Takes `mark` and identifiers joined by points; nothing where they are not well formed.
std::string_view take_suffix(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return {};
  std::size_t size = count_while(text.substr(1), is_identifier);
  if (size == 0) return {};
  ++size;
  while (size < text.size() && text[size] == '.') {
    const std::size_t more = count_while(text.substr(size + 1), is_identifier);
    if (more == 0) break;
    size += 1 + more;
  }
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

std::optional<Pattern> take_pattern(std::string_view& text) {
  std::string_view rest = text;
  Pattern pattern;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t point = i == 0 ? 0 : 1;
    if (point == 1 && !rest.starts_with('.')) break;
    const std::size_t size = count_while(rest.substr(point), is_segment);
    if (size == 0) break;
    pattern.segments[i] = rest.substr(point, size);
    rest.remove_prefix(point + size);
  }
  if (pattern.segments[0].empty()) return std::nullopt;
  pattern.prerelease = take_suffix(rest, '-');
  take_suffix(rest, '+');
  pattern.whole = text.substr(0, text.size() - rest.size());
  text = rest;
  return pattern;
}

/// Writes `a - b` as `>= a, <= b `.
std::string without_ranges(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < text.size();) {
    std::string_view rest = text.substr(at);
    skip_spaces(rest);
    const auto low = take_pattern(rest);
    const std::size_t spaces = low ? count_while(rest, is_space) : 0;
    if (spaces == 0 || rest.substr(spaces, 1) != "-") {
      ++at;
      continue;
    }
    rest.remove_prefix(spaces + 1);
    const std::size_t spaces_after = count_while(rest, is_space);
    rest.remove_prefix(spaces_after);
    const auto high = spaces_after == 0 ? std::nullopt : take_pattern(rest);
    if (!high) {
      ++at;
      continue;
    }
    skip_spaces(rest);
    const std::string_view range = text.substr(at, text.size() - at - rest.size());
    std::string written = ">= ";
    written.append(low->whole).append(", <= ").append(high->whole).append(" ");
    if (const std::size_t found = out.find(range); found != std::string::npos) {
      out.replace(found, range.size(), written);
    }
    at = text.size() - rest.size();
  }
  return out;
}

}  // namespace

/// Reads one group.
class Constraint::Reader {
 public:
  explicit Reader(std::string_view text) : whole_(text), rest_(text) {}

  Group read() {
    Group group;
    skip_spaces(rest_);
    while (true) {
      group.conditions.push_back(read_condition());
      if (!group.conditions.back().version.prerelease().empty()) group.has_prerelease = true;
      const std::size_t before = rest_.size();
      skip_spaces(rest_);
      if (rest_.empty()) break;
      if (rest_.front() == ',') {
        rest_.remove_prefix(1);
        skip_spaces(rest_);
      } else if (rest_.size() == before) {
        fail_improper();
      }
    }
    return group;
  }

 private:
  [[noreturn]] void fail_improper() const {
    fail("improper constraint: " + gotemplate::quote(whole_));
  }

  Operator read_operator() {
    static constexpr std::pair<std::string_view, Operator> operators[] = {
        {"!=", Operator::not_equal},     {">=", Operator::greater_equal},
        {"=>", Operator::greater_equal}, {"<=", Operator::less_equal},
        {"=<", Operator::less_equal},    {"~>", Operator::tilde},
        {"=", Operator::tilde_or_equal}, {">", Operator::greater},
        {"<", Operator::less},           {"~", Operator::tilde},
        {"^", Operator::caret},
    };
    for (const auto& [text, comparison] : operators) {
      if (!rest_.starts_with(text)) continue;
      rest_.remove_prefix(text.size());
      return comparison;
    }
    return Operator::tilde_or_equal;
  }

  Condition read_condition() {
    Condition condition;
    condition.comparison = read_operator();
    skip_spaces(rest_);
    const auto pattern = take_pattern(rest_);
    if (!pattern) fail_improper();
    const auto is_open = [](std::string_view segment) {
      return segment.empty() || is_wildcard(segment);
    };
    std::string text(pattern->whole);
    if (is_open(pattern->segments[0])) {
      text = "0.0.0";
      condition.dirty = true;
    } else if (is_open(pattern->segments[1])) {
      text = std::string(pattern->segments[0]) + ".0.0";
      condition.dirty = condition.minor_dirty = true;
    } else if (is_open(pattern->segments[2])) {
      text = std::string(pattern->segments[0]) + '.' + std::string(pattern->segments[1]) + ".0";
      condition.dirty = condition.patch_dirty = true;
    }
    if (condition.dirty) text += pattern->prerelease;
    try {
      condition.version = Version::parse(text);
    } catch (const model::Error&) {
      fail("constraint parser error");
    }
    return condition;
  }

  std::string_view whole_;
  std::string_view rest_;
};

Constraint Constraint::parse(std::string_view text) {
  if (text.size() > constraint_bytes_max) {
    fail("constraint string is too long (max " + std::to_string(constraint_bytes_max) + " bytes)");
  }
  const std::string written = without_ranges(text);
  std::vector<std::string_view> parts;
  std::string_view rest = written;
  while (true) {
    const std::size_t bars = rest.find("||");
    parts.push_back(rest.substr(0, bars));
    if (bars == std::string_view::npos) break;
    rest.remove_prefix(bars + 2);
  }
  if (parts.size() > groups_max) {
    fail("too many constraint groups (max " + std::to_string(groups_max) + ")");
  }
  Constraint constraint;
  for (const std::string_view part : parts) constraint.groups_.push_back(Reader(part).read());
  return constraint;
}

bool Constraint::allows(const Version& version) const {
  return std::any_of(groups_.begin(), groups_.end(), [&](const Group& group) {
    if (!version.prerelease().empty() && !group.has_prerelease) return false;
    return std::all_of(group.conditions.begin(), group.conditions.end(),
                       [&](const Condition& condition) { return condition.holds(version); });
  });
}

bool Constraint::Condition::holds(const Version& candidate) const {
  switch (comparison) {
    case Operator::tilde_or_equal:
      return dirty ? holds_tilde(candidate) : candidate.compare(version) == 0;
    case Operator::not_equal:
      return holds_not_equal(candidate);
    case Operator::greater:
      return holds_greater(candidate);
    case Operator::less:
      return candidate.compare(version) < 0;
    case Operator::greater_equal:
      return candidate.compare(version) >= 0;
    case Operator::less_equal:
      return holds_less_equal(candidate);
    case Operator::tilde:
      return holds_tilde(candidate);
    case Operator::caret:
      return holds_caret(candidate);
  }
  return false;
}

bool Constraint::Condition::holds_not_equal(const Version& candidate) const {
  if (dirty) {
    if (version.major() != candidate.major()) return true;
    if (minor_dirty) return false;
    if (version.minor() != candidate.minor()) return true;
    if (patch_dirty) {
      const bool has_prerelease = !candidate.prerelease().empty() || !version.prerelease().empty();
      return has_prerelease &&
             compare_prereleases(candidate.prerelease(), version.prerelease()) != 0;
    }
    if (version.patch() != candidate.patch()) return true;
  }
  return candidate.compare(version) != 0;
}

/// `>11` wants 12, `>11.1` wants 11.2.
bool Constraint::Condition::holds_greater(const Version& candidate) const {
  if (!dirty) return candidate.compare(version) > 0;
  if (candidate.major() != version.major()) return candidate.major() > version.major();
  if (minor_dirty) return false;
  if (patch_dirty) return candidate.minor() > version.minor();
  return candidate.compare(version) > 0;
}

bool Constraint::Condition::holds_less_equal(const Version& candidate) const {
  if (!dirty) return candidate.compare(version) <= 0;
  if (candidate.major() > version.major()) return false;
  return candidate.major() != version.major() || candidate.minor() <= version.minor() ||
         minor_dirty;
}

bool Constraint::Condition::holds_tilde(const Version& candidate) const {
  if (candidate.compare(version) < 0) return false;
  const bool any = version.major() == 0 && version.minor() == 0 && version.patch() == 0 &&
                   !minor_dirty && !patch_dirty;
  if (any) return true;
  if (candidate.major() != version.major()) return false;
  return candidate.minor() == version.minor() || minor_dirty;
}

bool Constraint::Condition::holds_caret(const Version& candidate) const {
  if (candidate.compare(version) < 0) return false;
  if (version.major() > 0 || minor_dirty) return candidate.major() == version.major();
  if (candidate.major() > 0) return false;
  if (version.minor() > 0 || patch_dirty) return candidate.minor() == version.minor();
  if (candidate.minor() > 0) return false;
  return candidate.patch() == version.patch();
}

}  // namespace reconcile::sprig
