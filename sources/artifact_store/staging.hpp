#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace reconcile::sources {

/// Where the new objects of one put wait, compressed, until all of them are on disk. The directory
/// is emptied before and removed after.
class Staging {
 public:
  explicit Staging(std::string directory);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Throws Error(limit_exceeded) where all objects together pass `bytes_max` compressed bytes.
  void add(const std::string& object, std::string_view content, std::uint64_t bytes_max);
  /// Compressed bytes of each object.
  [[nodiscard]] const std::unordered_map<std::string, std::uint64_t>& sizes() const noexcept {
    return sizes_;
  }
  [[nodiscard]] std::string path_of(const std::string& object) const;
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

 private:
  std::string directory_;
  std::uint64_t bytes_ = 0;
  std::unordered_map<std::string, std::uint64_t> sizes_;
};

}  // namespace reconcile::sources
