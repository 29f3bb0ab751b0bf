#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sources/artifact_store/manifest.hpp"

namespace reconcile::sources {

/// Reads one object of the store, its hash checked.
using ReadObject = std::function<std::string(const std::string& object)>;

/// The tree of a manifest; `read` is called for each file that is read and keeps alive what it
/// needs.
std::shared_ptr<const model::FileTree> stored_tree(Manifest manifest, ReadObject read,
                                                   model::FileLimits limits);

}  // namespace reconcile::sources
