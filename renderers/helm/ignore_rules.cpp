#include "renderers/helm/ignore_rules.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "renderers/helm/path_match.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

constexpr std::string_view special_characters = "*?[\\";

}  // namespace

IgnoreRules::IgnoreRules() {
  add("templates/.?*");
}

IgnoreRules::IgnoreRules(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    add(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  add("templates/.?*");
}

void IgnoreRules::add(std::string_view line) {
  line = trim_space(line);
  if (line.empty() || line.starts_with('#')) return;
  if (line.find("**") != std::string_view::npos) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "double-star (**) syntax is not supported: \"" + std::string(line) + "\"");
  }
  static_cast<void>(path_match(line, "abc"));
  Rule rule;
  if (line.starts_with('!')) {
    rule.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    rule.directory_only = true;
    line.remove_suffix(1);
  }
  if (line.starts_with('/')) {
    rule.whole_path = true;
    line.remove_prefix(1);
  } else {
    rule.whole_path = line.find('/') != std::string_view::npos;
  }
  rule.pattern = line;
  rule.head_bytes = std::min(line.find_first_of(special_characters), line.size());
  if (rule.head_bytes == line.size()) {
    rule.shape = Shape::name;
  } else if (line[rule.head_bytes] == '*' &&
             line.find_first_of(special_characters, rule.head_bytes + 1) == line.npos) {
    rule.shape = Shape::one_star;
  }
  rules_.push_back(std::move(rule));
}

bool IgnoreRules::matches(const Rule& rule, std::string_view text) {
  const std::string_view pattern = rule.pattern;
  if (!text.starts_with(pattern.substr(0, rule.head_bytes))) return false;
  text.remove_prefix(rule.head_bytes);
  switch (rule.shape) {
    case Shape::name:
      return text.empty();
    case Shape::one_star: {
      const std::string_view tail = pattern.substr(rule.head_bytes + 1);
      if (!text.ends_with(tail)) return false;
      return text.substr(0, text.size() - tail.size()).find('/') == text.npos;
    }
    case Shape::other:
      break;
  }
  try {
    return path_match(pattern.substr(rule.head_bytes), text);
  } catch (const model::Error&) {
    return false;
  }
}

bool IgnoreRules::ignores(std::string_view path, PathType type) const {
  if (path.empty() || path == "." || path == "./") return false;
  const std::string_view name = model::base_name(path);
  for (const Rule& rule : rules_) {
    const bool wrong_type = rule.directory_only && type != PathType::directory;
    const bool matched = !wrong_type && matches(rule, rule.whole_path ? path : name);
    if (matched != rule.negated) return true;
  }
  return false;
}

}  // namespace reconcile::helm
