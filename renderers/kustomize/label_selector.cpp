#include <algorithm>
#include <cstdlib>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/res_map.hpp"

// Kubernetes label selectors: "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1".

namespace reconcile::kustomize {

namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\n\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n\r") - begin + 1);
}

[[noreturn]] void throw_unparsable(std::string_view selector) {
  throw model::Error(model::ErrorCode::invalid_input,
                     "unable to parse requirement in selector \"" + std::string(selector) + "\"");
}

// The requirements between top-level commas.
std::vector<std::string_view> split_requirements(std::string_view selector) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= selector.size(); ++i) {
    if (i < selector.size()) {
      if (selector[i] == '(') ++depth;
      if (selector[i] == ')') --depth;
      if (depth < 0) throw_unparsable(selector);
      if (selector[i] != ',' || depth > 0) continue;
    }
    parts.push_back(trimmed(selector.substr(start, i - start)));
    start = i + 1;
  }
  if (depth != 0) throw_unparsable(selector);
  return parts;
}

const std::string_view* value_of(const Pairs& pairs, std::string_view key) {
  for (const auto& [name, value] : pairs) {
    if (name == key) return &value;
  }
  return nullptr;
}

bool set_contains(std::string_view list, std::string_view value, std::string_view selector) {
  list = trimmed(list);
  if (list.size() < 2 || list.front() != '(' || list.back() != ')') throw_unparsable(selector);
  list = list.substr(1, list.size() - 2);
  std::size_t start = 0;
  while (start <= list.size()) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    if (trimmed(list.substr(start, end - start)) == value) return true;
    start = end + 1;
  }
  return false;
}

bool compare_numbers(const std::string_view* value, std::string_view bound, bool greater) {
  if (value == nullptr) return false;
  const long long left = std::strtoll(std::string(*value).c_str(), nullptr, 10);
  const long long right = std::strtoll(std::string(bound).c_str(), nullptr, 10);
  return greater ? left > right : left < right;
}

bool matches_requirement(std::string_view text, const Pairs& pairs, std::string_view selector) {
  if (text.empty()) throw_unparsable(selector);
  if (text.front() == '!' && text.find('=') == std::string_view::npos) {
    return value_of(pairs, trimmed(text.substr(1))) == nullptr;
  }
  const std::size_t sign = text.find_first_of("=!<>");
  const std::size_t space = text.find(' ');
  if (sign == std::string_view::npos || (space < sign && text.find('(') < sign)) {
    if (space == std::string_view::npos) {
      if (text.find_first_of("()") != std::string_view::npos) throw_unparsable(selector);
      return value_of(pairs, text) != nullptr;
    }
    const std::string_view* value = value_of(pairs, text.substr(0, space));
    const std::string_view rest = trimmed(text.substr(space));
    if (rest.starts_with("in")) {
      const bool contains =
          set_contains(rest.substr(2), value == nullptr ? std::string_view() : *value, selector);
      return value != nullptr && contains;
    }
    if (rest.starts_with("notin")) {
      const bool contains =
          set_contains(rest.substr(5), value == nullptr ? std::string_view() : *value, selector);
      return value == nullptr || !contains;
    }
    throw_unparsable(selector);
  }
  const std::string_view* value = value_of(pairs, trimmed(text.substr(0, sign)));
  if (text[sign] == '>' || text[sign] == '<') {
    return compare_numbers(value, trimmed(text.substr(sign + 1)), text[sign] == '>');
  }
  if (text[sign] == '!') {
    if (sign + 1 >= text.size() || text[sign + 1] != '=') throw_unparsable(selector);
    return value == nullptr || *value != trimmed(text.substr(sign + 2));
  }
  const bool is_double = sign + 1 < text.size() && text[sign + 1] == '=';
  return value != nullptr && *value == trimmed(text.substr(sign + (is_double ? 2 : 1)));
}

}  // namespace

bool matches_label_selector(std::string_view selector, const Pairs& pairs) {
  if (trimmed(selector).empty()) return true;
  bool matches = true;
  for (const std::string_view requirement : split_requirements(selector)) {
    matches = matches_requirement(requirement, pairs, selector) && matches;
  }
  return matches;
}

}  // namespace reconcile::kustomize
