#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/cel/value.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::cel {

/// Where an evaluation makes its values, with its bounds: every allocation and every step is
/// counted, and Error(limit_exceeded) is thrown where they are used up. For one thread.
class Heap {
 public:
  Heap(std::size_t bytes_max, std::uint64_t steps_max)
      : bytes_left_(bytes_max), steps_left_(steps_max) {}

  /// Counts work that grows with the input.
  void charge(std::uint64_t steps) {
    if (steps > steps_left_) fail_steps();
    steps_left_ -= steps;
  }

  void* allocate(std::size_t bytes);
  /// Room for `count` values of T, not initialised.
  template <class T>
  T* allocate_array(std::size_t count) {
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  std::string_view copy(std::string_view text);
  Value string(std::string_view text) { return make_text(ValueKind::string, copy(text)); }
  Value bytes(std::string_view data) { return make_text(ValueKind::bytes, copy(data)); }
  Value error(std::string_view message) { return make_text(ValueKind::error, copy(message)); }
  Value timestamp(const Instant& instant);
  Value optional(const Value& inner);
  static Value none();
  Value list(const std::vector<Value>& items);
  /// A list over `items`, which live as long as this heap.
  Value list_over(const Value* items, std::size_t count);
  /// An empty list that `append` adds to in place.
  Value growing_list();
  void append(ListData& list, const Value& item);
  /// A map over `entries`; of equal keys the last stays.
  Value map(const std::vector<MapEntry>& entries);
  /// The value of a document; strings, lists and maps point into it.
  Value from_document(model::Value value, DocumentNumbers numbers);

 private:
  [[noreturn]] static void fail_steps();

  model::Arena arena_;
  std::size_t bytes_left_;
  std::uint64_t steps_left_;
};

/// "no such overload".
Value no_such_overload();

// Reading lists and maps, whatever they are made of.
std::size_t list_size(const Value& list);
/// Item `index`, which must be inside.
Value list_item(Heap& heap, const Value& list, std::size_t index);
std::size_t map_size(const Value& map);
MapEntry map_entry(Heap& heap, const Value& map, std::size_t index);
/// The value of `key`: numbers are found across int, uint and double. False where it is missing.
bool map_find(Heap& heap, const Value& map, const Value& key, Value& found);

}  // namespace reconcile::cel
