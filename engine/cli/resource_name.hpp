#pragma once

#include <string>
#include <string_view>

#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// An object of the API as people name it.
struct ResourceName {
  model::Gvk gvk;
  std::string namespace_name;
  std::string name;
  [[nodiscard]] std::string display() const { return gvk.kind + "/" + namespace_name + "/" + name; }
};

/// Reads "Kustomization/apps", "ks/apps", "hr/team-a/podinfo", "git/monorepo": kind by name or
/// short name in any letter case, the namespace in the middle or `default_namespace`. Throws
/// Error(invalid_input).
ResourceName parse_resource_name(std::string_view text, const std::string& default_namespace);

}  // namespace reconcile::engine
