#pragma once

#include <vector>

#include "reconcile/appliers/prepare.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::appliers {

/// Removes duplicate items of associative lists in place; one warning for each.
void drop_duplicate_items(model::Node& root, const model::Gvk& gvk, const model::ObjectId& id,
                          std::vector<Warning>& warnings);

}  // namespace reconcile::appliers
