#pragma once

#include <map>
#include <string>

#include "reconcile/model/clock.hpp"
#include "sources/git/git_handles.hpp"
#include "sources/git/git_transfer.hpp"

namespace reconcile::sources {

/// The objects of one push: written in memory beside those of a mirror, so that a push that is
/// given up leaves nothing.
class PushObjects {
 public:
  explicit PushObjects(RepositoryPtr mirror);

  /// Reads the objects of another repository too; its directory must stay meanwhile.
  void read_also(const std::string& objects_path);
  /// A tree with exactly these files. Throws Error(invalid_input) for a path that Git does not
  /// allow, such as "../x" or "a" beside "a/b".
  git_oid write_tree(const std::map<std::string, std::string>& files);
  /// `parent`: zero for none. The same arguments give the same id. Throws Error(invalid_input) for
  /// a message with NUL.
  git_oid write_commit(const git_oid& tree, const git_oid& parent, const std::string& message,
                       model::WallTime at);
  /// What `commit` reaches, as one pack, without what `known` (zero for none) reaches. Throws
  /// Error(limit_exceeded) above push_bytes_max, and the transfer's errors.
  std::string pack(const git_oid& commit, const git_oid& known, Transfer& transfer);
  /// Adds a pack to the mirror on disk.
  void keep(const std::string& pack);

  [[nodiscard]] git_repository* repository() const noexcept { return mirror_.get(); }

 private:
  RepositoryPtr mirror_;
  OdbPtr odb_;
};

}  // namespace reconcile::sources
