#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// How a scalar or collection was written; kept so that writers that preserve style can.
enum class Style : std::uint8_t { any, plain, single_quoted, double_quoted, literal, folded, flow };

/// One node while it is built: plain data in an Arena. Renderers that transform trees (kustomize) edit
/// Nodes of their own arena through the functions below and hand out Values when done.
struct Node {
  Kind kind = Kind::null;
  Style style = Style::any;
  bool is_unsigned = false;      ///< integer is to be read from `unsigned_integer`
  bool explicit_tag = false;     ///< the kind comes from a tag such as !!str, not from resolution
  std::uint32_t size = 0;        ///< bytes of a string, items of a list, entries of a map
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double floating;
    const char* text;
    Node* items;
    Entry* entries;
  };
  std::uint32_t capacity = 0;    ///< room in `items` or `entries`
  std::uint32_t source_size = 0; ///< bytes of `source`
  const char* source = nullptr;  ///< text of a scalar in its source, or null
};

/// One key and its value in a map node, in document order. Keys are unique.
struct Entry {
  const char* key = nullptr;
  std::uint32_t key_size = 0;
  std::uint32_t line = 0;  ///< line of the key in its source, from 1; 0 unknown
  Node value;

  [[nodiscard]] std::string_view name() const noexcept { return {key, key_size}; }
};

/// A bump allocator for Nodes and their text. Not safe for threads while it grows; once it is frozen in a
/// Document it is only read. In `dev` builds freed blocks are poisoned for the address sanitizer.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Memory for `bytes`, aligned to 8; lives as long as the arena.
  void* allocate(std::size_t bytes);
  /// A copy of `text` inside the arena.
  std::string_view copy(std::string_view text);
  /// Keeps `other` alive as long as this arena, so that nodes may point into it without copying.
  void retain(std::shared_ptr<const Arena> other);
  /// Keeps `text` alive as long as this arena and answers a view of it.
  std::string_view adopt(std::string text);
  /// Bytes handed out so far.
  [[nodiscard]] std::size_t used_bytes() const noexcept { return used_bytes_; }

  Node* new_node();

 private:
  struct Block;
  std::vector<Block> blocks_;
  std::vector<std::shared_ptr<const Arena>> retained_;
  std::vector<std::unique_ptr<std::string>> adopted_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_bytes_ = 0;
};

// Scalars. Texts are copied into `arena` unless the name says `_view` (the caller keeps the bytes alive).
Node make_null();
Node make_boolean(bool value);
Node make_integer(std::int64_t value);
Node make_floating(double value);
Node make_string(Arena& arena, std::string_view text);
Node make_string_view(std::string_view text);
Node make_list();
Node make_map();

/// Deep copy of `value` into `arena` (nothing shared with its old arena).
Node copy_node(Arena& arena, Value value);

/// Appends to a list node; answers the new item. Earlier item pointers may become invalid.
Node& append(Arena& arena, Node& list, Node item);
/// Removes item `index`, keeping order.
void erase_item(Node& list, std::size_t index);
/// Sets `key` (replaced in place, or added at the end); answers the stored value. `key` is copied.
Node& set(Arena& arena, Node& map, std::string_view key, Node value);
/// The value of `key`, or null where missing or `map` is no map.
Node* find(Node& map, std::string_view key) noexcept;
const Node* find(const Node& map, std::string_view key) noexcept;
/// Removes `key`; false where it was missing. Keeps the order of the rest.
bool erase(Node& map, std::string_view key) noexcept;

}  // namespace reconcile::model
