#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::sources {

enum class ListedMode : char { regular = 'f', executable = 'x', symlink = 'l' };

/// One file of a tree. Directories without files and what is neither file nor link are left out.
struct ListedFile {
  std::string path;
  ListedMode mode = ListedMode::regular;
  std::uint64_t size = 0;  ///< bytes; of a link 0
  std::string blob;        ///< Git blob id of the content; of a link its target
};

struct ListingLimits {
  std::size_t files_max = 1'000'000;
  std::size_t depth_max = 128;
  std::uint64_t total_bytes_max = 4ULL << 30U;
};

struct TreeSummary {
  std::string digest;  ///< "sha256:<hex>" over the canonical listing
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Visits every file and link, in the order of a walk with sorted names. `stop` is looked at
/// between directories. Throws Error(limit_exceeded) naming the limit, Error(cancelled).
void list_files(const model::FileTree& tree, const ListingLimits& limits,
                const std::function<void(ListedFile)>& on_file,
                const std::atomic<bool>* stop = nullptr);
/// The line of a file in the canonical listing: "<mode> <blob> <path>\0".
std::string listing_line(const ListedFile& file);
/// Digest and size of a tree.
TreeSummary summarise_tree(const model::FileTree& tree, const ListingLimits& limits = {},
                           const std::atomic<bool>* stop = nullptr);

}  // namespace reconcile::sources
