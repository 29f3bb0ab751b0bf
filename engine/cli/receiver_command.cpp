#include "engine/cli/receiver_command.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

#include "engine/cli/cluster_access.hpp"
#include "engine/cli/service_process.hpp"
#include "engine/cli/webhook_flags.hpp"
#include "engine/server/probes.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

struct ReceiverFlags {
  ClusterFlags cluster;
  WebhookFlags webhooks;
  ServiceLogFlags log;
  std::string name_space = "reconcile-system";
  std::string listen_address = "0.0.0.0";
  std::uint16_t listen_port = 8080;
};

int serve(const ReceiverFlags& flags) {
  configure_service_log(flags.log);
  const EndSignal end;
  ReceiverOptions options = webhook_options(flags.webhooks, flags.name_space);
  // No credential plug-in here: a service executes no program.
  options.cluster = load_cluster(flags.cluster, {});
  io::Executor executor;
  io::Metrics metrics;
  ReceiverService service(executor, metrics, std::move(options));
  ProbeServer probes(
      executor, metrics, [&service] { return service.is_ready(); }, flags.listen_address,
      flags.listen_port);
  io::log().info("Receiver started",
                 {{"listen", flags.listen_address + ":" + std::to_string(probes.port())}});
  service.start();
  io::log().info("Receiver stopping", {{"signal", end.wait()}});
  probes.stop();
  service.stop();
  io::log().info("Receiver stopped");
  return exit_ok;
}

int print_path(const ReceiverFlags& flags, const CommandContext& context) {
  if (flags.webhooks.token_file.empty())
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected the webhook's token in --webhook-token-file, found no such flag");
  context.out << webhook_path(read_webhook_token(flags.webhooks.token_file), root_webhook_name,
                              flags.name_space)
              << "\n";
  return exit_ok;
}

}  // namespace

int run_receiver_command(const CommandContext& context) {
  ReceiverFlags flags;
  CLI::App app(
      "Takes webhooks and asks the objects that Receivers name to reconcile, by annotations: the "
      "agent itself may run elsewhere.",
      "reconcile receiver");
  add_cluster_flags(app, flags.cluster);
  add_webhook_flags(app, flags.webhooks);
  add_log_flags(app, flags.log);
  app.add_option("-n,--namespace", flags.name_space, "the agent's own namespace")
      ->envname("RECONCILE_NAMESPACE");
  app.add_option("--listen-address", flags.listen_address,
                 "address of /metrics, /healthz, /readyz");
  app.add_option("--listen-port", flags.listen_port,
                 "port of the same; 0 = any free one, printed in the log");
  const CLI::App* path =
      app.add_subcommand("path", "Prints the path of the root unit's webhook, and ends.")
          ->fallthrough();
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  return path->parsed() ? print_path(flags, context) : serve(flags);
}

}  // namespace reconcile::engine
