#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/diff/managed_fields.hpp"

namespace reconcile::diff {

/// How the server merges a list.
enum class ListType { atomic, set, keyed };

/// The tries of all managers of one object at one path. They are our only schema: how a list is
/// keyed and whether a map is atomic shows in the keys that the server wrote.
class ObjectTries {
 public:
  ObjectTries() = default;
  /// The root of `object`; `manager`'s Apply entry is `own`.
  ObjectTries(model::Value object, std::string_view manager);

  /// The tries below one raw key ("f:spec").
  [[nodiscard]] ObjectTries child(std::string_view raw_key) const;
  /// Our trie at this path; absent where our entry does not lead here.
  [[nodiscard]] model::Value own() const noexcept { return own_; }
  /// Whether our entry owns this path itself.
  [[nodiscard]] bool is_owned() const noexcept;
  /// Whether another manager owns this path itself.
  [[nodiscard]] bool is_owned_by_others() const noexcept;
  /// Whether any manager's trie goes on below this path: the map or list is not atomic.
  [[nodiscard]] bool is_granular() const noexcept;
  /// Whether no manager's trie leads here.
  [[nodiscard]] bool is_unknown() const noexcept { return !own_.present() && others_.empty(); }
  /// Whether a trie other than ours goes on below this path.
  [[nodiscard]] bool others_go_on() const noexcept;
  [[nodiscard]] ListType list_type() const;
  /// The field names that key this list, sorted; empty where it is not keyed.
  [[nodiscard]] std::vector<std::string> list_keys() const;

 private:
  model::Value own_;
  std::vector<model::Value> others_;
};

/// The trie key of a list item by its key fields, e.g. `k:{"containerPort":80,"protocol":"TCP"}`; a
/// missing `protocol` counts as TCP, as the built-in kinds default it.
std::string item_key(model::Value item, const std::vector<std::string>& key_names);
/// `v:"text"`.
std::string set_key(model::Value item);

/// List items by their trie keys.
using KeyedItems = std::vector<std::pair<std::string, model::Value>>;

/// The items of a keyed list (or set) by their trie keys, in list order. Items with equal keys: the
/// last.
KeyedItems keyed_items(model::Value list, ListType type, const std::vector<std::string>& names);

/// Whether the items of both lists have, one after the other, the same keys, as far as that shows
/// without writing them: false may be wrong, true is not.
bool have_equal_keys(model::Value desired, model::Value live, ListType type,
                     const std::vector<std::string>& names);

}  // namespace reconcile::diff
