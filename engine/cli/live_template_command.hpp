#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile template --dry-run=server`: `lookup` and `.Capabilities` answer what the cluster of
/// the kubeconfig says, with the rights of its user. Nothing is written, and objects are not
/// validated. Answers an exit code.
int run_live_template_command(const CommandContext& context);

}  // namespace reconcile::engine
