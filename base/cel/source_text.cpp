#include "base/cel/source_text.hpp"

#include <algorithm>

#include "base/model/utf8.hpp"

namespace reconcile::cel {
namespace {

constexpr std::size_t issues_max = 100;
constexpr std::size_t line_length_max = 16384;

}  // namespace

SourceText::SourceText(std::string_view text) : line_begins_{0} {
  characters_.reserve(text.size());
  while (!text.empty()) {
    const model::Rune rune = model::decode_rune(text);
    characters_.push_back(rune.value);
    if (rune.value == '\n') line_begins_.push_back(characters_.size());
    text.remove_prefix(rune.size);
  }
}

std::string SourceText::slice(std::size_t begin, std::size_t end) const {
  std::string text;
  for (std::size_t i = begin; i < std::min(end, characters_.size()); ++i) {
    model::append_rune(characters_[i], text);
  }
  return text;
}

SourceText::Place SourceText::place_of(std::int32_t offset) const {
  if (offset < 0) return {};
  const auto position = static_cast<std::size_t>(offset);
  const auto next = std::upper_bound(line_begins_.begin(), line_begins_.end(), position);
  const std::size_t begin = *(next - 1);
  return {static_cast<int>(next - line_begins_.begin()), static_cast<int>(position - begin), begin};
}

void SourceText::describe(const Issue& issue, std::string& out) const {
  const Place place = place_of(issue.offset);
  out += "ERROR: <input>:" + std::to_string(place.line) + ':' +
         std::to_string(place.line < 0 ? 0 : place.column + 1) + ": " + issue.message;
  if (place.line < 0) return;
  const std::size_t end = std::min(characters_.find(U'\n', place.line_begin), characters_.size());
  if (end - place.line_begin > line_length_max) return;
  std::string line = slice(place.line_begin, end);
  std::replace(line.begin(), line.end(), '\t', ' ');
  out += "\n | " + line + "\n | ";
  const std::size_t mark = place.line_begin + static_cast<std::size_t>(place.column);
  for (std::size_t i = place.line_begin; i < std::min(mark, end); ++i) {
    out += characters_[i] < 0x80 ? "." : "\xEF\xBC\x8E";
  }
  out += mark < end && characters_[mark] >= 0x80 ? "\xEF\xBC\xBE" : "^";
}

std::string SourceText::describe(std::vector<Issue> issues) const {
  std::stable_sort(issues.begin(), issues.end(),
                   [](const Issue& a, const Issue& b) { return a.offset < b.offset; });
  std::string text;
  for (std::size_t i = 0; i < std::min(issues.size(), issues_max); ++i) {
    if (i > 0) text += '\n';
    describe(issues[i], text);
  }
  if (issues.size() > issues_max) {
    text += '\n' + std::to_string(issues.size() - issues_max) + " more errors were truncated";
  }
  return text;
}

}  // namespace reconcile::cel
