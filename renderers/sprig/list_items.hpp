#pragma once

#include <span>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"

namespace reconcile::sprig {

/// The elements of any slice; those of []uint8 are made in `heap`.
std::span<const gotemplate::GoValue> items_of(gotemplate::Heap& heap,
                                              const gotemplate::GoValue& slice);

/// Sprig's strslice: the elements of a slice as text, nil ones left out; anything else is one text,
/// nil none.
std::vector<std::string> text_items(const gotemplate::GoValue& value);

/// Sprig's empty: nil, zero, "" and what has no elements; structs never are.
bool is_empty(const gotemplate::GoValue& value);

}  // namespace reconcile::sprig
