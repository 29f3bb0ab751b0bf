#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile diff [UNIT]`: what the next pass would change, field by field, or what differs
/// between two renders. Answers 0 where nothing differs, 1 where something does; throws where it
/// fails.
int run_diff_command(const CommandContext& context);

}  // namespace reconcile::engine
