#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "test/integration/agent_process.hpp"
#include "test/integration/cluster.hpp"
#include "test/support/git_server.hpp"

namespace reconcile::test {

/// A condition of a unit or source as the cluster tells it.
struct SeenCondition {
  std::string status;
  std::string reason;
  std::string message;
};

enum class ScenarioName { with_ending, exact };

/// What a test works in: a namespace, a Git repository behind a server, and the agent. What it made
/// goes with it: the agent, its units (without pruning: their objects are in namespaces that go
/// too), its namespaces.
class Scenario {
 public:
  /// The namespace gets `name` and a random ending, unless it is to be `exact`.
  explicit Scenario(const std::string& name, const GitServerTls& tls = {},
                    ScenarioName form = ScenarioName::with_ending);
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  /// The agent's namespace, in which units and source live.
  [[nodiscard]] const std::string& space() const noexcept { return space_; }
  [[nodiscard]] GitFixture& repository() noexcept { return repository_; }
  [[nodiscard]] GitServer& server() noexcept { return server_; }
  [[nodiscard]] std::string url() const { return server_.url("repository.git"); }
  Cluster& cluster() { return Cluster::instance(); }
  /// A further namespace that goes with the scenario.
  std::string make_namespace(const std::string& name);
  /// A namespace that a unit makes and that goes with the scenario.
  void adopt_namespace(const std::string& name) { namespaces_.push_back(name); }

  /// The name of the GitRepository that `make_source` makes, "repository" unless set before.
  void name_source(std::string name) { source_name_ = std::move(name); }
  /// Makes the GitRepository; `more` are further lines of its spec, "  key: value\n".
  void make_source(const std::string& more = "");
  /// Makes a Kustomization with prune and long intervals; `more` as above replaces nothing.
  void make_kustomization(const std::string& name, const std::string& path,
                          const std::string& more = "");
  /// Commits, and asks for the source where it exists; answers the commit.
  std::string push(const std::vector<std::pair<std::string, std::string>>& files);
  /// Takes a file or folder out of the repository with the next push.
  void erase(const std::string& path);

  /// Starts the agent and waits until it is ready. An agent that ran before is ended first.
  AgentProcess& start_agent(const std::vector<std::string>& arguments = {});
  /// The same with another kubeconfig than the agent's own.
  AgentProcess& start_agent_with(const std::string& kubeconfig,
                                 const std::vector<std::string>& arguments = {});
  /// As `start_agent_with`, without waiting.
  AgentProcess& launch_agent(const std::string& kubeconfig,
                             const std::vector<std::string>& arguments = {});
  AgentProcess& agent() { return *agent_; }
  [[nodiscard]] const std::string& data_directory() const { return data_.path(); }

  /// The Ready condition; empty where there is none.
  SeenCondition ready(const model::Gvk& gvk, const std::string& name);
  /// Waits for Ready=True, at `commit` where that is not empty; a failure names condition and log.
  void require_ready(const model::Gvk& gvk, const std::string& name,
                     const std::string& commit = "");
  /// Waits for Ready=False with `reason`; answers its message.
  std::string require_problem(const model::Gvk& gvk, const std::string& name,
                              const std::string& reason);
  /// Annotates the object so that the agent looks at it now; answers the request's value.
  std::string request(const model::Gvk& gvk, const std::string& name, bool allow_prune = false);
  /// As `request`, and waits until the agent answered.
  void request_and_wait(const model::Gvk& gvk, const std::string& name, bool allow_prune = false);
  /// A field of what the agent tells of its root unit: "ready", "notes".
  std::string root(const std::string& field);
  /// Makes the root unit warn of drift only, and waits until it tells of the ConfigMap `name`,
  /// whose value is "9" from then on.
  void let_root_drift(const std::string& name);
  /// Deletes the unit's object with approval, waits until it is gone.
  void remove_unit(const model::Gvk& gvk, const std::string& name);
  /// Approves every prune that is held, of the root unit too, until `done`; false after 90 s.
  bool approve_until(const std::function<bool()>& done);
  /// Deletes all units and takes their finalizers away: nothing is pruned.
  void abandon_units();

 private:
  std::string space_;
  TemporaryDirectory root_;
  TemporaryDirectory data_;
  GitFixture repository_;
  GitServer server_;
  std::unique_ptr<AgentProcess> agent_;
  std::vector<std::string> namespaces_;
  std::string source_name_ = "repository";
  bool has_source_ = false;
};

/// A ConfigMap as YAML, without a namespace where `space` is empty.
std::string config_map_yaml(const std::string& name, const std::string& value,
                            const std::string& space = "");
/// A Deployment of one replica.
std::string deployment_yaml(const std::string& name, const std::string& image);

}  // namespace reconcile::test
