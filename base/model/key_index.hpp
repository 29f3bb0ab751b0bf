#pragma once

#include <cstdint>
#include <string_view>

#include "reconcile/model/arena.hpp"

namespace reconcile::model {

/// An open-addressing table from key to entry position, behind the header in the arena. A table is
/// a hint: every hit is compared with the entry itself.
struct KeyIndex {
  std::uint32_t mask = 0;
  std::uint32_t used = 0;

  std::uint32_t* slots() noexcept { return reinterpret_cast<std::uint32_t*>(this + 1); }
  [[nodiscard]] const std::uint32_t* slots() const noexcept {
    return reinterpret_cast<const std::uint32_t*>(this + 1);
  }
};

/// A hash that differs between processes, so that keys cannot be chosen to collide.
std::uint64_t hash_key(std::string_view key) noexcept;

/// Makes a new table over all entries of `map`.
void build_index(Arena& arena, Node& map);

/// Enters the entry at `position`, growing or making the table where needed.
void add_to_index(Arena& arena, Node& map, std::uint32_t position);

/// The position of `key`, or `map.size` where it is missing.
std::uint32_t find_entry(const Node& map, std::string_view key) noexcept;

}  // namespace reconcile::model
