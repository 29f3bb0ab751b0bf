#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sources/git/git_handles.hpp"
#include "sources/git/git_mirror.hpp"
#include "sources/git/git_transfer.hpp"

namespace reconcile::sources {

/// The refs that keep fetched commits: they tell the server what is already here.
inline constexpr const char* kept_refs_prefix = "refs/reconcile/";

/// A progress callback of packing that keeps to the bounds of the Transfer in `payload`.
int on_pack_progress(int stage, std::uint32_t current, std::uint32_t total, void* payload);

/// Copies what the kept refs of `from` reach into the empty repository at `to`, as one pack.
/// Bounded by the transfer's deadline. Throws Error(unavailable, cancelled).
void repack(git_repository* from, const std::string& to, Transfer& transfer);

/// A generation of one pack in place of `generation` where more than packs_max have piled up; else,
/// or where that fails, the given one.
std::shared_ptr<MirrorGeneration> compacted(GitMirror& mirror,
                                            const std::shared_ptr<MirrorGeneration>& generation,
                                            Transfer& transfer);

}  // namespace reconcile::sources
