#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "reconcile/sources/ignore.hpp"
#include "reconcile/sources/source.hpp"

namespace reconcile::sources {

/// The artifact of a tree that is at hand, such as a commit of a CommitGraph: what `ignore` hides
/// is not in it, and its digest is that of the same content fetched by a Source with the same
/// `ignore`. `stop` is looked at between directories. Throws Error(cancelled, limit_exceeded) and
/// what reading the tree throws.
Artifact artifact_of_tree(std::shared_ptr<const model::FileTree> tree, Revision revision,
                          std::string url, const IgnoreOptions& ignore = {},
                          const std::atomic<bool>* stop = nullptr);

}  // namespace reconcile::sources
