#pragma once

#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// The rendered files after `request.post_renderer`, as Helm 4.3.1's renderResources hands them to
/// it and takes them back: each document carries the name of its file as an annotation meanwhile.
/// Throws Error(invalid_input) naming the file that is no YAML, and what the post-renderer throws.
std::map<std::string, std::string> post_rendered(const std::map<std::string, std::string>& files,
                                                 const RenderRequest& request);

}  // namespace reconcile::helm
