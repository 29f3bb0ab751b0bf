#include "base/model/key_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace reconcile::model {

namespace {

constexpr std::uint32_t empty_slot = 0xFFFFFFFFU;

std::uint64_t load(const char* from, std::size_t bytes) noexcept {
  std::uint64_t word = 0;
  if (bytes != 0) std::memcpy(&word, from, bytes);
  return word;
}

std::uint64_t mixed(std::uint64_t left, std::uint64_t right) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// The place of the executable in memory is random for each process.
std::uint64_t process_seed() noexcept {
  static const int anchor = 0;
  static const std::uint64_t seed =
      mixed(reinterpret_cast<std::uintptr_t>(&anchor) | 1U, 0x9E3779B97F4A7C15U);
  return seed;
}

void enter(KeyIndex& index, std::string_view key, std::uint32_t position) noexcept {
  std::uint32_t slot = static_cast<std::uint32_t>(hash_key(key)) & index.mask;
  while (index.slots()[slot] != empty_slot) slot = (slot + 1) & index.mask;
  index.slots()[slot] = position;
  ++index.used;
}

}  // namespace

std::uint64_t hash_key(std::string_view key) noexcept {
  std::uint64_t hash = process_seed() ^ key.size();
  const char* next = key.data();
  std::size_t left = key.size();
  for (; left > 8; left -= 8, next += 8) {
    hash = mixed(hash ^ load(next, 8), 0xA0761D6478BD642FU);
  }
  return mixed(hash ^ load(next, left), 0xE7037ED1A0B428DBU);
}

void build_index(Arena& arena, Node& map) {
  const std::uint32_t slots = std::bit_ceil(std::max(map.size, map.capacity)) * 2;
  auto* const index =
      new (arena.allocate(sizeof(KeyIndex) + slots * sizeof(std::uint32_t))) KeyIndex{slots - 1, 0};
  std::memset(index->slots(), 0xFF, slots * sizeof(std::uint32_t));
  for (std::uint32_t i = 0; i < map.size; ++i) enter(*index, map.entries[i].name(), i);
  map.index = index;
}

void add_to_index(Arena& arena, Node& map, std::uint32_t position) {
  if (map.index == nullptr || map.index->used * 2 > map.index->mask) {
    build_index(arena, map);
    return;
  }
  enter(*map.index, map.entries[position].name(), position);
}

std::uint32_t find_entry(const Node& map, std::string_view key) noexcept {
  if (map.index == nullptr) {
    // Most keys differ in size or in their first byte.
    for (std::uint32_t i = 0; i < map.size; ++i) {
      const Entry& entry = map.entries[i];
      if (entry.key_size != key.size()) continue;
      if (key.empty() || (*entry.key == key.front() && entry.name() == key)) return i;
    }
    return map.size;
  }
  const KeyIndex& index = *map.index;
  std::uint32_t slot = static_cast<std::uint32_t>(hash_key(key)) & index.mask;
  for (std::uint32_t position; (position = index.slots()[slot]) != empty_slot;
       slot = (slot + 1) & index.mask) {
    if (position < map.size && map.entries[position].name() == key) return position;
  }
  return map.size;
}

}  // namespace reconcile::model
