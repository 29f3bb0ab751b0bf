#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcile/kube/discovery.hpp"

// Discovery of servers that do not aggregate (before Kubernetes 1.27, and some proxies): one
// request for the groups and one for each group and version.
namespace reconcile::kube {

/// The versions of an APIVersions ("v1") or APIGroupList ("apps/v1"), preferred ones first.
std::vector<std::string> read_group_versions(std::string_view body);
/// Adds the kinds of one APIResourceList.
void read_resource_list(std::string_view body, ApiResources& into);

}  // namespace reconcile::kube
