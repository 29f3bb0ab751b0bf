#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "sources/git/git_handles.hpp"

namespace reconcile::sources {

struct GitEntry {
  std::string name;
  git_oid id{};
  model::FileType type = model::FileType::regular;
  bool executable = false;
};
/// The entries of one Git tree, sorted by name bytewise.
using GitDirectory = std::vector<GitEntry>;

/// What a commit points at.
struct CommitLinks {
  git_oid tree{};
  std::vector<git_oid> parents;
};

/// Reads objects of one repository from any thread: libgit2's handles are not thread-safe, so one
/// lock guards them. Trees are parsed here and kept, the least recently used go first.
class ObjectReader {
 public:
  /// What becomes of libgit2's handle of the object database. It keeps what others are deltas of,
  /// 16 MiB a pack, as long as it lives, and has no bound that could be set.
  enum class Handle {
    kept,     ///< it was set up by hand
    renewed,  ///< closed after each two MiB read, and opened anew by the next read
  };
  explicit ObjectReader(RepositoryPtr repository, Handle handle = Handle::kept);

  /// Throws Error(invalid_input) for a tree that Git's own checks refuse, Error(unavailable) for a
  /// missing or damaged object.
  std::shared_ptr<const GitDirectory> directory(const git_oid& id, const std::string& path);
  std::uint64_t size(const git_oid& id, const std::string& path);
  std::string content(const git_oid& id, std::uint64_t bytes_max, const std::string& path);
  /// The tree of a commit. Absent where there is no such commit.
  bool find_tree(const git_oid& commit, git_oid& tree);
  /// Tree and parents of a commit. Absent where there is no such commit; throws
  /// Error(limit_exceeded) where it is larger.
  std::optional<CommitLinks> find_commit(const git_oid& commit, std::uint64_t bytes_max);
  /// Whether there is such an object, of any type.
  bool contains(const git_oid& id);
  /// Whether an object was found missing or damaged.
  [[nodiscard]] bool damaged() const;

 private:
  struct IdHash {
    std::size_t operator()(const git_oid& id) const noexcept;
  };
  struct IdEqual {
    bool operator()(const git_oid& a, const git_oid& b) const noexcept;
  };
  struct Cached {
    git_oid id;
    std::shared_ptr<const GitDirectory> entries;
  };

  std::string read_object(const git_oid& id, git_object_t type, std::uint64_t bytes_max,
                          const std::string& path);
  [[noreturn]] void fail(const git_oid& id, const std::string& path);
  git_odb* odb_locked();
  void count_locked(std::uint64_t bytes);
  std::uint64_t size_locked(const git_oid& id, git_object_t type, const std::string& path);

  mutable std::mutex mutex_;
  RepositoryPtr repository_;
  Handle handle_;
  OdbPtr odb_;                    ///< null until it is needed
  std::uint64_t read_bytes_ = 0;  ///< since `odb_` was opened
  bool damaged_ = false;
  std::size_t cached_entries_ = 0;
  std::list<Cached> recent_;
  std::unordered_map<git_oid, std::list<Cached>::iterator, IdHash, IdEqual> cache_;
};

/// The tree `root` as files; `keep` stays alive as long as the answer.
std::shared_ptr<const model::FileTree> object_tree(std::shared_ptr<ObjectReader> reader,
                                                   const git_oid& root,
                                                   std::shared_ptr<const void> keep,
                                                   model::FileLimits limits);

}  // namespace reconcile::sources
