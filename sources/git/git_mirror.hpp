#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "reconcile/sources/commit_graph.hpp"
#include "sources/artifact_store/durable_file.hpp"
#include "sources/git/object_reader.hpp"
#include "sources/git/transfer_turn.hpp"

namespace reconcile::sources {

/// One bare repository of a mirror. Trees read from it, so it is deleted only when it was replaced
/// and nobody holds it.
class MirrorGeneration {
 public:
  explicit MirrorGeneration(std::string path) : path_(std::move(path)) {}
  ~MirrorGeneration();
  MirrorGeneration(const MirrorGeneration&) = delete;
  MirrorGeneration& operator=(const MirrorGeneration&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// A handle of its own for a transfer. Absent where the repository cannot be opened.
  [[nodiscard]] RepositoryPtr open() const { return open_repository(path_); }
  /// The shared reader. Throws Error(unavailable) where the repository cannot be opened.
  std::shared_ptr<ObjectReader> reader();
  [[nodiscard]] bool damaged() const;
  void mark_damaged();
  /// Whether the directory goes when the last holder does.
  void set_temporary(bool temporary);
  [[nodiscard]] std::size_t packs() const;

 private:
  const std::string path_;
  mutable std::mutex mutex_;
  std::shared_ptr<ObjectReader> reader_;
  bool damaged_ = false;
  bool temporary_ = false;
};

/// The commits of a generation, which stays while they are held. Throws Error(unavailable).
std::shared_ptr<const CommitGraph> graph_of(const std::shared_ptr<MirrorGeneration>& generation);

/// The objects of one URL on disk, shared by its sources: `<data_dir>/git/<hash of scope and URL>/`
/// with `lock` (one process), `generation-<n>/` (bare repositories) and `current`, a file that
/// names the one in force. A generation counts only once `current` names it; whatever else lies
/// there was left by a crash and is removed on opening, as are half-written packs and lock files
/// inside.
class GitMirror {
 public:
  /// The mirror of this process for `scope` and `url`. Throws Error(conflict) where another process
  /// has it, Error(unavailable).
  static std::shared_ptr<GitMirror> open(const std::string& data_dir, const std::string& scope,
                                         const std::string& url);

  explicit GitMirror(std::string directory);

  /// Sets the directory's time of change: who bounds the folder removes the oldest.
  void mark_used() const;
  /// The generation in force; absent before the first.
  [[nodiscard]] std::shared_ptr<MirrorGeneration> current() const;
  /// A new empty generation that vanishes unless accepted.
  std::shared_ptr<MirrorGeneration> begin();
  /// Puts `generation` in force.
  void accept(const std::shared_ptr<MirrorGeneration>& generation);

  /// Held by the one transfer at a time.
  TransferTurn transfer_mutex;

 private:
  void recover();

  const std::string directory_;
  OwnedFd lock_;
  mutable std::mutex mutex_;
  std::shared_ptr<MirrorGeneration> current_;
  unsigned long next_ = 1;
};

}  // namespace reconcile::sources
