#include "engine/cli/cluster_access.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> split_paths(const std::string& text) {
  std::vector<std::string> paths;
  for (std::string& path : CLI::detail::split(text, ':')) {
    if (!path.empty()) paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace

void add_cluster_flags(CLI::App& app, ClusterFlags& flags) {
  app.add_option("--kubeconfig", flags.kubeconfig,
                 "kubeconfig file; default: $KUBECONFIG, the pod's own account, ~/.kube/config");
  app.add_option("--context", flags.context, "context of the kubeconfig");
}

std::optional<int> parse_arguments(CLI::App& app, const CommandContext& context) {
  std::vector<std::string> reversed(context.arguments.rbegin(), context.arguments.rend());
  try {
    app.parse(std::move(reversed));
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.out, context.err) == 0 ? exit_ok : exit_usage;
  }
}

kube::ClusterConfig load_cluster(const ClusterFlags& flags, kube::CredentialPlugin plugin) {
  kube::KubeconfigOptions options;
  options.context = flags.context;
  options.credential_plugin = std::move(plugin);
  if (!flags.kubeconfig.empty()) return kube::load_kubeconfig({flags.kubeconfig}, options);
  const std::vector<std::string> paths = split_paths(environment("KUBECONFIG"));
  if (!paths.empty()) return kube::load_kubeconfig(paths, options);
  const std::string host = environment("KUBERNETES_SERVICE_HOST");
  if (!host.empty()) {
    kube::InClusterOptions in_cluster;
    in_cluster.host = host;
    in_cluster.port = environment("KUBERNETES_SERVICE_PORT");
    return kube::in_cluster_config(in_cluster);
  }
  return kube::load_kubeconfig({environment("HOME") + "/.kube/config"}, options);
}

ClusterAccess::ClusterAccess(const ClusterFlags& flags)
    : http_(executor_), client_(executor_, http_, load_cluster(flags, run_credential_plugin)) {
}

}  // namespace reconcile::engine
