// deploy/controller as a control plane takes it.

#include <catch2/catch.hpp>

#include "test/deploy/deployed.hpp"
#include "test/integration/agent_process.hpp"
#include "test/integration/cluster.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

const std::string space = "reconcile-system";

struct Removed {
  ~Removed() {
    try {
      kubectl({"delete", "--ignore-not-found", "--wait=true", "namespace", space});
      kubectl(
          {"delete", "--ignore-not-found", "clusterrolebinding", "reconcile-agent-cluster-admin"});
    } catch (const std::exception& error) {
      WARN(error.what());
    }
  }
};

}  // namespace

TEST_CASE("the agent's pod has no more than it needs", "[.integration][deploy][manifests]") {
  const auto objects = objects_of(built("controller"));
  const model::Value pod =
      object_in(objects, "Deployment/reconcile-system/reconcile-agent")["spec"]["template"]["spec"];
  CHECK(pod["securityContext"]["runAsNonRoot"].boolean() == true);
  CHECK(pod["securityContext"]["seccompProfile"]["type"].text() == "RuntimeDefault");
  const model::Value container = pod["containers"].at(0);
  const model::Value security = container["securityContext"];
  CHECK(security["readOnlyRootFilesystem"].boolean() == true);
  CHECK(security["allowPrivilegeEscalation"].boolean() == false);
  CHECK(security["capabilities"]["drop"].at(0).text() == "ALL");
  CHECK(container["livenessProbe"]["httpGet"]["path"].text() == "/healthz");
  CHECK(container["readinessProbe"]["httpGet"]["path"].text() == "/readyz");
  // What is selected is what the template makes.
  const model::Value labels = object_in(
      objects,
      "Deployment/reconcile-system/reconcile-agent")["spec"]["template"]["metadata"]["labels"];
  for (const char* id : {"Service/reconcile-system/reconcile-webhooks",
                         "Service/reconcile-system/reconcile-metrics"}) {
    CHECK(equal(object_in(objects, id)["spec"]["selector"], labels));
  }
  CHECK(equal(
      object_in(
          objects,
          "NetworkPolicy/reconcile-system/reconcile-agent")["spec"]["podSelector"]["matchLabels"],
      labels));
}

TEST_CASE("the program knows the flags and settings of the Deployment",
          "[.integration][deploy][manifests]") {
  const auto objects = objects_of(built("controller"));
  const model::Value container =
      object_in(
          objects,
          "Deployment/reconcile-system/reconcile-agent")["spec"]["template"]["spec"]["containers"]
          .at(0);
  std::vector<std::string> command{program_path()};
  for (std::size_t i = 0; i < container["args"].size(); ++i) {
    command.emplace_back(container["args"].at(i).text());
  }
  command.emplace_back("--kubeconfig=/nowhere/kubeconfig");
  const Finished finished = run_program(command);
  CHECK(finished.code != 0);
  CHECK_THAT(finished.output, Catch::Contains("/nowhere/kubeconfig"));
  const std::string help = run_program({program_path(), "controller", "--help"}).output;
  for (const char* setting :
       {"NAMESPACE", "REPOSITORY", "BRANCH", "PATH", "USERNAME", "PASSWORD_FILE", "TOKEN_FILE",
        "CA_FILE", "IDENTITY_FILE", "KNOWN_HOSTS_FILE", "ENVIRONMENT", "CLUSTER",
        "EVIDENCE_REPOSITORY", "EVIDENCE_IDENTITY_FILE", "GATE_SIGNING_KEY_SECRET", "GATE_ROOT_KEY",
        "WEBHOOK_TOKEN_FILE", "WEBHOOK_TYPE"}) {
    CHECK_THAT(help, Catch::Contains("RECONCILE_" + std::string(setting)));
  }
}

TEST_CASE("a control plane accepts every manifest", "[.integration][deploy][manifests]") {
  const std::string yaml = built("controller");
  const auto objects = objects_of(yaml);
  Cluster& cluster = Cluster::instance();
  const Removed removed;
  // A namespaced dry run needs the namespace.
  kubectl({"apply", "--server-side", "--force-conflicts"},
          "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + space + "}\n");
  kubectl({"apply", "--server-side", "--force-conflicts", "--dry-run=server"}, yaml);
  kubectl({"apply", "--server-side", "--force-conflicts"}, yaml);
  for (const auto& [id, object] : objects) {
    INFO(id);
    const model::Object parsed(object);
    CHECK(cluster.exists(parsed.gvk(), parsed.id().namespace_name, parsed.id().name));
  }
  // The namespace enforces the restricted Pod Security standard: pods exist only if theirs is met.
  const bool available = eventually([&] {
    return cluster.get(deployment_kind, space, "reconcile-agent")["status"]["availableReplicas"]
               .integer() == 2;
  });
  CHECK(available);
  // Applied again, nothing changes.
  const auto version = [&] {
    return std::string(
        cluster.get(deployment_kind, space, "reconcile-agent")["metadata"]["generation"].source());
  };
  const std::string before = version();
  kubectl({"apply", "--server-side", "--force-conflicts"}, yaml);
  CHECK(version() == before);
}
