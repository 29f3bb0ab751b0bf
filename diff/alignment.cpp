// E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), its greedy form: how far
// `edits` edits get on each diagonal, for ever more of them. A diagonal is the set of positions
// with the same before - after. The reaches of every round are kept, so that the way back is read
// from them. Tests: test/diff/alignment_test.cpp.
#include "diff/alignment.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace reconcile::diff {

namespace {

constexpr std::size_t items_max = 100'000;
constexpr std::int32_t edits_max = 1'000;
constexpr std::int32_t nowhere = -1;

/// Equal items have one number, so that they are compared in one step.
using Numbers = std::vector<std::uint32_t>;

class Alignment {
 public:
  Alignment(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after)
      : before_(before),
        after_(after),
        before_size_(static_cast<std::int32_t>(before.size())),
        after_size_(static_cast<std::int32_t>(after.size())) {}

  /// Empty also where the sequences differ by more than `edits_max`.
  std::vector<AlignedItem> run() {
    for (std::int32_t edits = 0; edits <= edits_max; ++edits) {
      reaches_.emplace_back(static_cast<std::size_t>(edits) + 1, nowhere);
      for (std::int32_t i = 0; i <= edits; ++i) {
        const std::int32_t reach = slide(start_of(edits, i), diagonal_of(edits, i));
        reaches_.back()[static_cast<std::size_t>(i)] = reach;
        if (reach == before_size_ && reach - diagonal_of(edits, i) == after_size_)
          return way_back(edits, i);
      }
    }
    return {};
  }

 private:
  /// In a round of `edits` edits every other diagonal is reached: number i of edits + 1.
  static std::int32_t diagonal_of(std::int32_t edits, std::int32_t i) { return 2 * i - edits; }

  [[nodiscard]] std::int32_t reach_of(std::int32_t edits, std::int32_t i) const {
    if (edits < 0 || i < 0 || i > edits) return nowhere;
    return reaches_[static_cast<std::size_t>(edits)][static_cast<std::size_t>(i)];
  }

  /// Where a diagonal is entered by an item removed, from its neighbour; nowhere where it is not.
  [[nodiscard]] std::int32_t by_removal(std::int32_t edits, std::int32_t i) const {
    const std::int32_t from = reach_of(edits - 1, i - 1);
    return from == nowhere || from == before_size_ ? nowhere : from + 1;
  }

  /// As by_removal, by an item added.
  [[nodiscard]] std::int32_t by_addition(std::int32_t edits, std::int32_t i) const {
    const std::int32_t from = reach_of(edits - 1, i);
    return from == nowhere || from - diagonal_of(edits, i) > after_size_ ? nowhere : from;
  }

  [[nodiscard]] std::int32_t start_of(std::int32_t edits, std::int32_t i) const {
    return edits == 0 ? 0 : std::max(by_removal(edits, i), by_addition(edits, i));
  }

  /// Along what both have.
  [[nodiscard]] std::int32_t slide(std::int32_t at, std::int32_t diagonal) const {
    if (at == nowhere) return nowhere;
    while (at < before_size_ && at - diagonal < after_size_ &&
           before_[static_cast<std::size_t>(at)] == after_[static_cast<std::size_t>(at - diagonal)])
      ++at;
    return at;
  }

  [[nodiscard]] std::vector<AlignedItem> way_back(std::int32_t edits, std::int32_t i) const {
    std::vector<AlignedItem> aligned;
    for (; edits >= 0; --edits) {
      const std::int32_t start = start_of(edits, i);
      for (std::int32_t at = reach_of(edits, i); at > start; --at)
        aligned.push_back({static_cast<std::size_t>(at - 1),
                           static_cast<std::size_t>(at - 1 - diagonal_of(edits, i))});
      if (by_removal(edits, i) == start) --i;
    }
    std::reverse(aligned.begin(), aligned.end());
    return aligned;
  }

  std::span<const std::uint32_t> before_;
  std::span<const std::uint32_t> after_;
  std::int32_t before_size_;
  std::int32_t after_size_;
  std::vector<std::vector<std::int32_t>> reaches_;
};

}  // namespace

std::vector<AlignedItem> align(std::span<const std::string_view> before,
                               std::span<const std::string_view> after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::vector<AlignedItem> aligned;
  std::size_t head = 0;
  for (; head < shorter && before[head] == after[head]; ++head) aligned.push_back({head, head});
  std::size_t tail = 0;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const auto middle_of = [&](std::span<const std::string_view> items) {
    return items.subspan(head, items.size() - head - tail);
  };
  if (std::max(before.size(), after.size()) <= items_max) {
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    const auto numbered = [&](std::span<const std::string_view> items) {
      Numbers out;
      for (const std::string_view item : items)
        out.push_back(
            numbers.emplace(item, static_cast<std::uint32_t>(numbers.size())).first->second);
      return out;
    };
    const Numbers left = numbered(middle_of(before));
    const Numbers right = numbered(middle_of(after));
    for (const AlignedItem& item : Alignment(left, right).run())
      aligned.push_back({item.before + head, item.after + head});
  }
  for (std::size_t i = tail; i > 0; --i) aligned.push_back({before.size() - i, after.size() - i});
  return aligned;
}

}  // namespace reconcile::diff
