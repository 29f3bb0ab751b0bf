#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::helm {

/// Reads a file that --set-file names. Throws model::Error where it cannot.
using ValuesFileReader = std::function<std::string(std::string_view path)>;

/// The addresses of a host, for getHostByName; empty where there are none.
using HostResolver = std::function<std::vector<std::string>(std::string_view host)>;

/// The port behind `lookup`. Called on the rendering thread only.
class ClusterLookup {
 public:
  virtual ~ClusterLookup() = default;
  /// The object (or List where `name` is empty); absent root where there is none. Throws
  /// model::Error.
  virtual model::Document lookup(std::string_view api_version, std::string_view kind,
                                 std::string_view namespace_name, std::string_view name) = 0;
};

/// Changes the manifests before they are sorted: YAML documents in, YAML documents out. Throws
/// model::Error.
using PostRenderer = std::function<std::string(const std::string& manifests)>;

/// What a post-renderer sees (Helm 4.3.1; Helm 3 is `nohooks`).
enum class PostRenderStrategy {
  combined,  ///< hooks and manifests together
  separate,  ///< hooks, then manifests: the same object may be in both
  nohooks,   ///< manifests only
};

}  // namespace reconcile::helm
