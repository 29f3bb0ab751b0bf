#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sources/artifact_store/durable_file.hpp"

namespace reconcile::sources {

/// The append-only log of which artifact is the last one of each key. A record is one line
/// "<16 hex checksum> <manifest, or '-' for removed> <key>\n"; reading stops at the first line
/// whose checksum is wrong, and what follows is cut off.
class StoreIndex {
 public:
  struct Entry {
    std::string manifest;     ///< hex SHA-256
    std::uint64_t order = 0;  ///< higher = put later
  };

  /// Opens or creates the file. Throws Error(unavailable, limit_exceeded).
  StoreIndex(std::string path, std::uint64_t bytes_max);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const noexcept { return entries_; }
  /// Appends and syncs a record. Throws Error(invalid_input) for a key with a line break.
  void put(const std::string& key, const std::string& manifest);
  void remove(const std::string& key);

 private:
  void load(std::string_view text);
  void append(const std::string& key, std::string_view manifest);
  void rewrite();

  std::string path_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::uint64_t next_order_ = 1;
  std::map<std::string, Entry> entries_;
};

}  // namespace reconcile::sources
