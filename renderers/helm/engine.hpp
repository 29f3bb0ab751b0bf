#pragma once

#include <map>
#include <string>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/render.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

class ManifestHeads;

/// Executes the templates of all charts below `root` over `values` (coalesced) and puts path → text
/// of every file that is no partial, NOTES.txt included, into `rendered`, where `heads` reads them.
/// Throws model::Error with Helm's text.
void execute_templates(const RenderRequest& request, gotemplate::Heap& heap,
                       const ChartInstance& root, gotemplate::GoMap& values,
                       std::map<std::string, std::string>& rendered, ManifestHeads& heads);

}  // namespace reconcile::helm
