#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/controllers/source_gate.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/artifact_store.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Why an artifact must not go in force although no gate is set up; empty: it may. Called on fetch
/// threads.
using SourceObjection =
    std::function<std::string(const sources::GitOptions&, const sources::Artifact&)>;

/// One fetch of one source: what goes in.
struct FetchJob {
  SourceKey key;
  sources::GitOptions options;
  std::string directory;                    ///< in place of Git; empty = Git
  std::string secret;                       ///< of the source's namespace; empty = none
  std::shared_ptr<sources::Source> source;  ///< null: to be made
  std::optional<sources::Revision> known;   ///< the tip seen last
  bool asks_server = true;                  ///< false: only the admitted commit is opened
  /// Null where the source is not gated. Then the tip goes in force, unless `objection` says no.
  const SourceGate* gate = nullptr;
  std::string admitted;  ///< commit to be in force; empty: none yet
  std::string in_force;  ///< commit that is
  SourceObjection objection;
};

/// What a fetch brings back to the control queue.
struct Fetched {
  std::shared_ptr<sources::Source> source;
  std::optional<sources::Revision> tip;       ///< gated sources: where it is new
  std::optional<sources::Artifact> artifact;  ///< to go in force; absent where unchanged or failed
  std::optional<model::Error> error;
  bool branch_gone = false;  ///< the server answers and does not have it
  bool objected = false;     ///< `error` is the objection's
};

/// Blocks. Throws nothing: what goes wrong is in the answer.
Fetched run_fetch(FetchJob job, kube::Client& client, sources::ArtifactStore& store,
                  const std::string& data_dir);

/// The name of a Git revision as `reference` gives it: "main", "refs/heads/main".
std::string revision_name(const sources::GitReference& reference);

}  // namespace reconcile::engine
