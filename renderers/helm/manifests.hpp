#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/helm/render.hpp"

namespace reconcile::helm {

/// A file's text cut into its YAML documents, as the profile's SplitManifests does. Views of
/// `text`.
std::vector<std::string_view> split_manifests(std::string_view text, Profile profile);

class ManifestHeads;

struct SortedManifests {
  std::vector<Hook> hooks;
  std::vector<Manifest> manifests;
};

/// Splits the rendered files (path → text), reads each document's head, tells hooks apart and sorts
/// both by kind in install order; their texts view `files`. Throws Error(invalid_input) "YAML parse
/// error on PATH: …".
SortedManifests sort_manifests(const std::map<std::string, std::string>& files, Profile profile);
/// The same with heads that have been read ahead.
SortedManifests sort_manifests(const std::map<std::string, std::string>& files, Profile profile,
                               ManifestHeads& heads);

}  // namespace reconcile::helm
