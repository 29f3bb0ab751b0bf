#include "renderers/helm/ignore_rules.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "renderers/helm/path_match.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {

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
  rules_.push_back(std::move(rule));
}

bool IgnoreRules::ignores(std::string_view path, PathType type) const {
  if (path.empty() || path == "." || path == "./") return false;
  const auto matches = [path](const Rule& rule) {
    try {
      return path_match(rule.pattern, rule.whole_path ? path : model::base_name(path));
    } catch (const model::Error&) {
      return false;
    }
  };
  for (const Rule& rule : rules_) {
    const bool wrong_type = rule.directory_only && type != PathType::directory;
    if (rule.negated) {
      if (wrong_type || !matches(rule)) return true;
      continue;
    }
    if (!wrong_type && matches(rule)) return true;
  }
  return false;
}

}  // namespace reconcile::helm
