#include "reconcile/sources/directory_source.hpp"

#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_listing.hpp"

namespace reconcile::sources {

DirectorySource::DirectorySource(std::string path, IgnoreOptions ignore, model::FileLimits files)
    : path_(std::move(path)), ignore_(std::move(ignore)), files_(files) {
}

std::optional<Artifact> DirectorySource::fetch(const std::optional<Revision>& known) {
  auto tree = without_ignored(model::disk_tree(path_, files_), ignore_);
  const TreeSummary summary = summarise_tree(*tree, {}, &cancelled_);
  Revision revision{"", summary.digest};
  if (known == revision) return std::nullopt;
  return Artifact{std::move(revision), summary.digest, std::move(tree), path_, summary.files};
}

}  // namespace reconcile::sources
