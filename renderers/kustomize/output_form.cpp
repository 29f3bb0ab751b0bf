#include "renderers/kustomize/output_form.hpp"

#include <cmath>

#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// The lines of the block as go-yaml v3.0.5 writes them. Its look-ahead for a more indented line
// starts at the beginning of the text in place of the current position, so the empty line that
// keeps a break is written also before lines that need none.
std::string folded_block(std::string_view text) {
  std::size_t first = text.find_first_not_of('\n');
  if (first == std::string_view::npos) first = text.size();
  const bool adds_breaks = first < text.size() && !is_blank(text[first]);
  std::string block;
  bool after_break = true;
  bool leading_space = true;
  for (const char c : text) {
    if (c == '\n') {
      if (!after_break && !leading_space && adds_breaks) block += '\n';
      block += '\n';
      after_break = true;
      continue;
    }
    if (after_break) leading_space = is_blank(c);
    block += c;
    after_break = false;
  }
  return block;
}

// Reads such a block: single breaks between lines that do not start with a blank become spaces.
std::string unfolded(std::string_view block) {
  std::string text;
  std::string breaks;
  bool has_break = false;
  bool was_blank = false;
  std::size_t start = 0;
  while (start < block.size()) {
    const std::size_t end = std::min(block.find('\n', start), block.size());
    const std::string_view line = block.substr(start, end - start);
    start = end + 1;
    if (line.empty()) {
      breaks += '\n';
      continue;
    }
    const bool blank = is_blank(line.front());
    if (has_break && !was_blank && !blank) {
      if (breaks.empty()) text += ' ';
    } else if (has_break) {
      text += '\n';
    }
    text += breaks;
    breaks.clear();
    text += line;
    was_blank = blank;
    has_break = end < block.size();
  }
  return text + (has_break ? "\n" : "") + breaks;
}

// Blocks are not written for such text, so nothing happens to it.
bool is_written_quoted(std::string_view text) {
  if (text.empty() || text.back() == ' ') return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == ' ' && i + 1 < text.size() && text[i + 1] == '\n') return true;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
  }
  return false;
}

// A time with a colon is written in quotes between the marks of flow style, and stays text.
void quote_time(Arena& arena, Node& node) {
  const std::string_view text = raw_text(node);
  if (node.style == Style::plain && text.find(':') != std::string_view::npos) {
    node = model::make_string(arena, text);
  }
}

void hop(Arena& arena, Node& node, bool is_top, bool in_flow) {
  in_flow = in_flow || (!is_scalar(node) && node.style == Style::flow);
  switch (node.kind) {
    case Kind::list:
      for (Node& item : items_of(node)) hop(arena, item, false, in_flow);
      return;
    case Kind::map:
      if (node.has_other_keys && !is_top) {
        throw model::Error(model::ErrorCode::invalid_input,
                           "json: unsupported type: map[interface {}]interface {}");
      }
      for (Entry& entry : entries_of(node)) hop(arena, entry.value, false, in_flow);
      return;
    case Kind::string:
      if (contradicts_its_tag(node)) throw_contradiction(node);
      if (in_flow && node.is_timestamp) quote_time(arena, node);
      if (node.style == Style::folded && node.size > 0) {
        const std::string changed = refolded({node.text, node.size});
        node = model::make_string(arena, changed);
        node.style = Style::folded;
      }
      return;
    case Kind::floating:
      if (!std::isfinite(node.floating)) {
        throw model::Error(
            model::ErrorCode::invalid_input,
            "json: unsupported value: " + std::string(raw_text(node)) + ", which is no number");
      }
      return;
    default:
      return;
  }
}

}  // namespace

std::string refolded(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || is_written_quoted(text)) {
    return std::string(text);
  }
  std::string result = unfolded(folded_block(text));
  const bool ends_with_break = text.ends_with('\n');
  const bool keeps_all = text.ends_with("\n\n") || text == "\n";
  if (keeps_all) return result;
  while (result.ends_with('\n')) result.pop_back();
  return ends_with_break ? result + "\n" : result;
}

void hop_through_yaml(Arena& arena, Node& root) {
  hop(arena, root, true, false);
}

}  // namespace reconcile::kustomize
