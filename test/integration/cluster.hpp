#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::kube {
class Client;
}

namespace reconcile::test {

/// Asks `holds` again and again until it answers true; false after `limit` (times the patience).
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds limit = std::chrono::seconds(30));

/// The kinds that several tests use.
extern const model::Gvk config_map_kind;
extern const model::Gvk deployment_kind;
extern const model::Gvk namespace_kind;
extern const model::Gvk git_repository_kind;
extern const model::Gvk kustomization_kind;
extern const model::Gvk helm_release_kind;

/// A control plane, seen with the administrator's eyes; the definitions in deploy/crds are
/// installed with it.
class Cluster {
 public:
  /// The one in $RECONCILE_TEST_CLUSTER, shared by all tests of the process.
  static Cluster& instance();
  /// The one whose folder (test/cluster/up) is `directory`.
  explicit Cluster(std::string directory);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }
  /// The kubeconfig of user reconcile-agent.
  [[nodiscard]] std::string agent_kubeconfig() const { return directory_ + "/agent.kubeconfig"; }
  /// The text of that kubeconfig with another port of this machine.
  [[nodiscard]] std::string agent_kubeconfig_at(std::uint16_t port) const;
  [[nodiscard]] kube::Client& client() noexcept;
  /// The pid of a program of the control plane ("etcd"), as `up` started it.
  [[nodiscard]] int pid_of(const std::string& program) const;
  /// The API server's pid and port.
  [[nodiscard]] int server_pid() const { return pid_of("kube-apiserver"); }
  [[nodiscard]] std::uint16_t server_port() const;
  /// Starts what does not run of the control plane, and waits until it serves.
  void start_again() const;

  /// Applies every document of `yaml`; throws where the server refuses.
  void apply(const std::string& yaml);
  /// The live object; its root is absent where there is none.
  model::Document get(const model::Gvk& gvk, const std::string& space, const std::string& name);
  bool exists(const model::Gvk& gvk, const std::string& space, const std::string& name) {
    return get(gvk, space, name).present();
  }
  /// Objects of all namespaces where `space` is empty.
  std::vector<model::Document> list(const model::Gvk& gvk, const std::string& space,
                                    const std::string& label_selector = "");
  /// A merge patch by manager "somebody"; throws where the server refuses.
  void patch(const model::Gvk& gvk, const std::string& space, const std::string& name,
             const std::string& json);
  /// Deletes without waiting; an object that is not there is fine.
  void remove(const model::Gvk& gvk, const std::string& space, const std::string& name);
  /// Deletes and waits until it is gone.
  void remove_and_wait(const model::Gvk& gvk, const std::string& space, const std::string& name);
  /// Every kind that can be listed and deleted.
  std::vector<model::Gvk> kinds();
  /// The objects, of any kind, with this label.
  std::vector<model::Document> labelled(const std::string& label_selector);

 private:
  struct Impl;
  std::string directory_;
  std::unique_ptr<Impl> impl_;
};

/// The requests of one user from now on, by the audit log; watches and Leases are left out.
class AuditCount {
 public:
  explicit AuditCount(std::string user = "reconcile-agent");
  /// "verb resource" of each request so far, with how often.
  std::map<std::string, std::size_t> requests();
  [[nodiscard]] std::size_t total();
  /// How many of them were answered 429.
  std::size_t refused();
  /// The requests in the busiest second, watches included.
  std::size_t busiest_second();
  /// All as lines, for messages.
  std::string text();

 private:
  void read();
  std::string user_;
  std::string path_;
  std::uint64_t offset_ = 0;
  std::map<std::string, std::size_t> counts_;
  std::map<std::string, std::size_t> by_second_;
  std::size_t refused_ = 0;
};

}  // namespace reconcile::test
