#pragma once

#include <set>
#include <span>

#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// The objects whose number of replicas the HorizontalPodAutoscalers and ScaledObjects (KEDA) of a
/// render set, as group, kind, namespace and name.
std::set<model::ObjectId> scale_targets(std::span<const model::Object> rendered,
                                        const std::string& default_namespace);

}  // namespace reconcile::appliers
