#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// What the server has under an id, metadata only.
struct Sighting {
  model::Document object;        ///< a PartialObjectMetadata; absent where nothing is there
  std::optional<UnitKey> owner;  ///< the unit that its labels name

  [[nodiscard]] bool exists() const noexcept { return object.present(); }
};

struct SightingOptions {
  std::size_t gets_max = 3;  ///< up to so many ids of one kind and namespace are fetched one by one
  std::size_t in_flight_max = 16;
  /// A label key, and whether the object of an id may carry it: one that surely does not is looked
  /// for among the objects without it only. Null: nothing is known.
  std::string label = {};
  std::function<bool(const model::Gvk&, const model::ObjectId&)> may_carry_label = {};
};

/// An id with the version to ask for.
using SightingTarget = std::pair<model::ObjectId, model::Gvk>;

/// The sightings by id: one metadata-only LIST a kind and namespace, or GETs for few ids. An id
/// whose kind is not served is answered as absent. Throws Error(unavailable|unauthorized) naming
/// kind and namespace where the server refuses to say, since nothing may be overwritten unseen.
std::map<model::ObjectId, Sighting> look_up(ClusterPort& port,
                                            std::span<const SightingTarget> targets,
                                            const SightingOptions& options = {});

}  // namespace reconcile::appliers
