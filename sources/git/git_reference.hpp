#pragma once

#include <string>
#include <vector>

#include "sources/git/git_connection.hpp"

namespace reconcile::sources {

/// What a GitReference means on one server right now.
struct WantedCommit {
  git_oid commit{};
  std::string revision_name;           ///< the part of the revision before '@'
  std::vector<std::string> ref_names;  ///< refs whose download brings the commit
};

/// Throws Error(invalid_input) where a field has no valid form, Error(unsupported) for semver.
void check_reference(const GitReference& reference);
/// Throws Error(not_found) naming the ref and the URL.
WantedCommit find_commit(const GitReference& reference, const std::vector<RemoteHead>& heads,
                         const std::string& url);
/// The commit that `name` stands for, annotated tags resolved; nothing where the server has no such
/// ref.
const RemoteHead* find_head(const std::vector<RemoteHead>& heads, const std::string& name);

}  // namespace reconcile::sources
