#pragma once

#include <map>
#include <set>

#include "reconcile/model/object.hpp"

namespace reconcile::diff {

/// Which of the `made` objects stands for which of the `gone` ones: of one kind and namespace, with
/// names that differ only in the hash of the content that kustomize ends them in. Where several
/// objects share the name before the hash, none of them is paired.
std::map<model::ObjectId, model::ObjectId> pair_hashed_names(const std::set<model::ObjectId>& gone,
                                                             const std::set<model::ObjectId>& made);

}  // namespace reconcile::diff
