#include "engine/cli/controller_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <set>

#include "engine/cli/cluster_access.hpp"
#include "engine/cli/gate_flags.hpp"
#include "engine/cli/git_access.hpp"
#include "engine/cli/service_process.hpp"
#include "engine/cli/webhook_flags.hpp"
#include "engine/controllers/agent.hpp"
#include "engine/server/probes.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

struct ControllerFlags {
  ClusterFlags cluster;
  std::string name_space = "reconcile-system";
  std::string data_dir = "/var/lib/reconcile";
  std::string repository;
  std::string branch = "main";
  std::string path;
  GitAccessFlags access;
  GateFlags gate;
  std::string poll_interval = "1m";
  std::string interval = "5m";
  double jitter = 5;
  ServiceLogFlags log;
  std::string listen_address = "0.0.0.0";
  std::uint16_t listen_port = 8080;
  std::size_t concurrent = 8;
  WebhookFlags webhooks;
  bool remote_bases = false;
  bool observe_only = false;
  std::string co_managed;
  std::string health_rules;
  std::vector<std::string> take_over_managers;
  std::string audit_interval = "6h";
  bool leader_elect = true;
  std::string lease_duration = "2s";
  std::string renew_deadline;
  std::string retry_period;
};

void add_flags(CLI::App& app, ControllerFlags& flags) {
  add_cluster_flags(app, flags.cluster);
  app.add_option("--namespace", flags.name_space, "the agent's own namespace")
      ->envname("RECONCILE_NAMESPACE");
  app.add_option("--data-dir", flags.data_dir,
                 "where sources and artifacts are kept; losing it is safe")
      ->envname("RECONCILE_DATA_DIR");
  app.add_option("--repository", flags.repository,
                 "root unit: URL of the Git repository, or a directory; empty: no root unit")
      ->envname("RECONCILE_REPOSITORY");
  app.add_option("--branch", flags.branch, "root unit: branch")->envname("RECONCILE_BRANCH");
  app.add_option("--path", flags.path, "root unit: directory in the repository")
      ->envname("RECONCILE_PATH");
  add_git_access_flags(app, flags.access, "", "the repository");
  add_gate_flags(app, flags.gate);
  app.add_option("--poll-interval", flags.poll_interval, "how often the repository is asked");
  app.add_option("--interval", flags.interval, "interval of the root unit's passes");
  app.add_option("--interval-jitter-percentage", flags.jitter,
                 "spread of intervals in both directions")
      ->check(CLI::Range(0.0, 50.0));
  app.add_option("--concurrent", flags.concurrent, "passes that run at once")
      ->check(CLI::Range(1, 64));
  app.add_flag("--leader-elect,!--no-leader-elect", flags.leader_elect,
               "write only while holding the Lease reconcile-agent of the agent's namespace");
  app.add_option("--leader-elect-lease-duration", flags.lease_duration,
                 "a leader that died is replaced after this time; whole seconds");
  app.add_option("--leader-elect-renew-deadline", flags.renew_deadline,
                 "a leader that could not renew for so long writes no more; 3/4 of the duration");
  app.add_option("--leader-elect-retry-period", flags.retry_period,
                 "time between renewals; 1/4 of the duration");
  add_webhook_flags(app, flags.webhooks);
  app.add_flag("--webhooks,!--no-webhooks", flags.webhooks.enabled,
               "take webhooks; not with --observe-only");
  app.add_flag("--remote-bases,!--no-remote-bases", flags.remote_bases,
               "fetch what kustomizations name by URL, and charts that are not in the source");
  app.add_flag("--observe-only", flags.observe_only, "plan and report, write nothing");
  app.add_option("--co-managed", flags.co_managed,
                 "file with more fields that other controllers set");
  app.add_option("--health-rules", flags.health_rules,
                 "file with more rules of how healthy custom resources are");
  app.add_option("--take-over-managers", flags.take_over_managers,
                 "more field managers, by exact name, whose fields become the agent's when an "
                 "object enters an inventory")
      ->delimiter(',');
  app.add_option("--audit-interval", flags.audit_interval,
                 "between full lists of all that is watched; 0: never");
  add_log_flags(app, flags.log);
  app.add_option("--listen-address", flags.listen_address,
                 "address of /metrics, /healthz, /readyz");
  app.add_option("--listen-port", flags.listen_port,
                 "port of the same; 0 = any free one, printed in the log");
}

RootSourceOptions root_source(const ControllerFlags& flags) {
  RootSourceOptions options;
  options.interval = model::parse_duration(flags.poll_interval);
  if (std::filesystem::is_directory(flags.repository)) {
    options.directory = std::filesystem::absolute(flags.repository).string();
    return options;
  }
  options.git.url = flags.repository;
  options.git.reference.branch = flags.branch;
  options.git.scope = "root";
  read_git_access(flags.access, options.git);
  return options;
}

std::optional<LeaderOptions> leader_options(const ControllerFlags& flags) {
  if (!flags.leader_elect) return std::nullopt;
  const std::chrono::nanoseconds duration = model::parse_duration(flags.lease_duration);
  LeaderOptions options;
  options.namespace_name = flags.name_space;
  options.lease_duration = std::chrono::duration_cast<std::chrono::seconds>(duration);
  if (options.lease_duration != duration) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected whole seconds in --leader-elect-lease-duration, found \"" +
                           flags.lease_duration + "\"");
  }
  options.renew_deadline =
      flags.renew_deadline.empty() ? duration * 3 / 4 : model::parse_duration(flags.renew_deadline);
  options.retry_period =
      flags.retry_period.empty() ? duration / 4 : model::parse_duration(flags.retry_period);
  options.check();
  return options;
}

/// Throws Error(unavailable) where it cannot be read, Error(limit_exceeded) above 1 MiB.
std::string read_rule_file(const std::string& path) {
  constexpr std::size_t bytes_max = 1U << 20U;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw model::Error(model::ErrorCode::unavailable, path + " cannot be read");
  std::string text(bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > bytes_max)
    throw model::Error(model::ErrorCode::limit_exceeded, path + " is larger than 1 MiB");
  return text;
}

void read_rule_files(const ControllerFlags& flags, AgentOptions& options) {
  options.audit_interval = model::parse_duration(flags.audit_interval);
  if (!flags.co_managed.empty())
    options.co_managed.add(
        appliers::FieldRules::read_co_managed(read_rule_file(flags.co_managed), flags.co_managed));
  if (!flags.health_rules.empty())
    options.units.health_rules = appliers::HealthExpressions::read_rules(
        read_rule_file(flags.health_rules), flags.health_rules);
}

/// Throws Error(invalid_input) for managers that keep their fields in any case: what people change
/// by hand, such as the annotation of `kubectl rollout restart`, would be removed.
void add_take_over_managers(const ControllerFlags& flags, AgentOptions& options) {
  static const std::set<std::string_view> refused = {"", diff::field_manager, "kubectl-edit",
                                                     "kubectl-patch", "kubectl-rollout"};
  for (const std::string& name : flags.take_over_managers) {
    if (refused.contains(name)) {
      throw model::Error(model::ErrorCode::invalid_input,
                         "expected field managers that hand their objects over in "
                         "--take-over-managers, found \"" +
                             name + "\"");
    }
    options.units.take_over_managers.push_back(name);
  }
}

AgentOptions agent_options(const ControllerFlags& flags) {
  AgentOptions options;
  // No credential plug-in here: the controller executes no program.
  options.cluster = load_cluster(flags.cluster, {});
  options.data_dir = flags.data_dir;
  options.units.agent_namespace = flags.name_space;
  options.units.observe_only = flags.observe_only;
  options.units.jitter_percent = flags.jitter;
  options.passes_max = flags.concurrent;
  options.remote_bases = flags.remote_bases;
  options.leader = leader_options(flags);
  options.root_interval = model::parse_duration(flags.interval);
  read_rule_files(flags, options);
  add_take_over_managers(flags, options);
  options.gate = gate_options(flags.gate);
  if (flags.repository.empty()) {
    if (options.gate) {
      throw model::Error(model::ErrorCode::invalid_input,
                         "expected --repository beside --environment, found none");
    }
    return options;
  }
  options.root_source = root_source(flags);
  std::string_view path = flags.path;
  while (path.starts_with('/')) path.remove_prefix(1);
  options.root_path = model::normalise_path(path);
  return options;
}

/// The webhook receiver beside `agent`, started; null where it is not wanted.
std::unique_ptr<ReceiverService> start_webhooks(const ControllerFlags& flags,
                                                ReceiverOptions options, Agent& agent) {
  if (!flags.webhooks.enabled || flags.observe_only) return nullptr;
  options.cluster = load_cluster(flags.cluster, {});
  options.trigger_here = agent.trigger_here();
  auto service =
      std::make_unique<ReceiverService>(agent.executor(), agent.metrics(), std::move(options));
  service->start();
  return service;
}

}  // namespace

int run_controller_command(const CommandContext& context) {
  ControllerFlags flags;
  CLI::App app("Runs the in-cluster agent.", "reconcile controller");
  add_flags(app, flags);
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  configure_service_log(flags.log);
  const EndSignal end;
  ReceiverOptions webhook = webhook_options(flags.webhooks, flags.name_space);
  AgentOptions options = agent_options(flags);
  std::atomic<bool> must_end{false};
  options.on_end = [&must_end](const std::string&) {
    must_end = true;
    ::kill(::getpid(), SIGTERM);
  };
  Agent agent(std::move(options));
  ProbeServer probes(
      agent.executor(), agent.metrics(), [&agent] { return agent.is_ready(); },
      flags.listen_address, flags.listen_port);
  io::log().info("Agent started",
                 {{"listen", flags.listen_address + ":" + std::to_string(probes.port())},
                  {"repository", flags.repository},
                  {"path", flags.path}});
  agent.start();
  std::unique_ptr<ReceiverService> webhooks = start_webhooks(flags, std::move(webhook), agent);
  io::log().info("Agent stopping", {{"signal", end.wait()}});
  webhooks.reset();
  probes.stop();
  agent.stop();
  io::log().info("Agent stopped");
  return must_end ? exit_failed : exit_ok;
}

}  // namespace reconcile::engine
