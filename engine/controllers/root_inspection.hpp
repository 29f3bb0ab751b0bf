#pragma once

#include <mutex>
#include <string>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Keeps an agent without a gate from running a branch that asks for one: where the root unit
/// renders an Environment with `from`, nothing of the branch goes in force. Safe from any thread.
class RootInspection {
 public:
  /// `root`: of the root source, whose `path` is the root unit.
  RootInspection(sources::GitOptions root, std::string path, std::string agent_namespace,
                 RenderPorts ports);

  /// Why `artifact` of a source with `options` must not go in force; empty: it may. Where the root
  /// unit cannot be rendered, the last answer stands.
  std::string objection(const sources::GitOptions& options, const sources::Artifact& artifact);

 private:
  sources::GitOptions root_;
  std::string path_;
  appliers::UnitKey unit_;
  RenderPorts ports_;
  std::mutex mutex_;
  bool has_answer_ = false;
  renderers::ReadSet read_set_;  ///< of the render that answered
  std::string answer_;
};

}  // namespace reconcile::engine
