#include "base/cel/heap.hpp"

#include <cstring>
#include <functional>

#include "base/cel/comparison.hpp"

namespace reconcile::cel {
namespace {

constexpr std::size_t plain_entries_max = 8;

std::size_t hash_of(const Value& key) {
  std::size_t hash = 0;
  switch (key.kind) {
    case ValueKind::string:
    case ValueKind::bytes:
    case ValueKind::type:
      hash = std::hash<std::string_view>{}(key.view());
      break;
    case ValueKind::floating:
      hash = std::hash<double>{}(key.floating);
      break;
    case ValueKind::boolean:
      hash = key.boolean ? 1 : 2;
      break;
    case ValueKind::integer:
    case ValueKind::duration:
    case ValueKind::unsigned_integer:
      hash = std::hash<std::uint64_t>{}(key.unsigned_integer);
      break;
    default:
      break;
  }
  return hash * 31 + static_cast<std::size_t>(key.kind);
}

/// Go's equality of map keys: of one type and one value. Lists and maps are never the same key.
bool same_key(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case ValueKind::null:
      return true;
    case ValueKind::boolean:
      return a.boolean == b.boolean;
    case ValueKind::integer:
    case ValueKind::duration:
    case ValueKind::unsigned_integer:
      return a.unsigned_integer == b.unsigned_integer;
    case ValueKind::floating:
      return a.floating == b.floating;
    case ValueKind::string:
    case ValueKind::type:
      return a.view() == b.view();
    case ValueKind::timestamp:
      return a.instant->seconds == b.instant->seconds &&
             a.instant->nanoseconds == b.instant->nanoseconds &&
             a.instant->offset_seconds == b.instant->offset_seconds;
    default:
      return false;
  }
}

const MapEntry* find_entry(const MapData& map, const Value& key) {
  if (map.table == nullptr) {
    for (std::size_t i = 0; i < map.count; ++i) {
      if (same_key(map.entries[i].key, key)) return &map.entries[i];
    }
    return nullptr;
  }
  for (std::size_t slot = hash_of(key);; ++slot) {
    const std::uint32_t entry = map.table[slot & map.table_mask];
    if (entry == 0) return nullptr;
    if (same_key(map.entries[entry - 1].key, key)) return &map.entries[entry - 1];
  }
}

}  // namespace

void Heap::fail_steps() {
  throw model::Error(model::ErrorCode::limit_exceeded,
                     "the evaluation takes more steps than allowed");
}

void* Heap::allocate(std::size_t bytes) {
  if (bytes > bytes_left_) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "the evaluation takes more memory than allowed");
  }
  bytes_left_ -= bytes;
  charge(1 + bytes / 64);
  return arena_.allocate(bytes);
}

std::string_view Heap::copy(std::string_view text) {
  if (text.empty()) return "";
  auto* copied = static_cast<char*>(allocate(text.size()));
  std::memcpy(copied, text.data(), text.size());
  return {copied, text.size()};
}

Value Heap::timestamp(const Instant& instant) {
  Value out;
  out.kind = ValueKind::timestamp;
  out.instant = new (allocate(sizeof(Instant))) Instant(instant);
  return out;
}

Value Heap::optional(const Value& inner) {
  Value out;
  out.kind = ValueKind::optional;
  out.inner = new (allocate(sizeof(Value))) Value(inner);
  return out;
}

Value Heap::none() {
  Value out;
  out.kind = ValueKind::optional;
  out.inner = nullptr;
  return out;
}

Value Heap::list(const std::vector<Value>& items) {
  auto* copied = allocate_array<Value>(items.size());
  std::copy(items.begin(), items.end(), copied);
  return list_over(copied, items.size());
}

Value Heap::list_over(const Value* items, std::size_t count) {
  Value out;
  out.kind = ValueKind::list;
  out.list = new (allocate(sizeof(ListData))) ListData;
  out.list->items = items;
  out.list->count = count;
  return out;
}

Value Heap::growing_list() {
  const Value out = list_over(nullptr, 0);
  out.list->growing = true;
  return out;
}

void Heap::append(ListData& list, const Value& item) {
  if (list.count == list.capacity) {
    const std::size_t capacity = list.capacity == 0 ? 4 : list.capacity * 2;
    auto* items = allocate_array<Value>(capacity);
    std::copy(list.items, list.items + list.count, items);
    list.items = items;
    list.capacity = capacity;
  }
  const_cast<Value*>(list.items)[list.count++] = item;
}

Value Heap::map(const std::vector<MapEntry>& entries) {
  auto* data = new (allocate(sizeof(MapData))) MapData;
  auto* kept = allocate_array<MapEntry>(entries.size());
  data->entries = kept;
  if (entries.size() > plain_entries_max) {
    std::size_t slots = 32;
    while (slots < entries.size() * 2) slots *= 2;
    auto* table = allocate_array<std::uint32_t>(slots);
    std::fill(table, table + slots, 0U);
    data->table = table;
    data->table_mask = slots - 1;
  }
  for (const MapEntry& entry : entries) {
    if (const MapEntry* same = find_entry(*data, entry.key)) {
      kept[same - data->entries].value = entry.value;
      continue;
    }
    if (data->table != nullptr) {
      std::size_t slot = hash_of(entry.key);
      while (data->table[slot & data->table_mask] != 0) ++slot;
      const_cast<std::uint32_t*>(data->table)[slot & data->table_mask] =
          static_cast<std::uint32_t>(data->count + 1);
    }
    kept[data->count++] = entry;
  }
  Value out;
  out.kind = ValueKind::map;
  out.map = data;
  return out;
}

Value Heap::from_document(model::Value value, DocumentNumbers numbers) {
  switch (value.kind()) {
    case model::Kind::null: {
      Value null;
      null.size = 1;
      return null;
    }
    case model::Kind::boolean:
      return make_boolean(value.boolean().value_or(false));
    case model::Kind::string:
      return make_text(ValueKind::string, value.text());
    case model::Kind::floating:
      return make_floating(value.number().value_or(0));
    case model::Kind::integer:
      if (numbers == DocumentNumbers::doubles || value.is_unsigned()) {
        return make_floating(value.number().value_or(0));
      }
      return make_integer(value.integer().value_or(0));
    case model::Kind::list: {
      const Value out = list_over(nullptr, value.size());
      out.list->document = value;
      out.list->numbers = numbers;
      return out;
    }
    case model::Kind::map:
      break;
  }
  auto* data = new (allocate(sizeof(MapData))) MapData;
  data->document = value;
  data->count = value.size();
  data->numbers = numbers;
  Value out;
  out.kind = ValueKind::map;
  out.map = data;
  return out;
}

Value no_such_overload() {
  return make_text(ValueKind::error, "no such overload");
}

std::size_t list_size(const Value& list) {
  return list.list->count;
}

Value list_item(Heap& heap, const Value& list, std::size_t index) {
  const ListData& data = *list.list;
  if (!data.document.present()) return data.items[index];
  return heap.from_document(data.document.at(index), data.numbers);
}

std::size_t map_size(const Value& map) {
  return map.map->count;
}

MapEntry map_entry(Heap& heap, const Value& map, std::size_t index) {
  const MapData& data = *map.map;
  if (!data.document.present()) return data.entries[index];
  return {make_text(ValueKind::string, data.document.key_at(index)),
          heap.from_document(data.document.value_at(index), data.numbers)};
}

bool map_find(Heap& heap, const Value& map, const Value& key, Value& found) {
  const MapData& data = *map.map;
  heap.charge(1);
  if (data.document.present()) {
    if (!key.is(ValueKind::string)) return false;
    const model::Value value = data.document[key.view()];
    if (!value.present()) return false;
    found = heap.from_document(value, data.numbers);
    return true;
  }
  const auto lookup = [&](const Value& other) {
    const MapEntry* entry = find_entry(data, other);
    if (entry != nullptr) found = entry->value;
    return entry != nullptr;
  };
  if (lookup(key)) return true;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  if (!key.is(ValueKind::integer) && to_integer_lossless(key, integer) &&
      lookup(make_integer(integer))) {
    return true;
  }
  return !key.is(ValueKind::unsigned_integer) && to_unsigned_lossless(key, unsigned_integer) &&
         lookup(make_unsigned(unsigned_integer));
}

}  // namespace reconcile::cel
