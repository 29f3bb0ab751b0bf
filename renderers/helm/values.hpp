#pragma once

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// What stands in place of the chart's own defaults; null where nothing does.
gotemplate::GoMap* chart_defaults(const RenderRequest& request, gotemplate::Heap& heap);

/// What the user gave, by `request.values_order`; the inline values over all.
gotemplate::GoMap* user_values(const RenderRequest& request, gotemplate::Heap& heap);

}  // namespace reconcile::helm
