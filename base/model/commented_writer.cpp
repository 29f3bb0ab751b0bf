#include "base/model/commented_writer.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

constexpr int best_indent = 2;
constexpr std::size_t simple_key_bytes_max = 128;
constexpr std::size_t depth_max = 1000;

void replace_unless_empty(std::string& target, const std::string& text) {
  if (!text.empty()) target = text;
}

}  // namespace

std::string CommentedYaml::write() const {
  std::string out;
  if (present_) CommentedWriter(out).write(root_, head_comment_, foot_comment_);
  return out;
}

std::string write_commented(const CommentedNode& node) {
  std::string out;
  CommentedWriter(out).write(node, {}, {});
  return out;
}

void CommentedWriter::write(const CommentedNode& root, const std::string& head,
                            const std::string& foot) {
  replace_unless_empty(pending_.head, head);
  if (!pending_.head.empty()) {
    head_comment();
    put_break();
  }
  take(root);
  head_comment();
  start(root, Place::root);
  line_comment();
  foot_comment();
  rest(root, Place::root);
  replace_unless_empty(pending_.foot, foot);
  foot_indent_ = 0;
  foot_comment();
  foot_indent_ = -1;
  write_indent();
}

void CommentedWriter::take(const CommentedNode& node) {
  replace_unless_empty(pending_.head, node.head_comment);
  if (node.kind == CommentedKind::list || node.kind == CommentedKind::map) return;
  replace_unless_empty(pending_.line, node.line_comment);
  replace_unless_empty(pending_.foot, node.foot_comment);
}

// A key's foot comes after its value: it is the tail that the next key brings.
void CommentedWriter::take_key(const CommentedNode& key, const std::string& tail) {
  replace_unless_empty(pending_.head, key.head_comment);
  if (key.kind == CommentedKind::scalar || key.kind == CommentedKind::map) {
    replace_unless_empty(pending_.tail, tail);
  }
  if (key.kind == CommentedKind::list || key.kind == CommentedKind::map) return;
  replace_unless_empty(pending_.line, key.line_comment);
}

void CommentedWriter::take_end(const CommentedNode& node, Place place) {
  const bool is_key = place == Place::key || place == Place::simple_key;
  replace_unless_empty(pending_.line, node.line_comment);
  if (!is_key) replace_unless_empty(pending_.foot, node.foot_comment);
}

void CommentedWriter::start(const CommentedNode& node, Place place) {
  if (node.kind == CommentedKind::alias) {
    indicator("*", true, false, false);
    indicator(node.value, false, false, false);
  } else if (node.kind == CommentedKind::scalar) {
    scalar(node, place);
  } else {
    if (!node.anchor.empty()) {
      indicator("&", true, false, false);
      indicator(node.anchor, false, false, false);
    }
    const bool is_usual =
        !node.explicit_tag && (node.tag == "!!seq" || node.tag == "!!map" || node.tag.empty());
    if (!is_usual) tag(node.tag);
  }
}

bool CommentedWriter::is_flow(const CommentedNode& node) const {
  return flow_level_ > 0 || node.style == Style::flow || node.content.empty();
}

void CommentedWriter::rest(const CommentedNode& node, Place place) {
  if (node.kind == CommentedKind::list) {
    is_flow(node) ? flow_list(node, place) : block_list(node, place);
  } else if (node.kind == CommentedKind::map) {
    is_flow(node) ? flow_map(node, place) : block_map(node, place);
  }
}

void CommentedWriter::block_list(const CommentedNode& list, Place place) {
  const bool in_mapping = place == Place::key || place == Place::value;
  increase_indent(false, place, in_mapping && (column_ == 0 || !indention_));
  for (const CommentedNode& item : list.content) {
    take(item);
    head_comment();
    write_indent();
    indicator("-", true, false, true);
    start(item, Place::item);
    line_comment();
    foot_comment();
    rest(item, Place::item);
  }
  take_end(list, place);
  decrease_indent();
}

void CommentedWriter::block_map(const CommentedNode& map, Place place) {
  increase_indent(false, place);
  std::string tail;
  for (std::size_t i = 0; i + 1 < map.content.size(); i += 2) {
    const CommentedNode& key = map.content[i];
    take_key(key, tail);
    tail = key.foot_comment;
    head_comment();
    write_indent();
    if (!pending_.line.empty()) {
      key_line_ = std::move(pending_.line);
      pending_.line.clear();
    }
    const bool is_simple = is_simple_key(key);
    const Place key_place = is_simple ? Place::simple_key : Place::key;
    if (!is_simple) indicator("?", true, false, true);
    start(key, key_place);
    rest(key, key_place);
    take(map.content[i + 1]);
    block_value(map.content[i + 1], is_simple);
  }
  replace_unless_empty(pending_.tail, tail);
  take_end(map, place);
  head_comment();
  decrease_indent();
}

void CommentedWriter::block_value(const CommentedNode& value, bool is_simple) {
  if (is_simple) {
    indicator(":", false, false, false);
  } else {
    write_indent();
    indicator(":", true, false, true);
  }
  if (!key_line_.empty()) {
    const bool is_scalar = value.kind == CommentedKind::scalar;
    if (is_scalar && pending_.line.empty()) {
      pending_.line.swap(key_line_);
    } else if (!is_scalar && value.kind != CommentedKind::alias && value.style != Style::flow) {
      pending_.line.swap(key_line_);
      line_comment();
      pending_.line.swap(key_line_);
    }
  }
  start(value, Place::value);
  line_comment();
  foot_comment();
  rest(value, Place::value);
}

// Writes an item or value of a flow collection; true where its comma stands already, before its
// comment.
bool CommentedWriter::flow_entry(const CommentedNode& value) {
  const bool is_trailed = has_trail();
  start(value, Place::flow);
  if (has_trail()) indicator(",", false, false, false);
  line_comment();
  foot_comment();
  rest(value, Place::flow);
  return is_trailed;
}

void CommentedWriter::flow_list(const CommentedNode& list, Place place) {
  indicator("[", true, true, false);
  increase_indent(true, place);
  ++flow_level_;
  bool needs_comma = false;
  for (const CommentedNode& item : list.content) {
    take(item);
    if (needs_comma) indicator(",", false, false, false);
    head_comment();
    if (column_ == 0) write_indent();
    needs_comma = !flow_entry(item);
  }
  take_end(list, place);
  --flow_level_;
  decrease_indent();
  if (column_ == 0) write_indent();
  indicator("]", false, false, false);
  line_comment();
  foot_comment();
}

void CommentedWriter::flow_map(const CommentedNode& map, Place place) {
  indicator("{", true, true, false);
  increase_indent(true, place);
  ++flow_level_;
  bool needs_comma = false;
  std::string tail;
  for (std::size_t i = 0; i + 1 < map.content.size(); i += 2) {
    const CommentedNode& key = map.content[i];
    take_key(key, tail);
    tail = key.foot_comment;
    if (needs_comma) indicator(",", false, false, false);
    head_comment();
    if (column_ == 0) write_indent();
    const bool is_simple = is_simple_key(key);
    const Place key_place = is_simple ? Place::simple_key : Place::key;
    if (!is_simple) indicator("?", true, false, false);
    start(key, key_place);
    rest(key, key_place);
    take(map.content[i + 1]);
    indicator(":", !is_simple, false, false);
    needs_comma = !flow_entry(map.content[i + 1]);
  }
  replace_unless_empty(pending_.tail, tail);
  take_end(map, place);
  const bool has_end_comment =
      !pending_.head.empty() || !pending_.foot.empty() || !pending_.tail.empty();
  if (needs_comma && has_end_comment) indicator(",", false, false, false);
  head_comment();
  --flow_level_;
  decrease_indent();
  indicator("}", false, false, false);
  line_comment();
  foot_comment();
}

bool CommentedWriter::is_simple_key(const CommentedNode& node) const {
  std::size_t bytes = node.anchor.size() + node.value.size();
  if (node.kind == CommentedKind::alias) return bytes <= simple_key_bytes_max;
  if (node.kind == CommentedKind::scalar) {
    if (analyze_scalar(node.value, true).multiline) return false;
    if (node.explicit_tag) bytes += node.tag.size();
    return bytes <= simple_key_bytes_max;
  }
  if (node.explicit_tag) bytes += node.tag.size();
  return node.content.empty() && bytes <= simple_key_bytes_max;
}

void CommentedWriter::increase_indent(bool is_flow, Place place, bool is_compact) {
  if (indents_.size() >= depth_max) {
    throw Error(
        ErrorCode::limit_exceeded,
        "yaml: nesting deeper than " + std::to_string(depth_max) + " levels cannot be written");
  }
  indents_.push_back(indent_);
  if (indent_ < 0) {
    indent_ = is_flow ? best_indent : 0;
  } else if (place == Place::item) {
    indent_ += best_indent;
  } else {
    indent_ = best_indent * ((indent_ + best_indent) / best_indent);
    if (is_compact) indent_ -= best_indent;
  }
}

void CommentedWriter::decrease_indent() {
  indent_ = indents_.back();
  indents_.pop_back();
}

}  // namespace reconcile::model
