#pragma once

#include <string>
#include <vector>

#include "renderers/kustomize/resource.hpp"

namespace reconcile::kustomize {

/// The YAML that the annotation config.kubernetes.io/origin holds.
std::string origin_text(const Origin& origin);
/// The YAML that the annotation alpha.config.kubernetes.io/transformations holds.
std::string transformations_text(const std::vector<Origin>& transformations);

}  // namespace reconcile::kustomize
