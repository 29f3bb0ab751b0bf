#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile now [KIND/NAME…]`: asks the agent to reconcile at once, waits, shows what changed.
int run_now_command(const CommandContext& context);

}  // namespace reconcile::engine
