#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// How a scalar or collection was written; kept so that writers that preserve style can.
enum class Style : std::uint8_t { any, plain, single_quoted, double_quoted, literal, folded, flow };

struct KeyIndex;

/// Maps from this size on carry a lookup table, kept by `set` and by the readers.
inline constexpr std::uint32_t indexed_entries_min = 17;

/// One node while it is built: plain data in an Arena. Renderers that transform trees (kustomize)
/// edit Nodes of their own arena through the functions below and hand out Values when done.
/// Assigning a Node copies the reference to its items: of two such copies only one may be changed.
struct Node {
  Kind kind = Kind::null;
  Style style = Style::any;
  bool is_unsigned : 1 = false;   ///< integer is to be read from `unsigned_integer`
  bool explicit_tag : 1 = false;  ///< the kind comes from a tag such as !!str, not from resolution
  bool is_timestamp : 1 = false;  ///< string that Go's v3 reader holds as time (text is RFC 3339)
  bool is_binary : 1 = false;     ///< string decoded from !!binary; may be invalid UTF-8
  bool has_other_keys : 1 = false;  ///< map whose keys were not all strings in its source
  std::uint32_t size = 0;           ///< bytes of a string, items of a list, entries of a map
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double floating;
    const char* text;
    Node* items;
    Entry* entries;
  };
  std::uint32_t capacity = 0;     ///< room in `items` or `entries`
  std::uint32_t source_size = 0;  ///< bytes of `source`
  union {
    const char* source = nullptr;  ///< text of a scalar in its source, or null
    KeyIndex* index;               ///< lookup table of a map above `indexed_entries_min`, or null
  };
};

/// One key and its value in a map node, in document order. Keys are unique.
struct Entry {
  const char* key = nullptr;
  std::uint32_t key_size = 0;
  std::uint32_t line = 0;  ///< line of the key in its source, from 1; 0 unknown
  Node value;

  [[nodiscard]] std::string_view name() const noexcept { return {key, key_size}; }
};

/// A bump allocator for Nodes and their text. Not safe for threads while it grows; once it is
/// frozen in a Document it is only read. In `dev` builds freed blocks are poisoned for the address
/// sanitizer.
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
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::shared_ptr<const Arena>> retained_;
  std::vector<std::unique_ptr<const std::string>> adopted_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_bytes_ = 0;
};

// Scalars. Texts are copied into `arena` unless the name says `_view` (the caller keeps the bytes
// alive).
Node make_null();
Node make_boolean(bool value);
Node make_integer(std::int64_t value);
/// Kept as unsigned only above the largest int64.
Node make_unsigned(std::uint64_t value);
Node make_floating(double value);
Node make_string(Arena& arena, std::string_view text);
Node make_string_view(std::string_view text);
Node make_list();
Node make_map();
/// A list or map over copies of `items`, allocated at once. Keys of `entries` must be unique; they
/// are not copied.
Node make_list(Arena& arena, const Node* items, std::size_t count);
Node make_map(Arena& arena, const Entry* entries, std::size_t count);

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
