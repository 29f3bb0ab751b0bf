#pragma once

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/prepare.hpp"

namespace reconcile::appliers {

/// A request about `object`, with our field manager and without a body.
ClusterRequest object_request(const PreparedObject& object, Verb verb);

/// The dry run of an apply of `body`, which stands for `object`; fields of others are taken.
ClusterRequest dry_run_request(const PreparedObject& object, model::Value body);

}  // namespace reconcile::appliers
