#pragma once

#include <vector>

#include "engine/cli/side_render.hpp"
#include "reconcile/diff/comparison.hpp"

namespace reconcile::engine {

/// What becomes of each unit's objects from one side to the other, as the agent would have it: an
/// object that another unit renders from now on moves there, and one that prune leaves alone is
/// skipped. Units that either side left out are in neither, nor what they bring. Values out of
/// Secrets are masked in every kind. In the order of units; "" is the directory itself.
std::vector<diff::ChangeGroup> compare_sides(const SideRender& before, const SideRender& after);

}  // namespace reconcile::engine
