#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/yaml_event.hpp"

namespace reconcile::model {

/// Where the quick reader is in its text.
struct YamlCursor {
  std::size_t at = 0;      ///< byte offset
  std::size_t begin = 0;   ///< of the line
  std::uint32_t line = 1;  ///< from 1
  [[nodiscard]] int column() const noexcept { return static_cast<int>(at - begin); }
};

/// Events of the YAML that people and programs usually write, several times as fast as libyaml:
/// block and flow collections, all kinds of scalars, comments, several documents. Whatever else it
/// meets (anchors, tags, directives, complex keys, tabs, errors) it leaves to the source behind it,
/// which then gives all further events: so its own are exactly the ones that go-yaml has.
class YamlQuickSource final : public YamlEventSource {
 public:
  /// `text` must outlive the source.
  YamlQuickSource(std::string_view text, YamlDialect dialect);
  const YamlEvent& next() override;
  /// Whether all events so far were its own.
  [[nodiscard]] bool is_quick() const noexcept { return behind_ == nullptr; }

 private:
  /// Deeper nesting is left to the source behind.
  static constexpr std::size_t depth_max = 500;
  /// A longer key is left to the source behind, which fails above 1024 characters.
  static constexpr std::size_t key_bytes_max = 1000;
  enum class Phase : std::uint8_t { stream, root, nodes, document_end };
  enum class FrameKind : std::uint8_t { block_map, block_list, flow_map, flow_list };
  enum class State : std::uint8_t {
    pending_key,  ///< `pending_` is the key that told that here is a map
    value,        ///< behind the key's colon
    next,         ///< before a key or an item, or the end
    first,        ///< flow: behind the opening bracket
    key_done,     ///< flow: behind a key
  };
  struct Frame {
    FrameKind kind;
    State state;
    int indent;
    bool indentless = false;  ///< a list at the column of its map's keys
  };
  /// How a scalar or a line ends.
  enum class End : std::uint8_t { line, colon, comment, flow, unusual };
  enum class Where : std::uint8_t { block, after_key };

  // Each answers false for what is left to the source behind.
  bool step();
  bool step_stream();
  bool step_root();
  bool step_block_map(Frame& frame);
  bool step_block_list(Frame& frame);
  bool step_flow(Frame& frame);
  bool flow_node(Frame& frame);
  [[nodiscard]] bool may_be_flow_key();
  bool flow_end(Frame& frame, char closer);
  bool map_value(Frame& frame);
  bool key_here(int indent);
  bool node(int parent_indent, Where where);
  bool quoted_node(Where where);
  bool plain_node(int parent_indent, Where where);
  bool begin_map_with_key(int column);

  bool plain_line(std::size_t& end, End& how) const;
  bool plain_rest(int parent_indent, std::size_t first, std::size_t first_end);
  bool flow_plain();
  bool quoted(bool& one_line);
  bool single_quoted();
  bool double_quoted();
  bool escape(std::string& out);
  bool fold_lines(std::string& out, std::size_t text_end);
  bool block_scalar(int parent_indent);
  bool block_header(bool& literal, int& chomping, int& increment);
  std::size_t block_breaks(int& indent, int parent_indent, bool& fine);

  bool skip_to_token();
  bool skip_in_flow();
  bool rest_is_blank();
  [[nodiscard]] bool colon_follows();
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return cursor_.at + ahead < text_.size() ? text_[cursor_.at + ahead] : '\0';
  }
  [[nodiscard]] bool at_end() const noexcept { return cursor_.at >= text_.size(); }
  /// Where the spaces at `at` end: indentation is most of a deep text, so eight are taken at once.
  [[nodiscard]] std::size_t behind_spaces(std::size_t at) const noexcept {
    for (std::uint64_t word = 0; at + sizeof word <= text_.size(); at += sizeof word) {
      std::memcpy(&word, text_.data() + at, sizeof word);
      word ^= 0x2020202020202020U;
      if (word == 0) continue;
      if constexpr (std::endian::native == std::endian::little) {
        return at + static_cast<std::size_t>(std::countr_zero(word)) / 8;
      }
      break;
    }
    while (at < text_.size() && text_[at] == ' ') ++at;
    return at;
  }
  /// Blank, line break or the end of the text.
  [[nodiscard]] bool is_gap(std::size_t at) const noexcept {
    return at >= text_.size() || text_[at] == ' ' || text_[at] == '\n' || text_[at] == '\t';
  }
  [[nodiscard]] bool at_marker() const noexcept;
  [[nodiscard]] bool at_dash() const noexcept { return peek() == '-' && is_gap(cursor_.at + 1); }
  void new_line() noexcept {
    ++cursor_.at;
    ++cursor_.line;
    cursor_.begin = cursor_.at;
  }
  void set_scalar(Style style, std::string_view value, std::uint32_t line);
  void set_empty(std::uint32_t line);
  void open(FrameKind kind, int indent, State state);
  bool close(YamlEventType type);

  std::string_view text_;
  YamlDialect dialect_;
  YamlCursor cursor_;
  Phase phase_ = Phase::stream;
  bool first_document_ = true;
  std::size_t no_flow_key_before_ = 0;  ///< up to there no flow collection is a key
  std::size_t flow_key_ = 0;            ///< where the last key of a flow map begins
  std::vector<Frame> frames_;
  YamlEvent event_;
  YamlEvent pending_;          ///< a key whose map has just begun
  YamlCursor after_pending_;   ///< behind its colon
  std::string value_;          ///< a text that is not as in the source
  std::string pending_value_;  ///< the same of `pending_`
  std::size_t taken_ = 0;      ///< events that were given
  std::unique_ptr<YamlEventSource> behind_;
};

/// The quickest source that gives go-yaml's events of `text`, which must outlive it.
std::unique_ptr<YamlEventSource> make_yaml_source(std::string_view text, YamlDialect dialect);

}  // namespace reconcile::model
