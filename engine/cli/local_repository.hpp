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

/// A commit of the repository; `revision` is what people write, "origin/main" too. Objects that are
/// fetched go below `data`. Throws Error(not_found) naming the revision.
sources::GitSnapshot snapshot_of(const std::filesystem::path& repository,
                                 const std::string& revision, const std::string& data);

/// "https://git@host:443/team/repo.git" and "git@host:team/repo" as "host/team/repo", so that the
/// ways to one repository compare equal.
std::string repository_identity(std::string url);

}  // namespace reconcile::engine
