#include "reconcile/sources/tree_artifact.hpp"

#include <utility>

#include "reconcile/sources/tree_listing.hpp"

namespace reconcile::sources {

Artifact artifact_of_tree(std::shared_ptr<const model::FileTree> tree, Revision revision,
                          std::string url, const IgnoreOptions& ignore,
                          const std::atomic<bool>* stop) {
  auto files = without_ignored(std::move(tree), ignore);
  const TreeSummary summary = summarise_tree(*files, {}, stop);
  return {std::move(revision), summary.digest, std::move(files), std::move(url), summary.files};
}

}  // namespace reconcile::sources
