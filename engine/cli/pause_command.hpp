#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile pause`: units or objects are left as they are for a time, by the annotations of
/// appliers/object_policy.hpp.
int run_pause_command(const CommandContext& context);
/// `reconcile resume`: ends such a pause.
int run_resume_command(const CommandContext& context);

}  // namespace reconcile::engine
