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
std::optional<FileType> entry_type(int directory, const dirent64& entry) {
  if (entry.d_type != DT_UNKNOWN) return type_of(DTTOIF(entry.d_type));
  struct stat info {};
  if (::fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return type_of(info.st_mode);
}

/// The entries of a directory that was opened and not read yet; one more than `entries_max` where
/// there are more. (readdir(3) would cost three system calls and a block of memory more.)
std::vector<DirectoryEntry> entries_of(int directory, std::size_t entries_max,
                                       const std::string& path) {
  alignas(dirent64) char buffer[16U << 10U];
  std::vector<DirectoryEntry> entries;
  while (true) {
    const ssize_t got = ::getdents64(directory, buffer, sizeof buffer);
    if (got < 0) throw system_error("list", path, errno);
    if (got == 0) return entries;
    for (ssize_t at = 0; at < got;) {
      const auto* const entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (entries.size() > entries_max) return entries;
      const std::optional<FileType> type = entry_type(directory, *entry);
      if (type) entries.push_back({std::string(name), *type});
    }
  }
}

/// Reads to the end; `size` is what the file is expected to hold. The pieces go through a buffer
/// that stays in the processor's cache: a string read into would be filled with zeros first.
std::string read_all(int file, std::size_t size, std::uint64_t bytes_max, const std::string& path) {
  char buffer[32U << 10U];
  std::string content;
  content.reserve(size);
  while (true) {
    const ssize_t got = ::read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", path, errno);
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > bytes_max) {
      throw Error(ErrorCode::limit_exceeded,
                  "expected a file of at most " + std::to_string(bytes_max) + " bytes")
          .in_file(path);
    }
    if (got == 0 || content.size() == size) return content;
  }
}

class DiskTree final : public FileTree {
 private:
  class Directory;

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
    const Descriptor directory(open_beneath(root_.number(), path, O_RDONLY | O_DIRECTORY));
    if (directory.number() < 0) throw system_error("list", path, errno);
    return entries_of(directory.number(), limits().directory_entries_max, path);
  }

  [[nodiscard]] std::string read_at(const std::string& path) const override {
    const Descriptor file(open_beneath(root_.number(), path, O_RDONLY | O_NONBLOCK));
    if (file.number() < 0) throw system_error("read", path, errno);
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) throw system_error("read", path, errno);
    return read_all(file.number(), static_cast<std::size_t>(info.st_size), limits().file_bytes_max,
                    path);
  }

  [[nodiscard]] std::unique_ptr<OpenDirectory> open_directory_at(
      const std::string& path) const override;

  [[nodiscard]] bool is_free_of_links(const std::string& path) const override {
    return Descriptor(open_free_of_links(root_.number(), path, O_PATH)).number() >= 0;
  }

  [[nodiscard]] std::optional<std::string> read_free_of_links(
      const std::string& path) const override {
    return read_regular(Descriptor(open_free_of_links(root_.number(), path, O_RDONLY | O_NONBLOCK)),
                        path);
  }

  /// The content of a file of the allowed size; absent where `file` is none, or not open.
  [[nodiscard]] std::optional<std::string> read_regular(const Descriptor& file,
                                                        const std::string& path) const {
    struct stat info {};
    if (file.number() < 0 || ::fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode) ||
        static_cast<std::uint64_t>(info.st_size) > limits().file_bytes_max) {
      return std::nullopt;
    }
    return read_all(file.number(), static_cast<std::size_t>(info.st_size), limits().file_bytes_max,
                    path);
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

/// Opens entries below its own descriptor: the kernel walks one name for each, and a link put in an
/// entry's place is not followed. Where that fails the tree is asked, for what it says of errors.
class DiskTree::Directory final : public OpenDirectory {
 public:
  Directory(const DiskTree& tree, Descriptor descriptor, std::string path)
      : tree_(tree), descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  [[nodiscard]] std::vector<DirectoryEntry> list() const override {
    // A second listing starts anew.
    if (std::exchange(listed_, true)) return tree_.list(path_);
    return tree_.in_order(
        entries_of(descriptor_.number(), tree_.limits().directory_entries_max, path_), path_);
  }

  [[nodiscard]] std::string read(const std::string& name) const override {
    const Descriptor file(open_entry(name, O_NONBLOCK));
    if (file.number() >= 0) {
      std::optional<std::string> content = tree_.read_regular(file, name);
      if (content) return *std::move(content);
    }
    return tree_.read(join_path(path_, name));
  }

  [[nodiscard]] std::unique_ptr<OpenDirectory> enter(const std::string& name) const override {
    Descriptor directory(open_entry(name, O_DIRECTORY));
    if (directory.number() < 0) return tree_.open_directory(join_path(path_, name));
    return std::make_unique<Directory>(tree_, std::move(directory),
                                       path_.empty() ? name : path_ + "/" + name);
  }

 private:
  [[nodiscard]] int open_entry(const std::string& name, int flags) const {
    if (name.find('/') != std::string::npos || name == "..") return -1;
    return ::openat(descriptor_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags);
  }

  const DiskTree& tree_;
  Descriptor descriptor_;
  std::string path_;
  mutable bool listed_ = false;
};

std::unique_ptr<OpenDirectory> DiskTree::open_directory_at(const std::string& path) const {
  Descriptor directory(open_beneath(root_.number(), path, O_RDONLY | O_DIRECTORY));
  if (directory.number() < 0) throw system_error("list", path, errno);
  return std::make_unique<Directory>(*this, std::move(directory), path);
}

}  // namespace

std::shared_ptr<const FileTree> disk_tree(const std::string& root, FileLimits limits) {
  Descriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) throw system_error("open directory", root, errno);
  return std::make_shared<DiskTree>(std::move(directory), root == "/", limits);
}

}  // namespace reconcile::model
