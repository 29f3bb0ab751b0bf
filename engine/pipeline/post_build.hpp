#pragma once

#include <string>
#include <vector>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/substitute/substitute.hpp"

namespace reconcile::engine {

/// spec.postBuild of a Kustomization with what its references hold.
struct PostBuild {
  substitute::Variables variables;
  substitute::SubstituteOptions options;
  std::vector<std::string> secret_values;  ///< of Secrets: no message may repeat them
  std::string digest;  ///< of what was read of the cluster; empty where nothing is named
};

/// Reads the variables as kustomize-controller 1.9.4 does: a later reference over an earlier one,
/// the inline ones over all. Without a cluster to ask, references are passed over and a missing
/// variable is empty, as `flux build kustomization --dry-run` has it. Throws Error(invalid_input)
/// naming a field, MissingValues naming an object that is not there and not optional.
PostBuild read_post_build(const UnitSpec& spec, const RenderPorts& ports);

}  // namespace reconcile::engine
