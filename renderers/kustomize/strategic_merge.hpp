#pragma once

#include "renderers/kustomize/merge_schema.hpp"
#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// Merges `patch` into `target` as kustomize 5.8.2 does (kyaml merge2 over walk, new items first):
/// null deletes, `$patch` directives, lists by key where the schema says so. Parts of `patch` move
/// into `target` and its directives are taken out, so a patch serves one target only. False: the
/// whole object is deleted. Throws Error(invalid_input) where kinds of nodes do not fit.
bool strategic_merge(Arena& arena, const MergeSchema& schema, Node& target, Node& patch);

/// Merges plain trees without schema (values of charts): `over` wins, lists are replaced.
void merge_values(Arena& arena, Node& target, Node& over);

}  // namespace reconcile::kustomize
