#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/value.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::kustomize {

/// What a Flux Kustomization writes into the kustomization file at its path.
struct FluxOverrides {
  std::string target_namespace;  ///< spec.targetNamespace; empty: not set
  std::string name_prefix;
  std::string name_suffix;
  /// Lists as in the object: spec.patches, spec.images, spec.components, spec.buildMetadata. Absent
  /// values add nothing.
  model::Value patches;
  model::Value images;
  model::Value components;
  model::Value build_metadata;
  /// spec.ignoreMissingComponents: components whose directory is absent are left out.
  bool ignore_missing_components = false;

  /// Reads `spec` of a Flux Kustomization v1. The values stay views of it.
  static FluxOverrides from_spec(model::Value spec);
};

struct GeneratedKustomization {
  /// The text for BuildRequest::kustomization.
  std::string text;
  /// True where the directory had no kustomization file.
  bool generated = false;
  /// Files read and directories listed on the way.
  renderers::ReadSet read_set;
};

/// The kustomization that Flux builds at `path` (fluxcd/pkg kustomize, Flux 2.9.4): the file there,
/// or, where none is, one that lists every YAML file below `path` (directories with an own
/// kustomization are listed, not entered), with `overrides` written into it. Throws
/// Error(invalid_input) naming the file where a YAML file holds no Kubernetes object.
GeneratedKustomization generate_kustomization(const model::FileTree& tree, const std::string& path,
                                              const FluxOverrides& overrides = {});

}  // namespace reconcile::kustomize
