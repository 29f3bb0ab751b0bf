#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile gate keygen|status|explain|reset`.
int run_gate_command(const CommandContext& context);

}  // namespace reconcile::engine
