#pragma once

#include <string>

#include "engine/api/resource.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// Puts our finalizer on the unit's object, so that its objects can be removed before it goes:
/// nothing may be applied without. One PATCH that holds for this object and this list of finalizers
/// only, whatever else is written meanwhile. Throws Error where the server refuses or the object
/// goes already.
void ensure_finalizer(kube::Client& client, const model::Gvk& gvk, ResourceMeta meta);

/// Takes it off under the same condition.
kube::Response remove_finalizer(kube::Client& client, const model::Gvk& gvk,
                                const ResourceMeta& meta);

}  // namespace reconcile::engine
