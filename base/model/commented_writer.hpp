#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/model/yaml_scalar_traits.hpp"
#include "reconcile/model/commented_yaml.hpp"

namespace reconcile::model {

/// Writes commented nodes as go-yaml 3.0.5 does with indent 2 and CompactSeqIndent. The comments
/// that wait to be written are kept apart from the nodes, because where they come out depends on
/// what is written next.
class CommentedWriter {
 public:
  explicit CommentedWriter(std::string& out) : out_(out) {}

  void write(const CommentedNode& root, const std::string& head, const std::string& foot);

 private:
  /// Where a node stands; the items of a flow list count as `flow`.
  enum class Place : std::uint8_t { root, item, flow, key, simple_key, value };
  struct Comments {
    std::string head;
    std::string line;
    std::string foot;
    std::string tail;
  };

  // The start of a node: all of a scalar, nothing of a collection but its properties.
  void start(const CommentedNode& node, Place place);
  void rest(const CommentedNode& node, Place place);
  void take(const CommentedNode& node);
  void take_key(const CommentedNode& key, const std::string& tail);
  void take_end(const CommentedNode& node, Place place);

  void block_list(const CommentedNode& list, Place place);
  void block_map(const CommentedNode& map, Place place);
  void block_key(const CommentedNode& key);
  void block_value(const CommentedNode& value, bool is_simple);
  void flow_list(const CommentedNode& list, Place place);
  void flow_map(const CommentedNode& map, Place place);
  bool flow_entry(const CommentedNode& value);
  [[nodiscard]] bool is_simple_key(const CommentedNode& node) const;
  [[nodiscard]] bool is_flow(const CommentedNode& node) const;

  void scalar(const CommentedNode& node, Place place);
  [[nodiscard]] Style scalar_style(const CommentedNode& node, Place place) const;
  void tag(const std::string& tag);
  void plain(std::string_view text);
  void single_quoted(std::string_view text);
  void double_quoted(std::string_view text);
  void block_scalar(std::string_view text, bool is_folded);
  void comment(std::string& text);
  void head_comment();
  void line_comment(bool breaks = false);
  void foot_comment();
  [[nodiscard]] bool has_trail() const {
    return !pending_.line.empty() || !pending_.foot.empty() || !pending_.tail.empty();
  }

  void put(char c);
  void put_break();
  std::size_t put_character(std::string_view text, std::size_t i);
  std::size_t put_text_break(std::string_view text, std::size_t i);
  void write_indent();
  void indicator(std::string_view text, bool needs_space, bool is_space, bool is_indent);
  void increase_indent(bool is_flow, Place place, bool is_compact = false);
  void decrease_indent();

  std::string& out_;
  Comments pending_;
  std::string key_line_;
  std::vector<int> indents_;
  int indent_ = -1;
  int column_ = 0;
  int flow_level_ = 0;
  int foot_indent_ = -1;
  bool whitespace_ = true;
  bool indention_ = true;
};

}  // namespace reconcile::model
