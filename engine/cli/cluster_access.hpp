#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/cli/command_line.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_client.hpp"
#include "reconcile/kube/client.hpp"

namespace CLI {
class App;
}

namespace reconcile::engine {

/// How a command reaches the cluster.
struct ClusterFlags {
  std::string kubeconfig;  ///< empty: $KUBECONFIG, then in-cluster, then ~/.kube/config
  std::string context;
};

/// Adds --kubeconfig and --context.
void add_cluster_flags(CLI::App& app, ClusterFlags& flags);
/// Parses; answers the exit code where the command ends here (--help, or wrong use, which is
/// printed).
std::optional<int> parse_arguments(CLI::App& app, const CommandContext& context);

/// The configuration that the flags and the environment name. `plugin` runs kubeconfig credential
/// plug-ins; empty refuses them. Throws Error naming what is missing.
kube::ClusterConfig load_cluster(const ClusterFlags& flags, kube::CredentialPlugin plugin);

/// Runs a kubeconfig's credential plug-in as kubectl does: the one program that is ever executed,
/// and only by the commands for people. Throws Error(unauthorized) saying how it failed, never with
/// its output.
kube::ExecCredential run_credential_plugin(const kube::ExecCommand& command);
/// The same within `limit`, after which the plug-in is killed; a minute above.
kube::ExecCredential run_plugin_within(const kube::ExecCommand& command,
                                       std::chrono::milliseconds limit);

/// A connected client with its threads, for the commands for people.
class ClusterAccess {
 public:
  explicit ClusterAccess(const ClusterFlags& flags);
  [[nodiscard]] kube::Client& client() noexcept { return client_; }

 private:
  io::Executor executor_;
  io::HttpClient http_;
  kube::Client client_;
};

}  // namespace reconcile::engine
