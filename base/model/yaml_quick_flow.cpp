// Flow collections of the quick reader.
#include <algorithm>
#include <cstring>

#include "base/model/yaml_quick_source.hpp"

namespace reconcile::model {

/// The same between the parts of a flow collection, where comments and markers are left alone.
bool YamlQuickSource::skip_in_flow() {
  while (peek() == ' ' || peek() == '\n') {
    if (peek() == ' ')
      ++cursor_.at;
    else
      new_line();
  }
  return !at_end() && peek() != '#' && peek() != '\t' && !at_marker();
}

bool YamlQuickSource::flow_end(Frame& frame, char closer) {
  const bool map = frame.kind == FrameKind::flow_map;
  if ((closer == '}') != map) return false;
  ++cursor_.at;
  close(map ? YamlEventType::map_end : YamlEventType::list_end);
  if (!frames_.empty() && frames_.back().kind != FrameKind::block_map &&
      frames_.back().kind != FrameKind::block_list) {
    return true;
  }
  return !colon_follows() && rest_is_blank();
}

/// Whether a flow collection that ends on this line may be a key itself, which shows only behind
/// it: libyaml takes it for one at any colon of the line, be it behind another scalar.
bool YamlQuickSource::may_be_flow_key() {
  if (cursor_.at < no_flow_key_before_) return false;
  const std::size_t line_end = std::min(text_.find('\n', cursor_.at), text_.size());
  for (std::size_t at = cursor_.at; at < line_end; ++at) {
    if (text_[at] != ']' && text_[at] != '}') continue;
    const std::size_t next = text_.find_first_not_of(" \t", at + 1);
    if (next < line_end && std::strchr(",]}#", text_[next]) == nullptr) return true;
  }
  no_flow_key_before_ = line_end;
  return false;
}

bool YamlQuickSource::flow_node(Frame& frame) {
  if (frames_.size() > depth_max) return false;
  const char c = peek();
  const bool in_list = frame.kind == FrameKind::flow_list;
  if (c == '[' || c == '{') {
    if (in_list && may_be_flow_key()) return false;
    const int indent = frame.indent;
    open(c == '{' ? FrameKind::flow_map : FrameKind::flow_list, indent, State::first);
    ++cursor_.at;
    return true;
  }
  if (c == '"' || c == '\'') {
    bool one_line = false;
    if (!quoted(one_line) || !one_line) return false;
  } else if (!flow_plain()) {
    return false;
  }
  if (!in_list) return true;
  // A pair without braces.
  const std::size_t next = text_.find_first_not_of(" \t", cursor_.at);
  return next == std::string_view::npos || text_[next] != ':';
}

bool YamlQuickSource::step_flow(Frame& frame) {
  const std::uint32_t line = cursor_.line;
  if (!skip_in_flow()) return false;
  const bool map = frame.kind == FrameKind::flow_map;
  if (frame.state == State::key_done) {
    // Only behind a colon with a gap, or behind a quoted key: else it may belong to the key.
    if (peek() != ':' || cursor_.line != line) return false;
    if (cursor_.at - flow_key_ > key_bytes_max) return false;
    const bool gap = is_gap(cursor_.at + 1);
    if (!gap && text_[cursor_.at - 1] != '"' && text_[cursor_.at - 1] != '\'') return false;
    ++cursor_.at;
    if (!skip_in_flow() || peek() == ',' || peek() == '}' || peek() == ':') return false;
    frame.state = State::next;
    return flow_node(frame);
  }
  if (peek() == ']' || peek() == '}') return flow_end(frame, peek());
  if (frame.state == State::next) {
    if (peek() != ',') return false;
    ++cursor_.at;
    if (!skip_in_flow() || peek() == ']' || peek() == '}') return false;
  }
  if (!map) {
    frame.state = State::next;
    return flow_node(frame);
  }
  if (peek() == '[' || peek() == '{') return false;
  frame.state = State::key_done;
  flow_key_ = cursor_.at;
  return flow_node(frame);
}

}  // namespace reconcile::model
