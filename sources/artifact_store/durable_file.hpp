#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reconcile::sources {

/// A file descriptor that is closed with its owner.
class OwnedFd {
 public:
  explicit OwnedFd(int number = -1) noexcept : number_(number) {}
  ~OwnedFd();
  OwnedFd(OwnedFd&& other) noexcept;
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

/// Creates the directory and its parents, mode 0700. Throws Error(unavailable).
void make_directories(const std::string& path);
/// The whole file. Absent where it does not exist; throws Error(unavailable) where it cannot be
/// read and Error(limit_exceeded) above `bytes_max`.
std::optional<std::string> read_file(const std::string& path, std::uint64_t bytes_max);
/// Writes a new file of mode 0600 without syncing it. Throws Error(unavailable).
void write_new_file(const std::string& path, std::string_view content);
/// Puts `content` in place of `path`: temporary name, fsync, rename, fsync of the directory.
void replace_file(const std::string& path, std::string_view content);
/// Makes a rename inside `directory` durable.
void sync_directory(const std::string& directory);
/// Makes everything that was written to the file system of `directory` durable.
void sync_file_system(const std::string& directory);
/// Opens `path` and takes its lock for this process; absent where another holds it. The lock ends
/// with the descriptor, however the process ends.
std::optional<OwnedFd> try_lock_file(const std::string& path);

}  // namespace reconcile::sources
