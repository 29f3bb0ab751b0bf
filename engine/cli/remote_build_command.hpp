#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile build` where it fetches repositories, files or charts. As run_build_command
/// otherwise.
int run_remote_build_command(const CommandContext& context);

}  // namespace reconcile::engine
