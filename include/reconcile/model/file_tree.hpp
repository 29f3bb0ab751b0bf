#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::model {

enum class FileType : std::uint8_t { regular, directory, symlink, other };

struct FileInfo {
  FileType type = FileType::regular;
  bool executable = false;
  std::uint64_t size = 0;  ///< bytes of a regular file; else 0
};

struct DirectoryEntry {
  std::string name;
  FileType type = FileType::regular;
};

/// Bounds of reading from a tree.
struct FileLimits {
  std::uint64_t file_bytes_max = 64ULL << 20U;
  std::size_t directory_entries_max = 100'000;
  std::size_t symlinks_max = 40;  ///< links followed for one path
};

/// A directory of a FileTree that is held open: what lies in it is read without looking the way to
/// it up again. Names are those of its entries, without '/'. Must not outlive its tree; for one
/// thread at a time.
class OpenDirectory {
 public:
  virtual ~OpenDirectory() = default;
  /// As FileTree::list, read and open_directory of the joined path; `name` is an entry's.
  [[nodiscard]] virtual std::vector<DirectoryEntry> list() const = 0;
  [[nodiscard]] virtual std::string read(const std::string& name) const = 0;
  [[nodiscard]] virtual std::unique_ptr<OpenDirectory> enter(const std::string& name) const = 0;
};

/// A read-only tree of files: on disk, in a Git tree, in memory, or an artifact. Paths are relative
/// to the root, separated by '/', "" or "." is the root. No path and no symlink leads out of the
/// root: those fail with Error(outside_root). Implementations are safe to read from several
/// threads.
class FileTree {
 public:
  virtual ~FileTree() = default;

  /// What `path` is, symlinks followed. Absent where nothing is there.
  [[nodiscard]] std::optional<FileInfo> stat(std::string_view path) const;
  /// The entries of a directory, sorted by name bytewise; types are those of the entries themselves
  /// (symlinks are not followed). Throws Error(not_found) where `path` is no directory.
  [[nodiscard]] std::vector<DirectoryEntry> list(std::string_view path) const;
  /// The whole content of a regular file. Throws Error(not_found) where it is none,
  /// Error(limit_exceeded) above `limits().file_bytes_max`.
  [[nodiscard]] std::string read(std::string_view path) const;
  /// Holds the directory at `path` open. Throws Error(not_found) where it is none.
  [[nodiscard]] std::unique_ptr<OpenDirectory> open_directory(std::string_view path) const;
  /// Hex SHA-1 of the file as a Git blob ("blob <size>\0<content>"): its name in a read-set.
  [[nodiscard]] std::string blob(std::string_view path) const;
  /// `path` with every symlink resolved, relative to the root. Throws
  /// Error(not_found|outside_root).
  [[nodiscard]] std::string resolve(std::string_view path) const;
  /// As stat and readlink(2), of `path` itself: its parents' links are followed, its own is not.
  [[nodiscard]] std::optional<FileInfo> lstat(std::string_view path) const;
  [[nodiscard]] std::string read_link(std::string_view path) const;
  [[nodiscard]] const FileLimits& limits() const noexcept { return limits_; }

 protected:
  explicit FileTree(FileLimits limits = {}) : limits_(limits) {}
  /// Sorts what was found in the directory `path`; throws Error(limit_exceeded) on too much.
  [[nodiscard]] std::vector<DirectoryEntry> in_order(std::vector<DirectoryEntry> entries,
                                                     std::string_view path) const;

 private:
  // Implementations get normalised paths that contain no symlink but the last element.
  [[nodiscard]] virtual std::optional<FileInfo> lstat_at(const std::string& path) const = 0;
  [[nodiscard]] virtual std::vector<DirectoryEntry> list_at(const std::string& path) const = 0;
  [[nodiscard]] virtual std::string read_at(const std::string& path) const = 0;
  [[nodiscard]] virtual std::string read_link_at(const std::string& path) const = 0;
  /// Trees that look paths up step by step answer something quicker than the default.
  [[nodiscard]] virtual std::unique_ptr<OpenDirectory> open_directory_at(
      const std::string& path) const;
  /// May answer a stored blob id; the default hashes the content.
  [[nodiscard]] virtual std::string blob_at(const std::string& path) const;
  /// Whether a link to "/x" means x below this root: true only where the root is the machine's own.
  [[nodiscard]] virtual bool has_absolute_links() const { return false; }
  /// Short cuts of trees that tell in one step that no link leads to a normalised path; "no" and
  /// absent mean unknown, and the path is walked. The file's size is within the limits.
  [[nodiscard]] virtual bool is_free_of_links(const std::string& path) const;
  [[nodiscard]] virtual std::optional<std::string> read_free_of_links(
      const std::string& path) const;

  FileLimits limits_;
};

/// A directory on disk. Throws Error(not_found) where `root` is no directory. Files may change
/// while the tree is read; every read sees one version of its file. Opens relative to the root's
/// descriptor, without following links by the kernel.
std::shared_ptr<const FileTree> disk_tree(const std::string& root, FileLimits limits = {});

/// Files in memory, for tests and for generated trees: path → content.
std::shared_ptr<const FileTree> memory_tree(std::map<std::string, std::string> files,
                                            std::map<std::string, std::string> symlinks = {},
                                            FileLimits limits = {});

/// The part of `tree` below `path`; links may not leave that part.
std::shared_ptr<const FileTree> sub_tree(std::shared_ptr<const FileTree> tree, std::string path);

/// Removes "." and resolves ".." by text, without looking at the tree; "" is the root.
/// Throws Error(outside_root) where the path climbs above the root or is absolute.
std::string normalise_path(std::string_view path);
/// Joins and normalises; `base` is a directory inside the root.
std::string join_path(std::string_view base, std::string_view relative);
/// "a/b" of "a/b/c.yaml"; "" at the root.
std::string parent_path(std::string_view path);
/// "c.yaml" of "a/b/c.yaml".
std::string_view base_name(std::string_view path);

}  // namespace reconcile::model
