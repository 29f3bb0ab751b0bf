#pragma once

#include <string>

#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// Makes sure of the ConfigMap that stands for the root unit; answers it. Blocks. Throws Error
/// where the server refuses.
model::Document ensure_root_config_map(kube::Client& client, const std::string& agent_namespace);

}  // namespace reconcile::engine
