#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/sources/web_file.hpp"

namespace reconcile::sources {

/// A chart as a kustomization or release names it.
struct ChartWish {
  std::string
      repository;  ///< "https://charts.example.com" with an index.yaml, or "oci://host/path"
  std::string name;
  std::string version;  ///< a version or a range; empty: the newest
};

/// Which of `versions` is taken for `wanted`; absent where none fits. Given by the caller: what a
/// range means is Helm's business.
using VersionChoice = std::function<std::optional<std::size_t>(
    const std::vector<std::string>& versions, const std::string& wanted)>;

/// One chart archive, found but not downloaded yet.
struct ChartLocation {
  std::string version;
  /// "sha256:<hex>" of the archive; empty where the repository does not say.
  std::string digest;
  std::string url;          ///< of the archive or blob; may hold credentials: not for messages
  io::HttpHeaders headers;  ///< what the request needs: a registry's token
};

/// Asks the repository's index, or the registry, as `helm pull` 4.3.1 does. Blocks. Throws
/// Error(not_found) naming chart, version and repository; Error(invalid_input) for an index or
/// manifest that is none; and as fetch_web_file.
ChartLocation locate_chart(const ChartWish& wish, const WebOptions& options,
                           const VersionChoice& choose);

/// The archive's bytes. Throws Error(invalid_input) where they are not those of the digest.
std::string download_chart(const ChartLocation& location, const WebOptions& options);

}  // namespace reconcile::sources
