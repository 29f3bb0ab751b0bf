// The agent with the rights of deploy/rbac and no more: it is the program itself with a token of
// that ServiceAccount, since this control plane runs no containers.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "reconcile/model/yaml.hpp"
#include "test/deploy/deployed.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

/// deploy/rbac for the agent in another namespace; without the Deployment, whose part the test
/// plays.
class LeastPrivilege {
 public:
  explicit LeastPrivilege(const std::string& space)
      : yaml_(replaced(built("rbac"), "reconcile-system", space)) {
    std::string rights;
    for (const auto& [id, object] : objects_of(yaml_)) {
      const bool is_right = id.starts_with("ServiceAccount/") || id.starts_with("Role") ||
                            id.starts_with("ClusterRole");
      if (!is_right) continue;
      rights += "---\n" + model::write_yaml(object.root());
      if (id.starts_with("Cluster")) cluster_scoped_.push_back(id);
    }
    kubectl({"apply", "--server-side", "--force-conflicts"}, rights);
    std::string token =
        kubectl({"create", "token", "reconcile-agent", "--namespace", space, "--duration", "1h"});
    while (token.ends_with('\n')) token.pop_back();
    write_kubeconfig(token);
  }
  ~LeastPrivilege() {
    for (const std::string& id : cluster_scoped_) {
      try {
        kubectl({"delete", "--ignore-not-found", id});
      } catch (const std::exception& error) {
        WARN(error.what());
      }
    }
  }
  LeastPrivilege(const LeastPrivilege&) = delete;
  LeastPrivilege& operator=(const LeastPrivilege&) = delete;

  [[nodiscard]] std::string kubeconfig() const { return folder_.path() + "/kubeconfig"; }

 private:
  void write_kubeconfig(const std::string& token) const {
    std::ifstream opened(Cluster::instance().directory() + "/kubeconfig");
    std::ostringstream text;
    text << opened.rdbuf();
    const model::Document admin = model::parse_yaml(text.str());
    folder_.write(
        "kubeconfig",
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "contexts: [{name: c, context: {cluster: c, user: u}}]\n"
        "clusters:\n- name: c\n  cluster:\n    " +
            replaced(model::write_yaml(admin["clusters"].at(0)["cluster"]), "\n", "\n    ") +
            "\nusers: [{name: u, user: {token: " + token + "}}]\n");
  }

  std::string yaml_;
  std::vector<std::string> cluster_scoped_;
  TemporaryDirectory folder_;
};

std::string cluster_role(const std::string& name) {
  return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name +
         "}\nrules: []\n---\n";
}

std::string secret(const std::string& space) {
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: " + space +
         "}\nstringData: {k: v}\n---\n";
}

}  // namespace

TEST_CASE("with the least rights the agent does the main job",
          "[.integration][deploy][least_privilege]") {
  Scenario scenario("least");
  const LeastPrivilege rights(scenario.space());
  const std::string team = scenario.space() + "-team";
  scenario.adopt_namespace(team);
  scenario.push(
      {{"apps/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + team + "}\n"},
       {"apps/web.yaml", replaced(deployment_yaml("web", "web:1"), "  name: web\n",
                                  "  name: web\n  namespace: " + team + "\n")},
       {"apps/settings.yaml", config_map_yaml("settings", "one", team)}});
  scenario.make_source();
  scenario.make_kustomization("apps", "apps", "  wait: true\n");
  scenario.start_agent_with(rights.kubeconfig());
  scenario.require_ready(kustomization_kind, "apps");
  Cluster& cluster = scenario.cluster();
  CHECK(cluster.exists(deployment_kind, team, "web"));

  SECTION("drift is reverted") {
    cluster.patch(config_map_kind, team, "settings", R"({"data":{"value":"changed"}})");
    CHECK(eventually([&] {
      return cluster.get(config_map_kind, team, "settings")["data"]["value"].text() == "one";
    }));
  }
  SECTION("what left the source is pruned") {
    scenario.erase("apps/settings.yaml");
    scenario.push({{"apps/other.yaml", config_map_yaml("other", "two", team)}});
    CHECK(eventually([&] { return !cluster.exists(config_map_kind, team, "settings"); }));
  }
  SECTION("a kind beyond its rights is named, and no other unit suffers") {
    scenario.push({{"roles/role.yaml", cluster_role(scenario.space())},
                   {"roles/settings.yaml", config_map_yaml("beside", "one", team)}});
    scenario.make_kustomization("roles", "roles");
    const std::string message =
        scenario.require_problem(kustomization_kind, "roles", "ReconciliationFailed");
    CHECK_THAT(message, Catch::Contains("ClusterRole") && Catch::Contains(scenario.space()) &&
                            Catch::Contains("forbidden"));
    CHECK(scenario.ready(kustomization_kind, "apps").status == "True");
    CHECK_FALSE(
        cluster.exists({"rbac.authorization.k8s.io", "v1", "ClusterRole"}, "", scenario.space()));
  }
  SECTION("a Secret needs the role of its namespace") {
    scenario.push({{"secrets/secret.yaml", secret(team)}});
    scenario.make_kustomization("secrets", "secrets");
    CHECK_THAT(scenario.require_problem(kustomization_kind, "secrets", "ReconciliationFailed"),
               Catch::Contains("Secret in namespace \"" + team) && Catch::Contains("forbidden"));
    kubectl({"create", "rolebinding", "reconcile-agent-secrets", "--clusterrole",
             "reconcile-agent-secrets", "--serviceaccount", scenario.space() + ":reconcile-agent",
             "--namespace", team});
    scenario.request(kustomization_kind, "secrets");
    scenario.require_ready(kustomization_kind, "secrets");
    CHECK(cluster.exists({"", "v1", "Secret"}, team, "s"));
  }
}
