#pragma once

#include <string>

#include "sources/git/git_handles.hpp"
#include "sources/git/git_transfer.hpp"

namespace reconcile::sources {

/// The refs that keep fetched commits: they tell the server what is already here.
inline constexpr const char* kept_refs_prefix = "refs/reconcile/";

/// Copies what the kept refs of `from` reach into the empty repository at `to`, as one pack.
/// Bounded by the transfer's deadline. Throws Error(unavailable, cancelled).
void repack(git_repository* from, const std::string& to, Transfer& transfer);

}  // namespace reconcile::sources
