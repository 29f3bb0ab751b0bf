#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile template [NAME] CHART`: flags and bytes of `helm template`. Answers an exit code.
int run_template_command(const CommandContext& context);

}  // namespace reconcile::engine
