// Tests: test/appliers/apply/field_rules_test.cpp.
#include "appliers/apply/label_selector.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::string_view blanks = " \t\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

[[noreturn]] void refuse(std::string_view text) {
  throw model::Error(
      model::ErrorCode::invalid_input,
      "expected a label selector such as \"a=b,c in (d,e)\", found \"" + std::string(text) + "\"");
}

/// Cuts at commas that are not inside parentheses.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

}  // namespace

LabelSelector::LabelSelector(std::string_view text) {
  if (trimmed(text).empty()) return;
  for (const std::string_view part : parts_of(text)) requirements_.push_back(parse(part));
}

LabelSelector::Requirement LabelSelector::parse(std::string_view text) {
  using Operator = Requirement::Operator;
  Requirement result;
  if (text.starts_with('!')) {
    result.key = trimmed(text.substr(1));
    result.op = Operator::absent;
  } else if (const std::size_t sign = text.find('='); sign != std::string_view::npos) {
    const bool differs = sign > 0 && text[sign - 1] == '!';
    result.key = trimmed(text.substr(0, differs ? sign - 1 : sign));
    result.op = differs ? Operator::not_in : Operator::in;
    const bool is_double = text.substr(sign).starts_with("==");
    result.values.emplace_back(trimmed(text.substr(sign + (is_double ? 2 : 1))));
  } else if (const std::size_t open = text.find('('); open != std::string_view::npos) {
    std::string_view head = trimmed(text.substr(0, open));
    const std::size_t blank = head.find_last_of(blanks);
    if (blank == std::string_view::npos || !text.ends_with(')')) refuse(text);
    const std::string_view word = head.substr(blank + 1);
    if (word != "in" && word != "notin") refuse(text);
    result.op = word == "in" ? Operator::in : Operator::not_in;
    result.key = trimmed(head.substr(0, blank));
    for (const std::string_view value : parts_of(text.substr(open + 1, text.size() - open - 2)))
      result.values.emplace_back(value);
  } else {
    result.key = text;
  }
  if (result.key.empty() || result.key.find_first_of(" \t\n()!=<>") != std::string::npos)
    refuse(text);
  return result;
}

bool LabelSelector::matches(model::Value labels) const {
  using Operator = Requirement::Operator;
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const Requirement& wanted) {
    const model::Value value = labels[wanted.key];
    const bool among = value.present() && std::find(wanted.values.begin(), wanted.values.end(),
                                                    value.text()) != wanted.values.end();
    switch (wanted.op) {
      case Operator::in:
        return among;
      case Operator::not_in:
        return !among;
      case Operator::exists:
        return value.present();
      case Operator::absent:
        return !value.present();
    }
    return false;
  });
}

}  // namespace reconcile::appliers
