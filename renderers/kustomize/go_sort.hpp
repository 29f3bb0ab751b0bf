#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace reconcile::kustomize {

/// Sorts as sort.Sort of Go 1.26 does, which is not stable: where the order of equal elements
/// decides what is done with them, they have to end up in the places that Go leaves them in. It is
/// a quicksort that looks for patterns, so that sorted input stays as it is.
template <class Element, class Less>
class GoSort {
 public:
  GoSort(std::vector<Element>& elements, Less less) : elements_(elements), less_(less) {}

  void run() {
    const std::size_t count = elements_.size();
    if (count > 1) sort(0, count, static_cast<int>(std::bit_width(count)));
  }

 private:
  enum class Hint : std::uint8_t { unknown, increasing, decreasing };
  struct Pivot {
    std::size_t index;
    Hint hint;
  };
  struct Partition {
    std::size_t middle;
    bool was_there;
  };

  bool less(std::size_t left, std::size_t right) {
    return less_(elements_[left], elements_[right]);
  }
  void swap(std::size_t left, std::size_t right) { std::swap(elements_[left], elements_[right]); }

  void sort(std::size_t first, std::size_t last, int bad_choices_left) {
    constexpr std::size_t insertion_max = 12;
    bool was_balanced = true;
    bool was_partitioned = true;
    while (true) {
      const std::size_t length = last - first;
      if (length <= insertion_max) return insert_all(first, last);
      if (bad_choices_left == 0) return heap_sort(first, last);
      if (!was_balanced) {
        break_patterns(first, last);
        --bad_choices_left;
      }
      Pivot pivot = choose_pivot(first, last);
      if (pivot.hint == Hint::decreasing) {
        for (std::size_t i = first, j = last - 1; i < j; ++i, --j) swap(i, j);
        pivot = {last - 1 - (pivot.index - first), Hint::increasing};
      }
      if (was_balanced && was_partitioned && pivot.hint == Hint::increasing &&
          insert_few(first, last)) {
        return;
      }
      if (first > 0 && !less(first - 1, pivot.index)) {
        first = part_equal(first, last, pivot.index);
        continue;
      }
      const Partition parts = part(first, last, pivot.index);
      was_partitioned = parts.was_there;
      const std::size_t left = parts.middle - first;
      const std::size_t right = last - parts.middle;
      was_balanced = (left < right ? left : right) >= length / 8;
      if (left < right) {
        sort(first, parts.middle, bad_choices_left);
        first = parts.middle + 1;
      } else {
        sort(parts.middle + 1, last, bad_choices_left);
        last = parts.middle;
      }
    }
  }

  void insert_all(std::size_t first, std::size_t last) {
    for (std::size_t i = first + 1; i < last; ++i) {
      for (std::size_t j = i; j > first && less(j, j - 1); --j) swap(j, j - 1);
    }
  }

  // Whether a few moves were enough.
  bool insert_few(std::size_t first, std::size_t last) {
    constexpr int moves_max = 5;
    constexpr std::size_t length_min = 50;
    std::size_t i = first + 1;
    for (int moves = 0; moves < moves_max; ++moves) {
      while (i < last && !less(i, i - 1)) ++i;
      if (i == last) return true;
      if (last - first < length_min) return false;
      swap(i, i - 1);
      if (i - first >= 2) {
        for (std::size_t j = i - 1; j >= 1 && less(j, j - 1); --j) swap(j, j - 1);
      }
      if (last - i >= 2) {
        for (std::size_t j = i + 1; j < last && less(j, j - 1); ++j) swap(j, j - 1);
      }
    }
    return false;
  }

  void sift_down(std::size_t root, std::size_t end, std::size_t first) {
    while (true) {
      std::size_t child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && less(first + child, first + child + 1)) ++child;
      if (!less(first + root, first + child)) return;
      swap(first + root, first + child);
      root = child;
    }
  }

  void heap_sort(std::size_t first, std::size_t last) {
    const std::size_t length = last - first;
    for (std::size_t i = (length - 1) / 2 + 1; i-- > 0;) sift_down(i, length, first);
    for (std::size_t i = length; i-- > 0;) {
      swap(first, first + i);
      sift_down(0, i, first);
    }
  }

  // What is less than the pivot comes before it.
  Partition part(std::size_t first, std::size_t last, std::size_t pivot) {
    swap(first, pivot);
    std::size_t i = first + 1;
    std::size_t j = last - 1;
    bool was_there = true;
    while (true) {
      while (i <= j && less(i, first)) ++i;
      while (i <= j && !less(j, first)) --j;
      if (i > j) break;
      was_there = false;
      swap(i++, j--);
    }
    swap(j, first);
    return {j, was_there};
  }

  // What equals the pivot comes first; answers where the rest begins.
  std::size_t part_equal(std::size_t first, std::size_t last, std::size_t pivot) {
    swap(first, pivot);
    std::size_t i = first + 1;
    std::size_t j = last - 1;
    while (true) {
      while (i <= j && !less(first, i)) ++i;
      while (i <= j && less(first, j)) --j;
      if (i > j) return i;
      swap(i++, j--);
    }
  }

  void break_patterns(std::size_t first, std::size_t last) {
    const std::size_t length = last - first;
    if (length < 8) return;
    std::uint64_t state = length;
    const std::uint64_t mask = (std::uint64_t{1} << std::bit_width(length)) - 1;
    const std::size_t middle = first + length / 4 * 2;
    for (std::size_t i = middle - 1; i <= middle + 1; ++i) {
      state ^= state << 13U;
      state ^= state >> 7U;
      state ^= state << 17U;
      std::size_t other = state & mask;
      if (other >= length) other -= length;
      swap(i, first + other);
    }
  }

  Pivot choose_pivot(std::size_t first, std::size_t last) {
    constexpr std::size_t ninther_min = 50;
    constexpr int swaps_max = 12;
    const std::size_t quarter = (last - first) / 4;
    int swaps = 0;
    std::size_t middle = first + quarter * 2;
    if (last - first >= 8) {
      std::size_t low = first + quarter;
      std::size_t high = first + quarter * 3;
      if (last - first >= ninther_min) {
        low = median(low - 1, low, low + 1, swaps);
        middle = median(middle - 1, middle, middle + 1, swaps);
        high = median(high - 1, high, high + 1, swaps);
      }
      middle = median(low, middle, high, swaps);
    }
    if (swaps == 0) return {middle, Hint::increasing};
    return {middle, swaps == swaps_max ? Hint::decreasing : Hint::unknown};
  }

  std::size_t median(std::size_t a, std::size_t b, std::size_t c, int& swaps) {
    order(a, b, swaps);
    order(b, c, swaps);
    order(a, b, swaps);
    return b;
  }

  void order(std::size_t& left, std::size_t& right, int& swaps) {
    if (!less(right, left)) return;
    ++swaps;
    std::swap(left, right);
  }

  std::vector<Element>& elements_;
  Less less_;
};

}  // namespace reconcile::kustomize
