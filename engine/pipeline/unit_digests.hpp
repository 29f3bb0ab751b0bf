#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/gates/evidence.hpp"
#include "engine/pipeline/unit_render.hpp"

namespace reconcile::engine {

/// What a render read and what it gave, as evidence names it.
struct UnitDigests {
  std::string read_set;  ///< gates::read_set_digest over the typed entries
  std::string render;    ///< "hmac-sha256:…" over the canonical objects
  bool operator==(const UnitDigests&) const = default;
};

/// The read-set with what it cannot say itself: modes, and what was read of the cluster. Sorted.
/// `kube_version` is empty where the render asked for no capabilities.
std::vector<gates::TypedRead> typed_reads(const UnitRender& render, const model::FileTree& tree,
                                          std::string_view kube_version, std::string_view key);

/// The digests of `render`, which read `reads`. `key` is the cluster's own: what came from Secrets
/// is named by it only.
UnitDigests unit_digests(const UnitRender& render, const std::vector<gates::TypedRead>& reads,
                         std::string_view key);

/// The digest of a release's values, as `status.history` names it to everybody who may read the
/// HelmRelease: what Secrets hold is in it only under the cluster's own `key`, and where there is
/// none (empty), what `valuesFrom` names is left out.
std::string release_config_digest(const UnitSpec& spec, const UnitRender& render,
                                  std::string_view key);

}  // namespace reconcile::engine
