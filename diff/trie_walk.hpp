#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::diff {

inline constexpr std::size_t trie_depth_max = 500;

/// The raw keys ("f:spec") from the root to a trie node; views into the object.
using RawPath = std::vector<std::string_view>;

/// The positions of list items by what a trie key says of them: their keys are written once a list,
/// and looked up in a table where there are many. Falls back to a comparison of values where the
/// server's text of the key is not ours.
class ListIndex {
 public:
  /// `trie` is the node whose keys select items of `list`.
  ListIndex(model::Value trie, model::Value list);
  ListIndex(const ListIndex&) = delete;
  ListIndex& operator=(const ListIndex&) = delete;
  [[nodiscard]] std::optional<std::size_t> find(const PathStep& step) const;

 private:
  model::Value list_;
  std::vector<std::string> keys_;  ///< by position; empty where the list is not indexed
  std::unordered_map<std::string_view, std::size_t> positions_;  ///< of `keys_`; of long lists
};

/// Walks `live` by `trie`. The sink hears of every owned field in trie order:
///   void on_field(const RawPath&, Value trie, Value live)    a leaf, or a node with "."
///   void on_gone()  a map or list with owned fields is not there; sinks may do without
///   void on_order(const std::vector<std::size_t>& positions)  our items' positions in a list, in
///   trie
///                                                             order; only for two or more
template <typename Sink>
void walk_trie(model::Value trie, model::Value live, RawPath& path, Sink& sink) {
  if (path.size() > trie_depth_max)
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "managed fields are nested deeper than 500 levels");
  std::optional<ListIndex> index;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < trie.size(); ++i) {
    const std::string_view key = trie.key_at(i);
    model::Value child;
    if (key.starts_with("f:")) {
      child = live[key.substr(2)];
    } else {
      const std::optional<PathStep> step = parse_step(key);
      if (!step) continue;
      if (live.is_list()) {
        if (!index) index.emplace(trie, live);
        if (const auto position = index->find(*step)) {
          positions.push_back(*position);
          child = live.at(*position);
        }
      }
    }
    path.push_back(key);
    const model::Value below = trie.value_at(i);
    if (is_leaf(below) || below.contains(".")) sink.on_field(path, below, child);
    if constexpr (requires { sink.on_gone(); })
      if (!is_leaf(below) && live.present() && !child.present()) sink.on_gone();
    if (!is_leaf(below)) walk_trie(below, child, path, sink);
    path.pop_back();
  }
  if (positions.size() > 1) sink.on_order(positions);
}

}  // namespace reconcile::diff
