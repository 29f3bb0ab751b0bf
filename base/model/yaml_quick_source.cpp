// Structure: documents, block and flow collections. Scalars are in yaml_quick_scalars.cpp. The
// rules are those of libyaml 0.2.5 (scanner.c, parser.c), in whose terms columns and lines are
// counted.
#include "base/model/yaml_quick_source.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/model/byte_search.hpp"

namespace reconcile::model {
namespace {

constexpr std::array<bool, 256> common_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) table[byte] = true;
  table['\n'] = true;
  table['\t'] = true;
  return table;
}();

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// Bytes of the character at `at` beyond ASCII; 0 where it is malformed or not common: controls,
/// line breaks of Unicode, byte order marks, what is no character.
std::size_t wide_character(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first >= 0xC2 && first <= 0xDF) {
    if (!continues(text, at + 1)) return 0;
    return first == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0 ? 0 : 2;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(text, at + 1) || !continues(text, at + 2)) return 0;
    const unsigned code = (first & 0x0FU) << 12U |
                          (static_cast<unsigned char>(text[at + 1]) & 0x3FU) << 6U |
                          (static_cast<unsigned char>(text[at + 2]) & 0x3FU);
    const bool odd = code < 0x800 || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
                     code >= 0xFFFE || (code >= 0xD800 && code <= 0xDFFF) ||
                     (code >= 0xE000 && code <= 0xF8FF);
    return odd ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF3) {
    if (!continues(text, at + 1) || !continues(text, at + 2) || !continues(text, at + 3)) return 0;
    return first == 0xF0 && static_cast<unsigned char>(text[at + 1]) < 0x90 ? 0 : 4;
  }
  return 0;
}

bool is_common(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (at + sizeof(ByteVector) <= text.size()) {
      // Printable ASCII, blanks and line breaks.
      const ByteVector bytes = load_bytes(text, at);
      at += first_set((bytes - 0x20 > 0x5E) & (bytes != '\n') & (bytes != '\t'));
      if (at == text.size() || common_bytes[static_cast<unsigned char>(text[at])]) continue;
    }
    if (common_bytes[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const std::size_t bytes = wide_character(text, at);
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

}  // namespace

YamlQuickSource::YamlQuickSource(std::string_view text, YamlDialect dialect)
    : text_(text), dialect_(dialect) {
}

std::unique_ptr<YamlEventSource> make_yaml_source(std::string_view text, YamlDialect dialect) {
  if (is_common(text)) return std::make_unique<YamlQuickSource>(text, dialect);
  return make_libyaml_source(text, dialect);
}

const YamlEvent& YamlQuickSource::next() {
  if (behind_ == nullptr) {
    event_ = {};
    if (step()) {
      ++taken_;
      return event_;
    }
    behind_ = make_libyaml_source(text_, dialect_);
    for (std::size_t i = 0; i < taken_; ++i) behind_->next();
  }
  return behind_->next();
}

bool YamlQuickSource::step() {
  switch (phase_) {
    case Phase::stream:
      return step_stream();
    case Phase::root:
      return step_root();
    case Phase::document_end:
      // What follows is scanned before a document ends, and may be no token.
      if (!skip_to_token() || !(at_end() || at_marker())) return false;
      event_.type = YamlEventType::document_end;
      phase_ = Phase::stream;
      return true;
    case Phase::nodes:
      break;
  }
  Frame& frame = frames_.back();
  switch (frame.kind) {
    case FrameKind::block_map:
      return step_block_map(frame);
    case FrameKind::block_list:
      return step_block_list(frame);
    default:
      return step_flow(frame);
  }
}

/// "---" or "..." at the start of a line.
bool YamlQuickSource::at_marker() const noexcept {
  if (cursor_.column() != 0 || cursor_.at + 3 > text_.size()) return false;
  const std::string_view three = text_.substr(cursor_.at, 3);
  return (three == "---" || three == "...") && is_gap(cursor_.at + 3);
}

bool YamlQuickSource::step_stream() {
  if (!skip_to_token()) return false;
  event_.line = cursor_.line;
  if (at_end()) {
    event_.type = YamlEventType::stream_end;
    return true;
  }
  event_.type = YamlEventType::document_start;
  phase_ = Phase::root;
  if (at_marker()) {
    if (peek() == '.') return false;
    cursor_.at += 3;
    first_document_ = false;
    return rest_is_blank();
  }
  if (peek() == '%' || !first_document_) return false;
  first_document_ = false;
  return true;
}

bool YamlQuickSource::step_root() {
  if (!skip_to_token()) return false;
  phase_ = Phase::document_end;
  if (at_end() || at_marker()) {
    // The end of the text counts as the begin of a line.
    const bool in_line = at_end() && cursor_.column() != 0;
    set_empty(cursor_.line + (in_line ? 1 : 0));
    return true;
  }
  return node(-1, Where::block);
}

void YamlQuickSource::set_empty(std::uint32_t line) {
  set_scalar(Style::plain, {}, line);
}

void YamlQuickSource::set_scalar(Style style, std::string_view value, std::uint32_t line) {
  event_.type = YamlEventType::scalar;
  event_.style = style;
  event_.plain_implicit = style == Style::plain;
  event_.value = value;
  event_.line = line;
}

void YamlQuickSource::open(FrameKind kind, int indent, State state) {
  const bool map = kind == FrameKind::block_map || kind == FrameKind::flow_map;
  event_.type = map ? YamlEventType::map_start : YamlEventType::list_start;
  if (kind == FrameKind::flow_map || kind == FrameKind::flow_list) event_.style = Style::flow;
  event_.line = cursor_.line;
  frames_.push_back({kind, state, indent});
  phase_ = Phase::nodes;
}

bool YamlQuickSource::close(YamlEventType type) {
  event_.type = type;
  event_.line = cursor_.line;
  frames_.pop_back();
  phase_ = frames_.empty() ? Phase::document_end : Phase::nodes;
  return true;
}

bool YamlQuickSource::step_block_map(Frame& frame) {
  if (frame.state == State::pending_key) {
    event_ = pending_;
    cursor_ = after_pending_;
    frame.state = State::value;
    return true;
  }
  if (frame.state == State::value) {
    frame.state = State::next;
    return map_value(frame);
  }
  if (!skip_to_token()) return false;
  const int column = cursor_.column();
  if (at_end() || column < frame.indent || at_marker()) return close(YamlEventType::map_end);
  if (column != frame.indent || !key_here(column)) return false;
  event_ = pending_;
  cursor_ = after_pending_;
  frame.state = State::value;
  return true;
}

bool YamlQuickSource::map_value(Frame& frame) {
  const std::uint32_t line = cursor_.line;
  const int indent = frame.indent;
  if (!skip_to_token()) return false;
  if (cursor_.line == line && !at_end()) return node(indent, Where::after_key);
  const int column = cursor_.column();
  if (!at_end() && !at_marker()) {
    if (column > indent) return node(indent, Where::block);
    if (column == indent && at_dash()) {
      open(FrameKind::block_list, indent, State::next);
      frames_.back().indentless = true;
      return true;
    }
    // Some values may stand at the column of their key: only another key says that there is none.
    if (column == indent) {
      if (!key_here(indent)) return false;
      frame.state = State::pending_key;
    }
  }
  set_empty(line);
  return true;
}

bool YamlQuickSource::step_block_list(Frame& frame) {
  if (!skip_to_token()) return false;
  const int column = cursor_.column();
  const bool ends = at_end() || column < frame.indent || at_marker();
  if (ends) return close(YamlEventType::list_end);
  if (column > frame.indent) return false;
  if (!at_dash()) return frame.indentless && close(YamlEventType::list_end);
  const std::uint32_t line = cursor_.line;
  const int indent = frame.indent;
  ++cursor_.at;
  if (!skip_to_token()) return false;
  if (!at_end() && !at_marker()) {
    if (cursor_.column() > indent) return node(indent, Where::block);
    if (cursor_.column() == indent && !at_dash()) {
      const YamlCursor here = cursor_;
      if (!frame.indentless || !key_here(indent)) return false;
      cursor_ = here;
    }
  }
  set_empty(line);
  return true;
}

/// Reads the key at the cursor, with its colon, into `pending_`; false where there is none.
bool YamlQuickSource::key_here(int indent) {
  const char first = peek();
  if (first == '"' || first == '\'') {
    bool one_line = false;
    if (!quoted(one_line) || !one_line || !colon_follows()) return false;
  } else {
    if (at_dash() || std::strchr("?:,[]{}#&*!|>%@`", first) != nullptr) return false;
    std::size_t end = 0;
    End how = End::line;
    if (!plain_line(end, how) || how != End::colon) return false;
    set_scalar(Style::plain, text_.substr(cursor_.at, end - cursor_.at), cursor_.line);
    cursor_.at = text_.find(':', end);
  }
  if (cursor_.column() - indent > static_cast<int>(key_bytes_max)) return false;
  ++cursor_.at;
  pending_ = event_;
  if (event_.value.data() == value_.data()) {
    pending_value_.swap(value_);
    pending_.value = pending_value_;
  }
  after_pending_ = cursor_;
  return true;
}

bool YamlQuickSource::begin_map_with_key(int column) {
  if (!key_here(column)) return false;
  event_ = {};
  open(FrameKind::block_map, column, State::pending_key);
  return true;
}

/// One node in block context; the cursor is at its first character. `parent_indent` is that of the
/// innermost block collection.
bool YamlQuickSource::node(int parent_indent, Where where) {
  if (frames_.size() > depth_max) return false;
  switch (peek()) {
    case '"':
    case '\'':
      return quoted_node(where);
    case '|':
    case '>':
      return block_scalar(parent_indent);
    case '[':
    case '{': {
      const bool map = peek() == '{';
      if (where == Where::block && may_be_flow_key()) return false;
      open(map ? FrameKind::flow_map : FrameKind::flow_list, parent_indent, State::first);
      ++cursor_.at;
      return true;
    }
    case '-':
      if (!at_dash()) break;
      if (where == Where::after_key) return false;
      open(FrameKind::block_list, cursor_.column(), State::next);
      return true;
    default:
      if (std::strchr("?:,]}#&*!%@`", peek()) != nullptr) return false;
      break;
  }
  return plain_node(parent_indent, where);
}

bool YamlQuickSource::quoted_node(Where where) {
  const YamlCursor start = cursor_;
  bool one_line = false;
  if (!quoted(one_line)) return false;
  if (!colon_follows()) return rest_is_blank();
  if (!one_line || where == Where::after_key) return false;
  cursor_ = start;
  return begin_map_with_key(start.column());
}

bool YamlQuickSource::plain_node(int parent_indent, Where where) {
  std::size_t end = 0;
  End how = End::line;
  if (!plain_line(end, how)) return false;
  if (how == End::colon) {
    return where == Where::block && begin_map_with_key(cursor_.column());
  }
  const std::size_t first = cursor_.at;
  cursor_.at = end;
  if (how == End::line) return plain_rest(parent_indent, first, end);
  set_scalar(Style::plain, text_.substr(first, end - first), cursor_.line);
  return true;
}

/// Whether the next thing on this line is a colon with a gap behind it; the cursor is then at it.
bool YamlQuickSource::colon_follows() {
  std::size_t at = cursor_.at;
  while (at < text_.size() && text_[at] == ' ') ++at;
  if (at >= text_.size() || text_[at] != ':' || !is_gap(at + 1)) return false;
  cursor_.at = at;
  return true;
}

/// Whether nothing but blanks and a comment stands in the rest of the line.
bool YamlQuickSource::rest_is_blank() {
  const std::size_t start = cursor_.at;
  while (peek() == ' ') ++cursor_.at;
  return at_end() || peek() == '\n' || (peek() == '#' && cursor_.at > start);
}

/// Goes over blanks, comments and line breaks. False at a tab.
bool YamlQuickSource::skip_to_token() {
  while (!at_end()) {
    switch (peek()) {
      case ' ':
        cursor_.at = behind_spaces(cursor_.at);
        continue;
      case '\n':
        new_line();
        continue;
      case '#': {
        const bool comment = cursor_.column() == 0 || text_[cursor_.at - 1] == ' ';
        if (!comment) return false;
        const std::size_t end = text_.find('\n', cursor_.at);
        cursor_.at = end == std::string_view::npos ? text_.size() : end;
        continue;
      }
      case '\t':
        return false;
      default:
        return true;
    }
  }
  return true;
}

}  // namespace reconcile::model
