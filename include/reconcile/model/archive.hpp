#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

/// Bounds of unpacking; beyond them Error(limit_exceeded) names the limit.
struct ArchiveLimits {
  std::uint64_t total_bytes_max = 512ULL << 20U;
  std::uint64_t file_bytes_max = 64ULL << 20U;
  std::size_t entries_max = 100'000;
  /// Expanded bytes for one compressed byte, checked above 1 MiB of output.
  std::uint64_t ratio_max = 1000;
};

enum class ArchiveEntryType : std::uint8_t { regular, directory, symlink, other };

struct ArchiveEntry {
  std::string path;  ///< as written in the archive
  ArchiveEntryType type = ArchiveEntryType::regular;
  bool executable = false;
  std::string content;      ///< of a regular file
  std::string link_target;  ///< of a symlink
};

/// Reads a tar (ustar, pax paths, GNU long names) entry by entry. Throws Error(invalid_input) on a
/// broken header, naming its offset. Paths are not judged here: callers that unpack check them.
void read_tar(std::string_view tar, const ArchiveLimits& limits,
              const std::function<void(ArchiveEntry)>& on_entry);
/// Writes ustar with zero times, uid and gid 0 and modes 0644/0755, in the given order; the same
/// input gives the same bytes. Long paths use pax headers.
std::string write_tar(const std::vector<ArchiveEntry>& entries);

std::string gzip_compress(std::string_view data, int level = 9);
/// Throws Error(invalid_input) on damage, Error(limit_exceeded) on size or ratio.
std::string gzip_decompress(std::string_view data, const ArchiveLimits& limits = {});
std::string zstd_compress(std::string_view data, int level = 3);
std::string zstd_decompress(std::string_view data, const ArchiveLimits& limits = {});

}  // namespace reconcile::model
