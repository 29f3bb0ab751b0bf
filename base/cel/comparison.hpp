#pragma once

#include <cstdint>
#include <optional>

#include "base/cel/heap.hpp"

namespace reconcile::cel {

/// The whole number that a number is, if it fits; false for fractions, NaN and other kinds.
bool to_integer_lossless(const Value& number, std::int64_t& out);
bool to_unsigned_lossless(const Value& number, std::uint64_t& out);

/// Truncates towards zero; absent where it does not fit (also the smallest int64, as in cel-go).
std::optional<std::int64_t> to_integer(double number);
std::optional<std::uint64_t> to_unsigned(double number);

/// `==`: numbers across their types, lists and maps deeply, values of different types unequal.
bool equal(Heap& heap, const Value& left, const Value& right);

/// -1, 0 or 1 as int, or an error.
Value compare(Heap& heap, const Value& left, const Value& right);

/// `in`: an item of a list or a key of a map.
Value contains(Heap& heap, const Value& container, const Value& item);

}  // namespace reconcile::cel
