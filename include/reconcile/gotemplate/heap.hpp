#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::gotemplate {

/// The memory of one render: everything a template makes lives here until the render ends. Used by
/// one thread. Throws Error(limit_exceeded) above `bytes_max`.
class Heap {
 public:
  explicit Heap(std::size_t bytes_max = std::size_t{512} << 20U);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// Memory for `bytes`, aligned to 16 and not initialised.
  void* allocate(std::size_t bytes) {
    bytes = (bytes + 15U) & ~std::size_t{15U};
    if (bytes > left_) return allocate_block(bytes);
    left_ -= bytes;
    return std::exchange(next_, next_ + bytes);
  }
  /// A copy of `text` that lives as long as the heap.
  std::string_view copy(std::string_view text);
  /// A string value holding a copy of `text`.
  GoValue string(std::string_view text) { return GoValue::string(copy(text)); }
  /// `count` elements, all "no value", to be filled and then given to GoValue::slice. Never null.
  std::span<GoValue> elements(std::size_t count);
  /// A copy of `items` as a slice of `type`.
  GoValue slice(std::span<const GoValue> items, GoType type = GoType::list);
  /// An empty map of `type`.
  GoMap* map(GoType type = GoType::map, std::size_t capacity = 0);

  /// Makes a T (a GoObject, usually) that is destroyed with the heap.
  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    T* made = new (allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
    if constexpr (!std::is_trivially_destructible_v<T>) {
      finalizers_.push_back({made, [](void* object) { static_cast<T*>(object)->~T(); }});
    }
    return made;
  }

  /// Counts `bytes` that lie elsewhere and live as long as the heap against its bound.
  void count(std::size_t bytes);
  /// Keeps `document` alive as long as the heap, so that string views may point into it.
  void retain(model::Document document);
  [[nodiscard]] std::size_t used_bytes() const noexcept { return used_bytes_; }

 private:
  struct Finalizer {
    void* object;
    void (*destroy)(void*);
  };
  void* allocate_block(std::size_t bytes);
  [[noreturn]] void fail() const;

  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_bytes_ = 0;
  std::size_t bytes_max_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<Finalizer> finalizers_;
  std::vector<model::Document> documents_;
};

/// One key and its value.
struct GoEntry {
  const char* key;
  std::uint32_t key_size;
  GoValue value;

  [[nodiscard]] std::string_view name() const noexcept { return {key, key_size}; }
};

/// A Go map with string keys, kept sorted bytewise by key: the order in which templates range over
/// and print maps. Lives in a Heap and is shared by reference.
class GoMap {
 public:
  GoMap(GoType type, Heap& heap) noexcept : type_(type), heap_(&heap) {}
  [[nodiscard]] GoType type() const noexcept { return type_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// The entries in key order. Invalid after a change of the map.
  [[nodiscard]] std::span<const GoEntry> entries() const noexcept { return {entries_, size_}; }
  /// The value of `key`, or null where missing. Invalid after a change of the map.
  [[nodiscard]] const GoValue* find(std::string_view key) const noexcept;
  [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
  /// Sets `key`, replacing its value. `key` must live as long as the heap; "no value" is stored as
  /// nil.
  void set(std::string_view key, GoValue value);
  /// As set(), with a copy of `key` where it is new.
  void set_copy(std::string_view key, GoValue value);
  /// Gives entry `index` another value.
  void replace(std::size_t index, GoValue value) noexcept {
    entries_[index].value = value.with_interface(false);
  }
  /// Removes `key`; false where it was missing.
  bool erase(std::string_view key) noexcept;
  /// Sets keys that are all missing and stand in their order, in one pass over the map.
  void insert(std::span<const GoEntry> missing);
  /// Removes the entries that `wanted` answers true for, in one pass.
  template <class Predicate>
  void erase_if(const Predicate& wanted) {
    size_ =
        static_cast<std::uint32_t>(std::remove_if(entries_, entries_ + size_, wanted) - entries_);
  }
  void reserve(std::size_t capacity);
  /// A shallow copy: same values, own entries.
  [[nodiscard]] GoMap* clone(GoType type) const;

 private:
  friend GoValue to_go_value(Heap& heap, model::Value value);
  [[nodiscard]] std::size_t lower_bound(std::string_view key) const noexcept;
  void sort();

  GoType type_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  GoEntry* entries_ = nullptr;
  Heap* heap_;
};

inline GoValue GoValue::map(GoMap* map) noexcept {
  GoValue made(map == nullptr ? GoType::map : map->type());
  made.map_ = map;
  return made;
}

}  // namespace reconcile::gotemplate
