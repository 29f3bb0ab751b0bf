#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reconcile/diff/left_fields.hpp"
#include "reconcile/diff/managed_fields.hpp"

namespace reconcile::diff {

/// One step to a value of a live object: a map's field or a list's item.
struct PlaceStep {
  std::string name;  ///< of a field; empty for an item
  std::size_t index = 0;
};
using Place = std::vector<PlaceStep>;

/// Who has a place.
struct PlaceOwners {
  bool ours = false;
  bool others = false;
  bool left = false;      ///< those have it to whom the field is left
  bool in_parts = false;  ///< somebody owns single fields of it
  /// Steps to the list or map around it that the server keeps as a whole; absent: there is none.
  std::optional<std::size_t> whole;
};

/// Where a field is in an object now, "*" resolved; also places whose last step is not there.
std::vector<Place> places_of(const LeftField& field, model::Value live);
/// The value at a place; absent where there is none.
model::Value value_at(model::Value live, std::span<const PlaceStep> place);
/// `live` is the object that `place` was found in.
PlaceOwners owners_at(const LeftField& field, std::span<const ManagedEntry> entries,
                      model::Value live, std::span<const PlaceStep> place,
                      std::string_view manager);

/// What folding a live object needs to know of its fields that are left to others.
struct LeftFold {
  model::Document trie;  ///< ours without them
  std::string bytes;     ///< what still counts of their values
  bool is_left = false;  ///< one of them is in other hands
};
LeftFold fold_left(model::Value own_trie, model::Value live, std::span<const LeftField> fields,
                   std::string_view manager);

}  // namespace reconcile::diff
