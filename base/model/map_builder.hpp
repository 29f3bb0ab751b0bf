#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "reconcile/model/arena.hpp"

namespace reconcile::model {

/// Collects the entries of nested maps while a reader meets them, with unique keys in document
/// order. Maps are closed in the reverse order of their opening; views of keys must outlive the
/// map.
class MapBuilder {
 public:
  /// Opens a map; answers its mark.
  std::size_t begin_map();

  /// The value of `key` in the innermost map, opened with `mark`; null where missing.
  Node* find(std::size_t mark, std::string_view key);

  /// Sets `key` in the innermost map: in place where present, else at the end. False where it was
  /// present.
  bool set(std::size_t mark, std::string_view key, std::uint32_t line, const Node& value);

  /// The entries of the innermost map so far.
  [[nodiscard]] std::span<const Entry> entries(std::size_t mark) const {
    return std::span(entries_).subspan(mark);
  }

  /// Closes the innermost map and answers it, copied into `arena` at its final size.
  Node end_map(Arena& arena, std::size_t mark);

 private:
  static constexpr std::uint32_t absent = 0xFFFFFFFFU;

  // Positions of the keys of one big map, relative to its mark.
  struct Table {
    std::size_t mark = 0;
    std::uint32_t mask = 0;
    std::vector<std::uint32_t> slots;
  };

  std::uint32_t position_of(std::size_t mark, std::string_view key);
  void make_table(std::size_t mark);
  void enter(std::uint32_t position);

  std::vector<Entry> entries_;
  std::vector<Table> tables_;
};

}  // namespace reconcile::model
