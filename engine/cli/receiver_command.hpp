#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile receiver`: takes webhooks for agents that run elsewhere, until SIGINT or SIGTERM.
/// `reconcile receiver path`: prints the path of the root unit's webhook.
int run_receiver_command(const CommandContext& context);

}  // namespace reconcile::engine
