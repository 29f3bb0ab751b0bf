#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/sources/commit_graph.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::sources {

/// One commit of a ref that is used as an append-only log.
struct RefEntry {
  std::string commit;
  std::vector<std::string> parents;
  std::map<std::string, std::string> files;  ///< path → content, of its whole (small) tree
};

struct RefStoreLimits {
  std::uint64_t file_bytes_max = 1U << 20U;  ///< larger files of an entry: Error(limit_exceeded)
  std::size_t files_max = 64;                ///< of one entry
  std::size_t refs_max = 10'000;             ///< below the prefixes of one fetch
};

/// Refs of a small Git repository that carry data of their own (evidence, admitted trees, resets),
/// over HTTP(S) or SSH. Blocks; one call at a time. Errors as `Source` says; what is wrong with one
/// ref's content names ref and commit. A push that the server refuses ends in Error(unauthorized)
/// where it may not be made (hook, protected or hidden ref) and Error(unavailable) where it could
/// not (disk full), with the server's own words. Where an answer breaks off nobody knows whether
/// the push arrived: the same call with the same arguments finds out.
class RefStore {
 public:
  /// `options.reference` and `options.ignore` are not used. The mirror is this class's own: a
  /// GitSource of the same URL has another. No network yet. Throws as GitSource, and
  /// Error(unsupported) for a local path.
  RefStore(GitOptions options, std::string data_dir, RefStoreLimits limits = {});
  ~RefStore();

  /// Brings every ref that begins with one of `prefixes` ("refs/gitops/") and answers ref → commit
  /// id as the server has them now; of an annotated tag the tag's own id. Refs whose names Git does
  /// not allow or that are longer than 240 bytes (a slash counts three) are left out.
  std::map<std::string, std::string> fetch(const std::vector<std::string>& prefixes);
  /// Entries from `tip` back along first parents, newest first, without `until` and what is behind
  /// it, at most `count_max`. From the mirror, no network. Throws Error(invalid_input) where an
  /// entry holds links or submodules, Error(not_found) where `tip` was not fetched.
  std::vector<RefEntry> log(const std::string& tip, const std::string& until,
                            std::size_t count_max) const;
  /// Makes a commit with exactly `files` on top of `expected` (empty: a parentless commit, the ref
  /// must not exist) and pushes it by compare-and-swap. Throws Error(conflict) where the server's
  /// ref is not at `expected` (any more): nothing was written, fetch and decide again. Answers the
  /// new commit's id; where the ref is there already, an earlier attempt had arrived and nothing is
  /// sent. `at` stamps it, in seconds. `expected` must have been fetched: Error(not_found).
  std::string append(const std::string& ref, const std::string& expected,
                     const std::map<std::string, std::string>& files, const std::string& message,
                     model::WallTime at);
  /// Pushes the tree of `commit` of another repository as a parentless commit to `ref`, in place of
  /// `expected` (compare-and-swap, as append). Answers the new commit's id, which is the same for
  /// the same tree, `message` and `at`.
  std::string push_tree(const std::string& ref, const std::string& expected,
                        const CommitGraph& from, const std::string& commit,
                        const std::string& message, model::WallTime at);
  /// Deletes a ref that is at `expected`; one that is not there is fine.
  void remove(const std::string& ref, const std::string& expected);
  /// Commits and trees that were fetched or pushed. Stays readable while held. Absent before the
  /// first call that reached the server.
  [[nodiscard]] std::shared_ptr<const CommitGraph> graph() const;
  /// Makes a running call fail with Error(cancelled), and every later one. From any thread.
  void cancel() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::sources
