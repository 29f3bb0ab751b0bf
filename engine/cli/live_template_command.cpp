#include "engine/cli/live_template_command.hpp"

#include "engine/cli/cluster_access.hpp"
#include "engine/cli/template_command.hpp"
#include "engine/controllers/kube_lookup.hpp"
#include "engine/controllers/render_ports.hpp"

namespace reconcile::engine {

int run_live_template_command(const CommandContext& context) {
  TemplateFlags flags;
  if (const std::optional<int> code = read_template_flags(context, flags)) return *code;
  ClusterAccess access({flags.kubeconfig, flags.kube_context});
  const ClusterCapabilities known = cluster_render_ports(access.client()).capabilities();
  KubeLookup lookup(access.client(), kube::RequestPurpose::command);
  // As Helm does: the cluster's versions stand in the place of those of the flags.
  const TemplateCluster cluster{{known.kube_version, known.api_versions, true}, lookup};
  return render_template(context, flags, &cluster);
}

}  // namespace reconcile::engine
