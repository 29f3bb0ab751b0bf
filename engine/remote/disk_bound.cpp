#include "engine/remote/disk_bound.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;

struct Entry {
  fs::path path;
  fs::file_time_type used;
  std::uint64_t bytes = 0;
};

std::uint64_t bytes_below(const fs::path& path) {
  std::error_code failure;
  if (fs::is_regular_file(fs::symlink_status(path, failure))) return fs::file_size(path, failure);
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator at(path, failure), end; !failure && at != end;
       at.increment(failure)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) bytes += at->file_size(ignored);
  }
  return bytes;
}

/// Removes a directory while its lock is held, so that nobody opens it meanwhile.
bool remove_unless_locked(const fs::path& path) {
  std::error_code ignored;
  const std::string lock = (path / "lock").string();
  const int file = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  if (file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return false;
  }
  fs::remove_all(path, ignored);
  if (file >= 0) ::close(file);
  return true;
}

}  // namespace

void mark_used(const std::string& path) {
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
}

void bound_folder(const std::string& folder, std::uint64_t bytes_max) {
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    std::error_code ignored;
    entries.push_back({at->path(), at->last_write_time(ignored), bytes_below(at->path())});
    total += entries.back().bytes;
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= bytes_max) return;
    if (remove_unless_locked(entry.path)) total -= entry.bytes;
  }
}

}  // namespace reconcile::engine
