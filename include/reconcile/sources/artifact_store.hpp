#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reconcile/sources/source.hpp"
#include "reconcile/sources/tree_listing.hpp"

namespace reconcile::sources {

struct StoreLimits {
  std::uint64_t bytes_max = 4ULL << 30U;        ///< compressed, of all artifacts
  std::uint64_t file_bytes_max = 64ULL << 20U;  ///< of one file, expanded
  std::uint64_t index_bytes_max = 8ULL << 20U;  ///< a longer index is written anew
  ListingLimits listing;
};

/// Keeps the last artifact of each source on disk, so that it is there after a restart without
/// network. Content-addressed: `objects/<2 hex>/<sha256>.zst` hold the content of files and the
/// manifests of artifacts, each written to a temporary name, synced and renamed; `index` is a log
/// of (key → artifact) records with a checksum each, whose torn tail is ignored and cut off.
/// Objects that no artifact names are removed. Safe to use from several threads; one process at a
/// time.
class ArtifactStore {
 public:
  /// Opens or creates the store. Throws Error(unavailable) where the directory cannot be used,
  /// Error(conflict) where another process has it open.
  explicit ArtifactStore(std::string directory, StoreLimits limits = {});
  ~ArtifactStore();

  /// Stores `artifact` as the last one of `key` ("GitRepository/apps/podinfo"), in place of the one
  /// before. Content that the store has is not read again. Above the size bound the artifacts that
  /// were put longest ago go first; one that does not fit alone throws Error(limit_exceeded).
  /// Answers the stored artifact, which reads from the store.
  Artifact put(std::string_view key, const Artifact& artifact);
  /// The last artifact of `key`. Absent where there is none or where its manifest is missing or
  /// damaged. A damaged file shows when it is read: Error(unavailable). What was answered stays
  /// readable while it is held.
  [[nodiscard]] std::optional<Artifact> get(std::string_view key) const;
  /// Forgets `key`; nothing happens where it is unknown.
  void remove(std::string_view key);
  /// Bytes on disk of all objects.
  [[nodiscard]] std::uint64_t size_bytes() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace reconcile::sources
