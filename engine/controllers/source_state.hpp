#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/api/condition.hpp"
#include "engine/controllers/source_controller.hpp"

namespace reconcile::engine {

/// One source. Owned by the control queue; `source` is used by one fetch at a time.
struct SourceController::State {
  SourceKey key;
  bool is_root = false;
  bool gated = false;  ///< the gate governs it
  ResourceMeta meta;
  GitRepositorySpec spec;
  std::optional<RootSourceOptions> root;
  std::shared_ptr<sources::Source>
      source;  ///< null until the first fetch after a change of the spec
  std::optional<sources::Artifact> artifact;  ///< in force
  std::optional<sources::Revision> tip;       ///< gated sources: what the branch points at
  Conditions conditions;
  std::string problem;
  std::string problem_reason;  ///< a condition's reason where units must stop; else empty
  bool spec_is_wrong = false;  ///< nothing is fetched until it changes
  std::string handled;         ///< the request that the running fetch answers
  std::size_t failures = 0;
  std::uint64_t epoch = 0;  ///< counts spec changes: a fetch of an older one is dropped
  bool fetching = false;
  bool fetch_again = false;
  bool open_again = false;  ///< another commit was admitted while a fetch ran
  bool notify = false;      ///< the units hear of the end of the fetch, whatever it brings
  io::Timer timer;

  [[nodiscard]] std::chrono::nanoseconds interval() const {
    return root ? root->interval : spec.interval;
  }
  [[nodiscard]] bool rests() const { return !is_root && (spec.suspend || spec_is_wrong); }
  /// Commit of the artifact in force; empty where there is none.
  [[nodiscard]] std::string commit_in_force() const {
    return artifact ? std::string(artifact->revision.hash()) : std::string();
  }
};

}  // namespace reconcile::engine
