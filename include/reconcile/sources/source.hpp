#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::sources {

/// What a source's ref pointed at, in Flux's RFC-0005 form (source-controller 1.9.1):
/// "main@sha1:<40 hex>", "refs/heads/main@sha1:<40 hex>" for a ref given by its full name,
/// "sha1:<40 hex>" for a pinned commit, "sha256:<64 hex>" for a directory. Others compare revisions
/// as text.
struct Revision {
  std::string name;    ///< branch, tag or full ref name; empty where only the digest counts
  std::string digest;  ///< "<algorithm>:<lower-case hex>"

  /// "name@digest", or the digest alone.
  [[nodiscard]] std::string text() const;
  /// The hex part of the digest: the commit of a Git revision.
  [[nodiscard]] std::string_view hash() const noexcept;
  /// Reads what `text` writes. Throws Error(invalid_input) naming the text.
  static Revision parse(std::string_view text);
  bool operator==(const Revision&) const = default;
};

/// The immutable content of a source at one revision.
struct Artifact {
  Revision revision;
  /// "sha256:<hex>" over the canonical listing of `tree` (tree_listing.hpp): equal content, equal
  /// digest, whatever the source.
  std::string digest;
  /// Ignored files are not in it. Stays readable as long as it is held, from any thread.
  std::shared_ptr<const model::FileTree> tree;
  std::string url;          ///< where it came from, without credentials
  std::uint64_t files = 0;  ///< regular files and links in `tree`
};

/// Something that content is fetched from. `fetch` blocks: call it on a thread of its own.
///
/// It fails with Error and changes nothing: the last artifact stays in force. The code says why:
/// unavailable (unreachable, time-out, server asks to come back), unauthorized (credentials,
/// certificate), not_found (repository, ref or directory), limit_exceeded, cancelled,
/// invalid_input.
class Source {
 public:
  virtual ~Source() = default;
  /// Looks where the ref points now and brings that content. Absent where it is still `known`: then
  /// no content was transferred. One call at a time.
  virtual std::optional<Artifact> fetch(const std::optional<Revision>& known) = 0;
  /// Makes a running `fetch` fail with Error(cancelled) soon, and every later one at once. From any
  /// thread.
  virtual void cancel() noexcept = 0;
};

}  // namespace reconcile::sources
