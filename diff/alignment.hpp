#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace reconcile::diff {

/// An item that two sequences share, by its position in each.
struct AlignedItem {
  std::size_t before = 0;
  std::size_t after = 0;
  bool operator==(const AlignedItem&) const = default;
};

/// A longest common subsequence, in order. Sequences of more than 100,000 items, or that differ by
/// more than 1,000 between their common head and tail, share these two only.
std::vector<AlignedItem> align(std::span<const std::string_view> before,
                               std::span<const std::string_view> after);

}  // namespace reconcile::diff
