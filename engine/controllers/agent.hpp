#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "engine/controllers/gate_options.hpp"
#include "engine/controllers/leader_lease.hpp"
#include "engine/controllers/receiver_trigger.hpp"
#include "engine/controllers/source_controller.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_client.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

struct AgentOptions {
  kube::ClusterConfig cluster;
  std::string data_dir;
  UnitOptions units;
  /// The root unit; absent: only units that live in the cluster.
  std::optional<RootSourceOptions> root_source;
  std::string root_path;
  std::chrono::nanoseconds root_interval{std::chrono::minutes(5)};
  /// The gate in front of the root source's branch; absent: none. Needs `root_source` from Git.
  std::optional<GateOptions> gate;
  /// Whether kustomizations may name repositories, files and charts of other machines.
  bool remote_bases = false;
  /// Fields that other controllers set.
  appliers::FieldRules co_managed = appliers::FieldRules::built_in();
  /// Between full relists of everything that is watched; 0: never.
  std::chrono::nanoseconds audit_interval{std::chrono::hours(6)};
  std::size_t passes_max = 8;    ///< passes that run at once
  std::size_t fetches_max = 4;   ///< source fetches that run at once
  std::size_t reverts_max = 16;  ///< reverts in flight
  /// Part in the election of the one replica that writes; absent: this process is the only one. An
  /// empty identity is taken from `data_dir`.
  std::optional<LeaderOptions> leader;
  /// Asks the owner to call `stop` and to end the process: another replica leads, or the lead could
  /// not be taken up. From any thread, once at most.
  std::function<void(const std::string& reason)> on_end;
};

/// The in-cluster agent: sources, units, watches and what connects them. Made and ended by one
/// thread.
class Agent {
 public:
  explicit Agent(AgentOptions options);
  /// As `stop`.
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Connects, starts the watches and the root unit; with an election once this replica leads,
  /// later than this call. Throws Error where the cluster refuses.
  void start();
  /// Ends gracefully: no new passes, running ones finish within a bound and are cut off then,
  /// statuses are written, the lead is given back.
  void stop();
  /// Makes the gate look at once: fetches the root source and the evidence, observes units,
  /// decides, records what is due by the gate's clock. Ready when that has ended, the Environment's
  /// status included, however it ended; at once where there is no gate. From any thread.
  std::shared_future<void> poke_gate();
  /// Asked before every write outside the cluster: whether this replica leads for certain.
  [[nodiscard]] bool may_write() const noexcept;

  /// Whether the API's kinds were listed once, or another replica leads and this one is ready to
  /// take over: what /readyz says.
  [[nodiscard]] bool is_ready() const;
  /// Triggers what this agent drives; for webhooks, which must end before the agent does.
  [[nodiscard]] TriggerHere trigger_here();
  [[nodiscard]] io::Executor& executor() noexcept;
  [[nodiscard]] io::Metrics& metrics() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::engine
