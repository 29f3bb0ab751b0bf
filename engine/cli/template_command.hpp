#pragma once

#include "engine/cli/command_line.hpp"
#include "engine/cli/template_flags.hpp"
#include "reconcile/helm/render.hpp"

namespace reconcile::engine {

/// What a cluster says to a render.
struct TemplateCluster {
  helm::Capabilities capabilities;
  helm::ClusterLookup& lookup;
};

/// `reconcile template [NAME] CHART`: flags and bytes of `helm template`. Answers an exit code.
int run_template_command(const CommandContext& context);

/// Renders and prints as `flags` say; `cluster` is null where none is asked. Answers an exit code.
int render_template(const CommandContext& context, const TemplateFlags& flags,
                    const TemplateCluster* cluster);

}  // namespace reconcile::engine
