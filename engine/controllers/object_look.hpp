#pragma once

#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// One object to be read.
struct ObjectRef {
  model::Gvk gvk;
  model::ObjectId id;
};

/// Reads each object that no watch shows; answers stand in the order of `objects`. Blocks.
std::vector<appliers::ClusterAnswer> look_at(appliers::ClusterPort& port,
                                             const std::vector<ObjectRef>& objects);

}  // namespace reconcile::engine
