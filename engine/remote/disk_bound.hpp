#pragma once

#include <cstdint>
#include <string>

namespace reconcile::engine {

/// Marks an entry of a cache folder as used now.
void mark_used(const std::string& path);

/// Removes entries (files or directories) of `folder`, the longest unused first, until all together
/// have `bytes_max` at most. A directory whose file `lock` somebody has locked, and what cannot be
/// removed, stays; a missing folder is empty.
void bound_folder(const std::string& folder, std::uint64_t bytes_max);

}  // namespace reconcile::engine
