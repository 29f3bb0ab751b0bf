#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile status`: every source and unit with its condition and revision.
int run_status_command(const CommandContext& context);

}  // namespace reconcile::engine
