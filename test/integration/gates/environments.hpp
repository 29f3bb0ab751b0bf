#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/controllers/agent.hpp"
#include "reconcile/model/signature.hpp"
#include "test/integration/cluster.hpp"
#include "test/integration/gates/chain_writer.hpp"
#include "test/integration/gates/evidence_repository.hpp"
#include "test/integration/gates/infrastructure.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/git_server.hpp"

namespace reconcile::test {

extern const model::Gvk environment_kind;

/// What an environment's policy says; the rest is as Environments::policy_yaml writes it.
struct PolicyText {
  std::vector<std::string> from;
  std::map<std::string, std::string> trust;  ///< environment → public key
  std::string soak = "10m";
  std::string overlay_only = "apply";
  std::string more;  ///< further lines of the spec, "  key: value\n"
};

/// What the live Environment object says of the last judgement.
struct SeenDecision {
  std::string admitted;
  std::string tip;
  std::string outcome;
  std::string reason;
  std::string message;
  std::string text;  ///< the whole status, for messages
};

class Environments;

/// One environment: a control plane, a branch, a signing key, and an agent in this process.
class Environment {
 public:
  Environment(Environments& world, std::string name, Cluster& cluster);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] Cluster& cluster() noexcept { return cluster_; }
  [[nodiscard]] const model::SigningKey& key() const noexcept { return key_; }
  [[nodiscard]] std::string evidence_ref() const { return "refs/gitops/evidence/" + name_; }
  [[nodiscard]] std::string admitted_ref() const { return "refs/gitops/admitted/" + name_; }

  /// What `start` starts the agent with; tests change it before.
  engine::AgentOptions& options() noexcept { return options_; }
  void start();
  void stop();
  /// The agent's disk is gone; only while it does not run.
  void lose_disk();
  [[nodiscard]] engine::Agent& agent() { return *agent_; }
  [[nodiscard]] bool runs() const noexcept { return agent_ != nullptr; }

  /// Lets the agent fetch, judge and publish, and waits until it has.
  void poke();
  /// Pokes until `holds`; fails the test with the decision and the log where it never does.
  void until(const std::string& what, const std::function<bool()>& holds);
  /// Pokes until `commit` is applied, then lets time pass until its evidence is green.
  void until_green(const std::string& commit);
  /// Pokes until the tip `tip` is held; fails where it is admitted. Answers the decision.
  SeenDecision until_held(const std::string& tip, const std::string& reason);
  /// Pokes until `commit` is what is admitted.
  void until_admitted(const std::string& commit);
  [[nodiscard]] SeenDecision decision();
  /// The data of the ConfigMap that stands for the root unit, as JSON.
  [[nodiscard]] std::string root_state();

  /// The live value `key` of the ConfigMap "settings" in the case's namespace.
  [[nodiscard]] std::string live(const std::string& key);
  /// Somebody edits it; requires that the agent puts `wanted` back.
  void require_drift_reverted(const std::string& key, const std::string& wanted);

 private:
  Environments& world_;
  std::string name_;
  Cluster& cluster_;
  model::SigningKey key_;
  engine::AgentOptions options_;
  std::unique_ptr<TemporaryDirectory> disk_;
  std::unique_ptr<engine::Agent> agent_;
};

/// Dev, staging and production on the control planes in $RECONCILE_TEST_CLUSTERS (three folders,
/// parted by colons), the repositories behind a Git server, and the clock of all gates. What a test
/// made goes with it.
class Environments {
 public:
  Environments();
  ~Environments();
  Environments(const Environments&) = delete;
  Environments& operator=(const Environments&) = delete;

  Environment& dev() { return *environments_.at(0); }
  Environment& staging() { return *environments_.at(1); }
  Environment& production() { return *environments_.at(2); }
  Environment& of(const std::string& name);
  std::vector<Environment*> all() { return {&dev(), &staging(), &production()}; }

  /// The namespace of this case, in each cluster.
  [[nodiscard]] const std::string& space() const noexcept { return space_; }
  FakeClock& clock() noexcept { return clock_; }
  [[nodiscard]] model::WallTime now() const { return clock_.wall_now(); }
  Infrastructure& infrastructure() noexcept { return infrastructure_; }
  EvidenceRepository& evidence() noexcept { return evidence_; }
  GitServer& server() noexcept { return server_; }

  /// Dev trusts its tip; staging waits for dev, production for staging; ten minutes of soak.
  [[nodiscard]] PolicyText usual_policy(const std::string& environment);
  /// The files of one environment's overlay, its policy among them.
  [[nodiscard]] Files overlay(const std::string& environment, const PolicyText& policy);
  Files overlay(const std::string& environment) {
    return overlay(environment, usual_policy(environment));
  }
  /// The files that all environments share: a Deployment and a ConfigMap with settings.
  [[nodiscard]] Files shared(const std::string& settings, const std::string& tag = "1.0") const;
  /// Makes the branches: dev with everything shared, staging on it, production on that.
  void make_branches();
  /// A chain that says of an environment what its agent would: `unit` green on `commit` for
  /// `healthy`.
  ChainWriter simulate(const std::string& environment);
  /// The name of the root unit in evidence.
  [[nodiscard]] std::string root_unit() const;
  /// Makes the case's namespace in the environment's cluster and starts its agent with the branch's
  /// tip as bootstrap.
  void start(Environment& environment) {
    start(environment, infrastructure_.tip(environment.name()));
  }
  void start(Environment& environment, const std::string& bootstrap);
  /// All three at once.
  void start_all();

  /// The agents' log lines so far, or the last of them.
  [[nodiscard]] static std::string log_tail(std::size_t lines = 40);
  [[nodiscard]] static bool logged(const std::vector<std::string>& words);

 private:
  FakeClock clock_;
  std::string space_;
  TemporaryDirectory root_;
  Infrastructure infrastructure_;
  EvidenceRepository evidence_;
  GitServer server_;
  std::vector<std::unique_ptr<Environment>> environments_;
};

}  // namespace reconcile::test
