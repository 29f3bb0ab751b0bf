// A directory on disk as a FileTree. Every path that arrives here is normalised and free of links
// but for its last element (FileTree::resolve saw to that), and is opened below the root's
// descriptor with O_NOFOLLOW: a link put there in between fails instead of leading out.

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::model {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int number() const { return number_; }
  /// Gives the descriptor away.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Error system_error(const std::string& what, const std::string& path, int number) {
  const ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::not_found
                         : number == EACCES || number == EPERM ? ErrorCode::unauthorized
                         : number == ELOOP || number == EXDEV  ? ErrorCode::outside_root
                                                               : ErrorCode::unavailable;
  return {code, "cannot " + what + " \"" + path + "\": " + std::strerror(number)};
}

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  return FileType::other;
}

/// Opens `path` below `root` without following any link; ENOSYS (old kernels) falls back to a plain
/// openat whose last element is not followed.
int open_beneath(int root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  const char* name = path.empty() ? "." : path.c_str();
  const long number = ::syscall(SYS_openat2, root, name, &how, sizeof how);
  if (number >= 0 || errno != ENOSYS) return static_cast<int>(number);
  return ::openat(root, name, flags | O_NOFOLLOW | O_CLOEXEC);
}

/// Opens `path` below `root` where it has no link in it, not even as its last element; -1 where it
/// has one, where nothing is there, and on kernels that cannot tell.
int open_free_of_links(int root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

/// What an entry of the open directory is; absent where it went away meanwhile.
std::optional<FileType> entry_type(int directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return type_of(DTTOIF(entry.d_type));
  struct stat info {};
  if (::fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return type_of(info.st_mode);
}

class DiskTree final : public FileTree {
 public:
  DiskTree(Descriptor root, bool is_machine_root, FileLimits limits)
      : FileTree(limits), root_(std::move(root)), is_machine_root_(is_machine_root) {}

 private:
  [[nodiscard]] std::optional<FileInfo> lstat_at(const std::string& path) const override {
    struct stat info {};
    if (::fstatat(root_.number(), path.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      throw system_error("look at", path, errno);
    }
    const FileType type = type_of(info.st_mode);
    return FileInfo{type, (info.st_mode & S_IXUSR) != 0,
                    type == FileType::regular ? static_cast<std::uint64_t>(info.st_size) : 0};
  }

  [[nodiscard]] std::vector<DirectoryEntry> list_at(const std::string& path) const override {
    Descriptor directory(open_beneath(root_.number(), path, O_RDONLY | O_DIRECTORY));
    if (directory.number() < 0) throw system_error("list", path, errno);
    DIR* stream = ::fdopendir(directory.number());
    if (stream == nullptr) throw system_error("list", path, errno);
    const int number = directory.release();
    std::vector<DirectoryEntry> entries;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (entries.size() > limits().directory_entries_max) break;
      const std::optional<FileType> type = entry_type(number, *entry);
      if (type) entries.push_back({std::string(name), *type});
    }
    ::closedir(stream);
    return entries;
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    const Descriptor file(open_beneath(root_.number(), path, O_RDONLY | O_NONBLOCK));
    if (file.number() < 0) throw system_error("read", path, errno);
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) throw system_error("read", path, errno);
    return read_all(file.number(), static_cast<std::size_t>(info.st_size), path);
  }

  [[nodiscard]] bool is_free_of_links(const std::string& path) const override {
    return Descriptor(open_free_of_links(root_.number(), path, O_PATH)).number() >= 0;
  }

  [[nodiscard]] std::optional<std::string> read_free_of_links(
      const std::string& path) const override {
    const Descriptor file(open_free_of_links(root_.number(), path, O_RDONLY | O_NONBLOCK));
    struct stat info {};
    if (file.number() < 0 || ::fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode) ||
        static_cast<std::uint64_t>(info.st_size) > limits().file_bytes_max) {
      return std::nullopt;
    }
    return read_all(file.number(), static_cast<std::size_t>(info.st_size), path);
  }

  /// Reads to the end; `size` is what the file is expected to hold.
  [[nodiscard]] std::string read_all(int file, std::size_t size, const std::string& path) const {
    std::string content(size + 1, '\0');
    std::size_t used = 0;
    while (true) {
      if (used == content.size()) content.resize(used + (64U << 10U));
      const ssize_t got = ::read(file, content.data() + used, content.size() - used);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error("read", path, errno);
      used += static_cast<std::size_t>(got);
      if (used > limits().file_bytes_max) {
        throw Error(
            ErrorCode::limit_exceeded,
            "expected a file of at most " + std::to_string(limits().file_bytes_max) + " bytes")
            .in_file(path);
      }
      if (got == 0 || used == size) break;
    }
    content.resize(used);
    return content;
  }

  [[nodiscard]] std::string read_link_at(const std::string& path) const override {
    char buffer[4096];
    const ssize_t size = ::readlinkat(root_.number(), path.c_str(), buffer, sizeof buffer);
    if (size < 0) throw system_error("read link", path, errno);
    return {buffer, static_cast<std::size_t>(size)};
  }

  [[nodiscard]] bool has_absolute_links() const override { return is_machine_root_; }

  Descriptor root_;
  bool is_machine_root_;
};

}  // namespace

std::shared_ptr<const FileTree> disk_tree(const std::string& root, FileLimits limits) {
  Descriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) throw system_error("open directory", root, errno);
  return std::make_shared<DiskTree>(std::move(directory), root == "/", limits);
}

}  // namespace reconcile::model
