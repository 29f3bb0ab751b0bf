#pragma once

#include <map>
#include <string>
#include <vector>

#include "sources/git/git_handles.hpp"

namespace reconcile::sources {

/// Whether a mirror has room for a ref's name: it becomes one file name.
bool can_keep(const std::string& name);

/// The server's refs as a mirror of a RefStore remembers them: below kept_refs_prefix, slashes
/// escaped, so that "a" and "a/b" have room beside each other.
class KeptRefs {
 public:
  /// `mirror` must stay.
  explicit KeptRefs(git_repository* mirror) : mirror_(mirror) {}

  /// Remembers what a ref points at; nothing where that is no commit.
  void set(const std::string& name, const git_oid& id);
  void forget(const std::string& name);
  /// Forgets every ref that begins with one of `prefixes` and is not in `refs`.
  void forget(const std::vector<std::string>& prefixes,
              const std::map<std::string, std::string>& refs);

 private:
  git_repository* mirror_;
};

}  // namespace reconcile::sources
