// Objects that were there before, made by other appliers: they become a unit's without a pod that
// starts anew, and Git alone says what they are from then on.

#include <catch2/catch.hpp>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using model::Document;

namespace {

const model::Gvk pod_kind{"", "v1", "Pod"};
constexpr const char* restarted_at = "kubectl.kubernetes.io/restartedAt";

std::string workload_yaml(const std::string& name, const std::string& space,
                          const std::string& more = "") {
  std::string yaml = deployment_yaml(name, "registry.example.com/web:1");
  yaml.insert(yaml.find("\nspec:"), "\n  namespace: " + space);
  yaml.insert(yaml.find("  progressDeadlineSeconds"), more);
  return yaml;
}

/// How an object came to be before there was a unit for it.
struct Maker {
  std::string name;
  std::function<void(const std::string& yaml, const std::string& name, const std::string& space)>
      make;
};

std::vector<Maker> makers() {
  const auto create_as = [](const std::string& manager) {
    return [manager](const std::string& yaml, const std::string& name, const std::string&) {
      Cluster::instance()
          .client()
          .send(kube::Request::create(model::Object(model::parse_yaml(yaml)), manager))
          .require_ok("creating " + name);
    };
  };
  const auto apply_as = [](const std::string& manager) {
    return [manager](const std::string& yaml, const std::string& name, const std::string& space) {
      ForeignWriter(manager, deployment_kind, space, name).apply(yaml);
    };
  };
  return {{"kubectl-apply",
           [](const auto& yaml, const auto&, const auto&) {
             kubectl({"apply", "-f", "-"}, yaml);
           }},
          {"kubectl-create",
           [](const auto& yaml, const auto&, const auto&) {
             kubectl({"create", "-f", "-"}, yaml);
           }},
          {"helm", create_as("helm")},
          {"helm-applied", apply_as("helm")},
          {"kustomize-controller", apply_as("kustomize-controller")},
          {"argocd-controller", apply_as("argocd-controller")}};
}

}  // namespace

TEST_CASE("objects of other appliers are taken over without a pod that restarts",
          "[.integration][others]") {
  Scenario scenario("adopt");
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  const std::vector<Maker> all = makers();
  std::vector<std::pair<std::string, std::string>> files;
  for (const Maker& maker : all) {
    maker.make(workload_yaml(maker.name, space, "  minReadySeconds: 1\n"), maker.name, space);
    // Git never had what is taken out here.
    files.emplace_back("app/" + maker.name + ".yaml", workload_yaml(maker.name, space));
  }
  kubectl({"rollout", "restart", "deployment", "-n", space});
  struct Seen {
    std::string template_hash;
    std::string restarted;
  };
  const auto look = [&](const std::string& name) {
    Seen seen;
    const Document live = cluster.get(deployment_kind, space, name);
    seen.restarted = live["spec"]["template"]["metadata"]["annotations"][restarted_at].text();
    for (const Document& pod : cluster.list(pod_kind, space, "app=" + name))
      if (!pod["metadata"]["deletionTimestamp"].present())
        seen.template_hash += std::string(pod["metadata"]["uid"].text()) + " " +
                              std::string(pod["metadata"]["labels"]["pod-template-hash"].text());
    return seen;
  };
  REQUIRE(eventually([&] {
    for (const Maker& maker : all) {
      const Document live = cluster.get(deployment_kind, space, maker.name);
      const model::Value status = live["status"];
      if (status["readyReplicas"].integer() != 1 || status["replicas"].integer() != 1 ||
          status["updatedReplicas"].integer() != 1 ||
          status["observedGeneration"].integer() != live["metadata"]["generation"].integer())
        return false;
    }
    return true;
  }));
  std::map<std::string, Seen> before;
  for (const Maker& maker : all) before[maker.name] = look(maker.name);

  scenario.push(files);
  scenario.make_source();
  scenario.make_kustomization("app", "./app", in_quick_passes);
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  require_quiet(scenario);
  for (const Maker& maker : all) {
    INFO(maker.name);
    const Seen after = look(maker.name);
    CHECK(after.template_hash == before[maker.name].template_hash);
    CHECK_FALSE(after.template_hash.empty());
    CHECK(after.restarted == before[maker.name].restarted);
    CHECK_FALSE(after.restarted.empty());
    const Document live = cluster.get(deployment_kind, space, maker.name);
    CHECK(live["spec"]["minReadySeconds"].integer().value_or(0) == 0);
  }
}
