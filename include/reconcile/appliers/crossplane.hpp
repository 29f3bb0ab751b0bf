#pragma once

#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// Whether an object is a claim, a composite or a managed resource of Crossplane: the deletion of
/// each takes along what it stands for. Their groups and kinds are chosen by platform teams and
/// providers, so it is told by the members of their spec. Pure; safe from any thread.
bool is_crossplane_resource(model::Value object) noexcept;

}  // namespace reconcile::appliers
