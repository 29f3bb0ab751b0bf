#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::kube {

enum class Scope { namespaced, cluster };

/// How one kind is reached.
struct ApiResource {
  model::Gvk gvk;
  std::string plural;  ///< "deployments"
  Scope scope = Scope::namespaced;
  std::vector<std::string> verbs;
  std::vector<std::string> subresources;  ///< "status", "scale"
  std::vector<std::string> short_names;

  [[nodiscard]] bool allows(std::string_view verb) const noexcept;
  /// "/apis/apps/v1/namespaces/ns/deployments/name[/subresource]"; parts that are empty are left
  /// out.
  [[nodiscard]] std::string path(std::string_view namespace_name, std::string_view name = {},
                                 std::string_view subresource = {}) const;
};

/// Everything the server knew at one moment. Immutable; shared between threads.
class ApiResources {
 public:
  /// Absent where the server does not know the kind.
  [[nodiscard]] const ApiResource* find(const model::Gvk& gvk) const noexcept;
  /// By group and kind: the version that the server prefers; absent where unknown.
  [[nodiscard]] const ApiResource* find_preferred(std::string_view group,
                                                  std::string_view kind) const noexcept;
  /// By what people type: plural, kind or short name, any letter case, optionally ".group".
  [[nodiscard]] const ApiResource* find_by_name(std::string_view name) const noexcept;
  /// In the server's order: preferred versions first in each group.
  [[nodiscard]] const std::vector<ApiResource>& all() const noexcept { return resources_; }
  /// "apps/v1", "v1", … as Helm's Capabilities.APIVersions wants them; "apps/v1/Deployment" too.
  [[nodiscard]] std::vector<std::string> api_versions() const;
  /// Groups whose server did not answer (stale in aggregated discovery): their kinds may be
  /// missing.
  [[nodiscard]] const std::vector<std::string>& stale_groups() const noexcept { return stale_; }

  void add(ApiResource resource);
  void add_stale(std::string group_version) { stale_.push_back(std::move(group_version)); }

 private:
  std::vector<ApiResource> resources_;
  std::map<model::Gvk, std::size_t> by_gvk_;
  std::vector<std::string> stale_;
};

/// Adds the kinds of an aggregated answer (APIGroupDiscoveryList, apidiscovery.k8s.io v2 or
/// v2beta1). Throws Error(invalid_input) where the body is something else.
void read_aggregated_discovery(std::string_view body, ApiResources& into);

/// GET /version.
struct ServerVersion {
  std::string git_version;  ///< "v1.36.3"
  std::string major;
  std::string minor;
};

}  // namespace reconcile::kube
