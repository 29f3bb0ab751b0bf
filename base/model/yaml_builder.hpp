#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/model/map_builder.hpp"
#include "base/model/yaml_event.hpp"
#include "base/model/yaml_resolve.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

/// Builds the nodes of one document from events, as go-yaml decodes into `any` and, where asked,
/// sigs.k8s.io/yaml converts that to JSON data.
class YamlBuilder {
 public:
  /// `kept` outlives the arena: what an event shows of it is not copied.
  YamlBuilder(YamlEventSource& events, const YamlOptions& options, Arena& arena,
              std::string_view kept = {})
      : events_(events), options_(options), arena_(arena), kept_(kept) {}

  /// Reads from after the document's start to its end. The text is read to the end of the document
  /// before the first decoding error is thrown, because go-yaml parses first.
  Node build_document();

 private:
  // What is known of a node beside the node itself.
  struct Built {
    Node node;
    bool is_alias = false;
    bool is_merge_key = false;
    bool is_string = false;   ///< tagged or resolved as string: v3's test of map keys
    bool own_keys = false;    ///< v3: the map itself has keys that are no strings
    bool inner_keys = false;  ///< v3: a map further inside has such keys
    std::size_t steps = 1;    ///< go-yaml's count of decoding steps
    std::size_t height = 1;   ///< levels from here down, aliases expanded
  };

  struct Anchor {
    Built built;
    std::size_t number = 0;  ///< tells anchors of one name apart
    bool open = true;        ///< still being read: an alias to it is a cycle
  };

  // The keys of one map as v3 compares them: kind and text in the source.
  struct SourceKey {
    YamlEventType kind;
    std::uint32_t line;
    std::string_view text;
  };

  Built build(const YamlEvent& event);
  Built build_node(const YamlEvent& event);
  Built build_scalar(const YamlEvent& event);
  Built build_alias(const YamlEvent& event);
  Built build_list(const YamlEvent& start);
  Built build_map(const YamlEvent& start);
  void read_entries(Built& map, std::size_t mark, std::vector<SourceKey>& keys);
  bool add_entry(Built& map, std::size_t mark, const Built& key, std::uint32_t line,
                 const Built& value);
  void collect_keys(std::size_t mark, std::vector<SourceKey>& keys) const;
  void check_unique(std::vector<SourceKey>& keys);
  std::string_view key_text(const Built& key, const Built& value);
  void take_inner(Built& parent, const Built& child) const;

  /// Whether `<<` takes it: a map, or a list of maps that is no alias.
  static bool can_merge(const Built& value);
  void merge(std::size_t mark, const Built& value, std::uint32_t line);
  void merge_map(std::size_t mark, const Node& from, std::uint32_t line);

  void decode_scalar(const YamlEvent& event, Built& built);
  Node decode_tagged(std::string_view text, std::string_view tag);
  Node decode_resolved(std::string_view text, const Resolved& resolved);
  Node decode_binary(std::string_view text);

  std::string_view keep(std::string_view text);
  void count_alias(const Built& target);
  void count_step();
  void check_height(const Built& built);
  void require_json(const Built& value);
  static void throw_unbounded(Value value);
  void fail(std::string message);
  void report(std::uint32_t line, const std::string& message);
  void throw_failures(const Node& root) const;

  YamlEventSource& events_;
  const YamlOptions& options_;
  Arena& arena_;
  std::string_view kept_;
  MapBuilder entries_;
  std::vector<Node> items_;
  std::map<std::string, Anchor, std::less<>> anchors_;
  std::size_t depth_ = 0;
  std::size_t anchor_count_ = 0;
  std::size_t steps_ = 0;
  std::size_t alias_steps_ = 0;
  bool unbounded_ = false;  ///< a number that JSON cannot have was read
  std::string failure_;     ///< the first decoding error
  /// The first keys that JSON cannot have, with what is said of each: entries that another one
  /// replaces are no longer there in the end.
  std::vector<std::pair<std::string_view, std::string>> unsupported_keys_;
  std::vector<std::string> reports_;  ///< go-yaml's TypeError lines
};

}  // namespace reconcile::model
