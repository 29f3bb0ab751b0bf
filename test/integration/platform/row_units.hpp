#pragma once

#include <string>

#include "test/integration/platform/rows.hpp"

namespace reconcile::test {

/// On every object that a row's unit applies; its value is the row's name.
inline constexpr const char* row_label = "it.example.com/platform";

/// The HelmRelease of a row whose chart lies in rows/NAME of the GitRepository "repository": a pass
/// every two seconds, into namespace `target`, with the lines `patches` in its spec.
std::string release_yaml(const PlatformRow& row, const std::string& space,
                         const std::string& target, const std::string& patches);

/// The Kustomization of a row of our own manifests there.
std::string folder_yaml(const PlatformRow& row, const std::string& space);

}  // namespace reconcile::test
