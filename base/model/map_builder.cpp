#include "base/model/map_builder.hpp"

#include <bit>

#include "base/model/key_index.hpp"

namespace reconcile::model {

std::size_t MapBuilder::begin_map() {
  return entries_.size();
}

void MapBuilder::enter(std::uint32_t position) {
  Table& table = tables_.back();
  const std::string_view key = entries_[table.mark + position].name();
  std::uint32_t slot = static_cast<std::uint32_t>(hash_key(key)) & table.mask;
  while (table.slots[slot] != absent) slot = (slot + 1) & table.mask;
  table.slots[slot] = position;
}

void MapBuilder::make_table(std::size_t mark) {
  const auto size = static_cast<std::uint32_t>(entries_.size() - mark);
  if (tables_.empty() || tables_.back().mark != mark) {
    tables_.push_back({});
    tables_.back().mark = mark;
  }
  const std::uint32_t slots = std::bit_ceil(size) * 4;
  tables_.back().mask = slots - 1;
  tables_.back().slots.assign(slots, absent);
  for (std::uint32_t i = 0; i < size; ++i) enter(i);
}

std::uint32_t MapBuilder::position_of(std::size_t mark, std::string_view key) {
  const std::size_t size = entries_.size() - mark;
  if (size < indexed_entries_min || tables_.empty() || tables_.back().mark != mark) {
    for (std::size_t i = 0; i < size; ++i) {
      if (entries_[mark + i].name() == key) return static_cast<std::uint32_t>(i);
    }
    return absent;
  }
  const Table& table = tables_.back();
  std::uint32_t slot = static_cast<std::uint32_t>(hash_key(key)) & table.mask;
  for (std::uint32_t position; (position = table.slots[slot]) != absent;
       slot = (slot + 1) & table.mask) {
    if (entries_[mark + position].name() == key) return position;
  }
  return absent;
}

Node* MapBuilder::find(std::size_t mark, std::string_view key) {
  const std::uint32_t position = position_of(mark, key);
  return position == absent ? nullptr : &entries_[mark + position].value;
}

bool MapBuilder::set(std::size_t mark, std::string_view key, std::uint32_t line,
                     const Node& value) {
  if (Node* const present = find(mark, key)) {
    *present = value;
    return false;
  }
  entries_.push_back({key.data(), static_cast<std::uint32_t>(key.size()), line, value});
  const std::size_t size = entries_.size() - mark;
  if (size < indexed_entries_min) return true;
  const bool has_table = !tables_.empty() && tables_.back().mark == mark;
  if (!has_table || size * 2 > tables_.back().mask) {
    make_table(mark);
  } else {
    enter(static_cast<std::uint32_t>(size - 1));
  }
  return true;
}

Node MapBuilder::end_map(Arena& arena, std::size_t mark) {
  if (!tables_.empty() && tables_.back().mark == mark && entries_.size() > mark) {
    tables_.pop_back();
  }
  const Node map = make_map(arena, entries_.data() + mark, entries_.size() - mark);
  entries_.resize(mark);
  return map;
}

}  // namespace reconcile::model
