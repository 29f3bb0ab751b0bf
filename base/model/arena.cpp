#include "reconcile/model/arena.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/model/key_index.hpp"
#include "reconcile/model/error.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RECONCILE_POISON(address, bytes) ASAN_POISON_MEMORY_REGION(address, bytes)
#define RECONCILE_UNPOISON(address, bytes) ASAN_UNPOISON_MEMORY_REGION(address, bytes)
#else
#define RECONCILE_POISON(address, bytes) ((void)0)
#define RECONCILE_UNPOISON(address, bytes) ((void)0)
#endif

namespace reconcile::model {

namespace {

constexpr std::size_t block_bytes_first = 4096;
constexpr std::size_t block_bytes_max = 1U << 20U;
constexpr std::size_t size_max = 0xFFFFFFFFU;

std::uint32_t checked_size(std::size_t size) {
  if (size > size_max) {
    throw Error(ErrorCode::limit_exceeded,
                "a string, list or map of more than 4 GiB was found, expected less");
  }
  return static_cast<std::uint32_t>(size);
}

}  // namespace

Arena::Arena() = default;

Arena::~Arena() = default;

void* Arena::allocate(std::size_t bytes) {
  const std::size_t rounded = (bytes + 7U) & ~std::size_t{7};
  if (rounded > left_) {
    // Blocks grow with the arena, so that small documents stay small; big requests get their own.
    const std::size_t wanted = std::clamp(used_bytes_, block_bytes_first, block_bytes_max);
    const std::size_t size = std::max(rounded, wanted);
    blocks_.push_back(std::unique_ptr<char[]>(new char[size]));
    char* const block = blocks_.back().get();
    RECONCILE_POISON(block, size);
    if (rounded == size && left_ > 0) {
      RECONCILE_UNPOISON(block, rounded);
      used_bytes_ += rounded;
      return block;
    }
    next_ = block;
    left_ = size;
  }
  char* const result = next_;
  RECONCILE_UNPOISON(result, rounded);
  next_ += rounded;
  left_ -= rounded;
  used_bytes_ += rounded;
  return result;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {"", 0};
  char* const target = static_cast<char*>(allocate(text.size()));
  std::memcpy(target, text.data(), text.size());
  return {target, text.size()};
}

void Arena::retain(std::shared_ptr<const Arena> other) {
  if (other == nullptr || other.get() == this) return;
  if (std::find(retained_.begin(), retained_.end(), other) != retained_.end()) return;
  retained_.push_back(std::move(other));
}

std::string_view Arena::adopt(std::string text) {
  used_bytes_ += text.size();
  adopted_.push_back(std::make_unique<const std::string>(std::move(text)));
  return *adopted_.back();
}

Node* Arena::new_node() {
  return new (allocate(sizeof(Node))) Node();
}

Node make_null() {
  return {};
}

Node make_boolean(bool value) {
  Node node;
  node.kind = Kind::boolean;
  node.boolean = value;
  return node;
}

Node make_integer(std::int64_t value) {
  Node node;
  node.kind = Kind::integer;
  node.integer = value;
  return node;
}

Node make_unsigned(std::uint64_t value) {
  Node node;
  node.kind = Kind::integer;
  node.unsigned_integer = value;
  node.is_unsigned = value > static_cast<std::uint64_t>(INT64_MAX);
  return node;
}

Node make_floating(double value) {
  Node node;
  node.kind = Kind::floating;
  node.floating = value;
  return node;
}

Node make_string(Arena& arena, std::string_view text) {
  checked_size(text.size());
  return make_string_view(arena.copy(text));
}

Node make_string_view(std::string_view text) {
  Node node;
  node.kind = Kind::string;
  node.size = checked_size(text.size());
  node.text = text.data();
  return node;
}

Node make_list() {
  Node node;
  node.kind = Kind::list;
  node.items = nullptr;
  return node;
}

Node make_map() {
  Node node;
  node.kind = Kind::map;
  node.entries = nullptr;
  return node;
}

Node make_list(Arena& arena, const Node* items, std::size_t count) {
  Node node = make_list();
  if (count == 0) return node;
  node.size = node.capacity = checked_size(count);
  node.items = static_cast<Node*>(arena.allocate(count * sizeof(Node)));
  std::uninitialized_copy(items, items + count, node.items);
  return node;
}

Node make_map(Arena& arena, const Entry* entries, std::size_t count) {
  Node node = make_map();
  if (count == 0) return node;
  node.size = node.capacity = checked_size(count);
  node.entries = static_cast<Entry*>(arena.allocate(count * sizeof(Entry)));
  std::uninitialized_copy(entries, entries + count, node.entries);
  if (node.size >= indexed_entries_min) build_index(arena, node);
  return node;
}

namespace {

// Copies only the scalars' text; the tree is walked with an own stack of calls, bounded by the
// depth limits of the readers.
Node copy_tree(Arena& arena, const Node& from) {
  Node node = from;
  switch (from.kind) {
    case Kind::list: {
      node.capacity = from.size;
      node.items = static_cast<Node*>(arena.allocate(from.size * sizeof(Node)));
      for (std::uint32_t i = 0; i < from.size; ++i) {
        new (&node.items[i]) Node(copy_tree(arena, from.items[i]));
      }
      return node;
    }
    case Kind::map: {
      node.capacity = from.size;
      node.index = nullptr;
      node.entries = static_cast<Entry*>(arena.allocate(from.size * sizeof(Entry)));
      for (std::uint32_t i = 0; i < from.size; ++i) {
        const Entry& entry = from.entries[i];
        new (&node.entries[i]) Entry{arena.copy(entry.name()).data(), entry.key_size, entry.line,
                                     copy_tree(arena, entry.value)};
      }
      if (node.size >= indexed_entries_min) build_index(arena, node);
      return node;
    }
    case Kind::string:
      node.text = arena.copy({from.text, from.size}).data();
      break;
    default:
      break;
  }
  if (from.source != nullptr) {
    const bool shared = from.kind == Kind::string && from.source == from.text;
    node.source = shared ? node.text : arena.copy({from.source, from.source_size}).data();
  }
  return node;
}

template <class Item>
Item* grown(Arena& arena, const Item* items, std::uint32_t size, std::uint32_t& capacity) {
  capacity = checked_size(std::max<std::size_t>(4, std::size_t{capacity} * 2));
  Item* const room = static_cast<Item*>(arena.allocate(capacity * sizeof(Item)));
  std::uninitialized_copy(items, items + size, room);
  return room;
}

}  // namespace

Node copy_node(Arena& arena, Value value) {
  return value.present() ? copy_tree(arena, *value.node()) : make_null();
}

Node& append(Arena& arena, Node& list, Node item) {
  if (list.size == list.capacity) {
    list.items = grown(arena, list.items, list.size, list.capacity);
  }
  return *new (&list.items[list.size++]) Node(item);
}

void erase_item(Node& list, std::size_t index) {
  if (list.kind != Kind::list || index >= list.size) return;
  std::copy(list.items + index + 1, list.items + list.size, list.items + index);
  --list.size;
}

Node& set(Arena& arena, Node& map, std::string_view key, Node value) {
  if (Node* const present = find(map, key)) return *present = value;
  const std::uint32_t key_size = checked_size(key.size());
  if (map.size == map.capacity) {
    map.entries = grown(arena, map.entries, map.size, map.capacity);
  }
  Entry& entry = *new (&map.entries[map.size++]) Entry{arena.copy(key).data(), key_size, 0, value};
  if (map.size >= indexed_entries_min) add_to_index(arena, map, map.size - 1);
  return entry.value;
}

Node* find(Node& map, std::string_view key) noexcept {
  return const_cast<Node*>(find(std::as_const(map), key));
}

const Node* find(const Node& map, std::string_view key) noexcept {
  if (map.kind != Kind::map) return nullptr;
  const std::uint32_t position = find_entry(map, key);
  return position < map.size ? &map.entries[position].value : nullptr;
}

bool erase(Node& map, std::string_view key) noexcept {
  if (map.kind != Kind::map) return false;
  const std::uint32_t position = find_entry(map, key);
  if (position >= map.size) return false;
  std::copy(map.entries + position + 1, map.entries + map.size, map.entries + position);
  --map.size;
  // Positions have moved; the next `set` makes a new table.
  map.index = nullptr;
  return true;
}

}  // namespace reconcile::model
