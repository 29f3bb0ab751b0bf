#pragma once

#include "engine/cli/command_line.hpp"

namespace reconcile::engine {

/// `reconcile build [DIR]`: flags and bytes of `kustomize build` 5.8.2. Answers an exit code;
/// throws model::Error where the build fails.
int run_build_command(const CommandContext& context);

}  // namespace reconcile::engine
