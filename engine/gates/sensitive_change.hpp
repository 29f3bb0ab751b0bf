#pragma once

#include <string>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::engine::gates {

/// What an overlay alone may never change (gates.md, overlay rule): images, chart versions, RBAC,
/// webhooks and CRDs. One line for people each, such as "image of Deployment/shop/frontend:
/// podinfo:6.4 → podinfo:6.5", sorted by object; empty where only harmless fields differ. Objects
/// are matched by their id; one that is new or gone counts where it carries something sensitive.
std::vector<std::string> sensitive_changes(const std::vector<model::Object>& before,
                                           const std::vector<model::Object>& after);

}  // namespace reconcile::engine::gates
