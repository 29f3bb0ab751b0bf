#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile controller`: runs the agent until SIGINT or SIGTERM.
int run_controller_command(const CommandContext& context);

}  // namespace reconcile::engine
