#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile diff [KIND/NAME | --path DIR]`: what the next pass would change, and why. Answers 0
/// for no difference, 1 for differences; throws where it failed.
int run_diff_command(const CommandContext& context);

}  // namespace reconcile::engine
