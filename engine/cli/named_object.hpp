#pragma once

#include <string>

#include "engine/cli/resource_name.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// An object of any kind that the server knows: "deployment/web", "kustomization/flux-system/apps",
/// "ks/apps", "certificates.cert-manager.io/team/web". Where no namespace is named it is
/// `default_namespace`; none for a kind of the cluster's scope. Throws Error(invalid_input).
ResourceName parse_object_name(kube::Client& client, const std::string& text,
                               const std::string& default_namespace);

}  // namespace reconcile::engine
