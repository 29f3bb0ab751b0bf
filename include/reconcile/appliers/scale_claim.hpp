#pragma once

#include <cstdint>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// `live` without the claim that the controller of the autoscalers has on `spec.replicas`; absent
/// where it has none. It stays in managedFields when the autoscaler goes.
model::Document without_scale_claim(const model::Document& live);

enum class ScaleClaimEnd : std::uint8_t {
  absent,    ///< there is no such claim (any more), or no such object
  released,  ///< it was taken out of managedFields; no field has another value for it
};
/// Takes that claim from an object, unless somebody writes the object meanwhile: then it is looked
/// at anew, a few times. Throws Error where the server refuses.
ScaleClaimEnd release_scale_claim(ClusterPort& port, const model::Gvk& gvk,
                                  const model::ObjectId& id);

}  // namespace reconcile::appliers
