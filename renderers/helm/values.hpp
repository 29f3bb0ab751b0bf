#pragma once

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// What the user gave: files in order, then each form of --set*, then the inline values over all.
gotemplate::GoMap* user_values(const RenderRequest& request, gotemplate::Heap& heap);

}  // namespace reconcile::helm
