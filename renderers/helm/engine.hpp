#pragma once

#include <map>
#include <string>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

/// Executes the templates of all charts below `root` over `values` (coalesced) and answers path →
/// text of every file that is no partial, NOTES.txt included. Throws model::Error with Helm's text.
std::map<std::string, std::string> execute_templates(const RenderRequest& request,
                                                     gotemplate::Heap& heap,
                                                     const ChartInstance& root,
                                                     gotemplate::GoMap& values);

}  // namespace reconcile::helm
