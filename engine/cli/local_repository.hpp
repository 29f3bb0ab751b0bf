#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "reconcile/sources/git_snapshot.hpp"

namespace reconcile::engine {

/// The repository around `path`: its work tree's root. Throws Error(not_found) where there is none.
std::filesystem::path repository_around(const std::string& path);

/// The URLs of the repository's remotes, as identities; empty where it has none.
std::set<std::string> remotes_of(const std::filesystem::path& repository);

/// Two revisions as `git diff` takes them.
struct RevisionRange {
  std::string before;
  std::string after;
  /// R1...R2: the side before is where `after` left it (sources::merge_base).
  bool from_merge_base = false;
};

/// Reads "R1..R2" and "R1...R2". Throws Error(invalid_input) with the text.
RevisionRange parse_revision_range(const std::string& text);

/// A commit of the repository; `revision` is what git takes, "origin/main" and "HEAD~1" too. Throws
/// Error(not_found) naming the revision.
sources::GitSnapshot snapshot_of(const std::filesystem::path& repository,
                                 const std::string& revision);

/// "https://git@host:443/team/repo.git" and "git@host:team/repo" as "host/team/repo", so that the
/// ways to one repository compare equal.
std::string repository_identity(std::string url);

}  // namespace reconcile::engine
