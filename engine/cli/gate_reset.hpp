#pragma once

#include <string>

#include "engine/cli/command_line.hpp"
#include "engine/cli/git_access.hpp"

namespace reconcile::engine {

/// What `reconcile gate reset` is told.
struct ResetFlags {
  std::string cluster;
  std::string commit;
  std::string root_key_file;
  std::string reason;
  std::string valid_for = "24h";
  std::string evidence_repository;
  GitAccessFlags access;
};

void add_reset_flags(CLI::App& app, ResetFlags& flags);

/// Signs a policy reset and pushes it to refs/gitops/resets/<cluster> of the evidence repository.
/// Throws Error naming the flag or what the server said.
int run_gate_reset(const ResetFlags& flags, const CommandContext& context);

}  // namespace reconcile::engine
