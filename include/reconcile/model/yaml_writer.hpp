#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/yaml_emitter.hpp"

namespace reconcile::model {

enum class YamlShape : std::uint8_t { scalar, list, map };

/// How a tree type is seen by YamlTreeWriter; specialised for each type that is written. Members:
///   static YamlShape shape(const Node&);  static std::size_t size(const Node&);
///   static void scalar(const Node&, YamlEmitter&);           // calls one scalar member
///   static void each_item(const Node&, auto visit);          // visit(child)
///   static void each_entry(const Node&, auto visit);         // visit(std::string_view key, child)
///   static bool is_ordered(const Node&);  // optional: whether a map's entries keep their order
template <class Node>
struct YamlAccess;

template <class Node>
concept YamlWritable = requires(const Node& node, YamlEmitter& emitter) {
  { YamlAccess<Node>::shape(node) } -> std::same_as<YamlShape>;
  { YamlAccess<Node>::size(node) } -> std::convertible_to<std::size_t>;
  YamlAccess<Node>::scalar(node, emitter);
};

/// Writes a whole tree in one pass; keys are sorted unless the map is ordered. `Node` is cheap to
/// copy.
template <YamlWritable Node>
class YamlTreeWriter {
 public:
  YamlTreeWriter(std::string& out, YamlForm form) : emitter_(out, form), form_(form) {}

  void write(const Node& root) {
    write_node(root);
    emitter_.finish();
  }

 private:
  using Access = YamlAccess<Node>;

  void write_node(const Node& node) {
    const YamlShape shape = Access::shape(node);
    if (shape == YamlShape::scalar) return Access::scalar(node, emitter_);
    if (shape == YamlShape::list) return write_list(node);
    write_map(node);
  }

  void write_list(const Node& list) {
    if (Access::size(list) == 0) return emitter_.empty_list();
    emitter_.begin_list();
    Access::each_item(list, [this](const Node& item) {
      emitter_.item();
      write_node(item);
    });
    emitter_.end();
  }

  void write_map(const Node& map);

  YamlEmitter emitter_;
  YamlForm form_;
  // Entries of the maps on the way from the root, one behind the other.
  std::vector<YamlKey> keys_;
  std::vector<Node> children_;
};

template <YamlWritable Node>
void YamlTreeWriter<Node>::write_map(const Node& map) {
  if (Access::size(map) == 0) return emitter_.empty_map();
  emitter_.begin_map();
  const std::size_t mark = keys_.size();
  Access::each_entry(map, [this](std::string_view key, const Node& child) {
    keys_.push_back({key, children_.size()});
    children_.push_back(child);
  });
  const std::size_t end = keys_.size();
  bool is_ordered = false;
  if constexpr (requires { Access::is_ordered(map); }) is_ordered = Access::is_ordered(map);
  if (!is_ordered) sort_yaml_keys(keys_.data() + mark, keys_.data() + end, form_);
  for (std::size_t i = mark; i < end; ++i) {
    emitter_.key(keys_[i].name);
    const Node child = children_[keys_[i].place];
    write_node(child);
  }
  keys_.resize(mark);
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(mark), children_.end());
  emitter_.end();
}

}  // namespace reconcile::model
