#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile explain OBJECT`: which unit and file an object comes from, who wrote it last, who
/// else writes it, how it is. Throws where the object cannot be read.
int run_explain_command(const CommandContext& context);

}  // namespace reconcile::engine
