#pragma once

#include <string>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::renderers {

/// The `blob` of a directory entry in a read-set: the SHA-1 of its names and types, in order.
std::string directory_blob(const std::vector<model::DirectoryEntry>& entries);

/// Whether every entry still holds in `tree`: rendering there gives the same bytes. Reads no
/// content where the tree knows its blobs (Git). A path that cannot be read counts as changed.
bool still_holds(const ReadSet& read_set, const model::FileTree& tree);

}  // namespace reconcile::renderers
