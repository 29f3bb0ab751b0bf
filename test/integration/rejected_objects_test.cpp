// Objects that the server does not take: named with the server's message; the others of their stage
// go on; nothing is pruned in such a pass.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "test/integration/scenario.hpp"

using namespace reconcile::test;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// Pushes `files` without app/old.yaml and waits for the failure; answers the condition's message.
std::string push_rejected(Scenario& scenario, Files files) {
  scenario.erase("app/old.yaml");
  files.emplace_back("app/good.yaml", config_map_yaml("good", "2", scenario.space()));
  scenario.push(files);
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  Cluster& cluster = scenario.cluster();
  // The rest of the stage went on, and what is gone from Git is not pruned yet.
  CHECK(cluster.get(config_map_kind, scenario.space(), "good")["data"]["value"].text() == "2");
  CHECK(cluster.exists(config_map_kind, scenario.space(), "old"));
  return message;
}

void start_with_old(Scenario& scenario, const Files& more = {}) {
  Files files = more;
  files.emplace_back("app/old.yaml", config_map_yaml("old", "1", scenario.space()));
  files.emplace_back("app/good.yaml", config_map_yaml("good", "1", scenario.space()));
  scenario.push(files);
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
}

/// The unit recovers once the content is right again, and then prunes what waited.
void require_recovery(Scenario& scenario, const Files& files) {
  scenario.require_ready(kustomization_kind, "app", scenario.push(files));
  CHECK(eventually(
      [&] { return !scenario.cluster().exists(config_map_kind, scenario.space(), "old"); }));
}

void check_words(const std::string& message, const std::vector<std::string>& words) {
  INFO(message);
  for (const std::string& word : words) {
    INFO("expected: " << word);
    CHECK(message.find(word) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("an object that the schema refuses is named and the others go on",
          "[.integration][rejected]") {
  Scenario scenario("schema");
  start_with_old(scenario);
  const std::string service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: " + scenario.space() +
      "}\nspec:\n  ports: [{port: PORT}]\n";
  const auto with_port = [&](const std::string& port) {
    return std::string(service).replace(service.find("PORT"), 4, port);
  };
  const std::string message = push_rejected(scenario, {{"app/web.yaml", with_port("\"many\"")}});
  check_words(message, {"Service/" + scenario.space() + "/web", "port"});
  require_recovery(scenario, {{"app/web.yaml", with_port("80")}});
}

TEST_CASE("an immutable field is named and the others go on", "[.integration][rejected]") {
  Scenario scenario("immutable");
  const auto map = [&](const std::string& value) {
    return config_map_yaml("fixed", value, scenario.space()) + "immutable: true\n";
  };
  start_with_old(scenario, {{"app/fixed.yaml", map("1")}});
  const std::string message = push_rejected(scenario, {{"app/fixed.yaml", map("2")}});
  check_words(message, {"ConfigMap/" + scenario.space() + "/fixed", "immutable"});
  require_recovery(scenario, {{"app/fixed.yaml", map("1")}});
}

TEST_CASE("an object over the quota is named and the others go on", "[.integration][rejected]") {
  Scenario scenario("quota");
  start_with_old(scenario);
  scenario.cluster().apply(
      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: none, namespace: " + scenario.space() +
      "}\nspec: {hard: {count/services: \"0\"}}\n");
  REQUIRE(eventually([&] {
    return scenario.cluster()
        .get({"", "v1", "ResourceQuota"}, scenario.space(), "none")["status"]["hard"]
        .is_map();
  }));
  const std::string service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: " + scenario.space() +
      "}\nspec:\n  ports: [{port: 80}]\n";
  const std::string message = push_rejected(scenario, {{"app/web.yaml", service}});
  check_words(message, {"Service/" + scenario.space() + "/web", "exceeded quota"});
  scenario.cluster().remove({"", "v1", "ResourceQuota"}, scenario.space(), "none");
  require_recovery(scenario, {});
}

TEST_CASE("an object that an admission policy denies is named and the others go on",
          "[.integration][rejected]") {
  Scenario scenario("policy");
  start_with_old(scenario);
  const std::string name = scenario.space();
  const reconcile::model::Gvk policy_kind{"admissionregistration.k8s.io", "v1",
                                          "ValidatingAdmissionPolicy"};
  const reconcile::model::Gvk binding_kind{"admissionregistration.k8s.io", "v1",
                                           "ValidatingAdmissionPolicyBinding"};
  scenario.cluster().apply(
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n"
      "metadata: {name: " +
      name +
      "}\nspec:\n  matchConstraints:\n    resourceRules:\n"
      "    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], "
      "resources: [configmaps]}\n  validations:\n"
      "  - expression: \"!has(object.data.value) || object.data.value != 'forbidden'\"\n"
      "    message: this value is not allowed here\n---\n"
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n"
      "metadata: {name: " +
      name + "}\nspec:\n  policyName: " + name +
      "\n  validationActions: [Deny]\n  matchResources:\n    namespaceSelector:\n"
      "      matchLabels: {kubernetes.io/metadata.name: " +
      name + "}\n");
  // A policy takes effect a little after it is stored.
  const bool in_force = eventually([&] {
    try {
      scenario.cluster().apply(config_map_yaml("probe", "forbidden", name));
    } catch (const std::exception&) {
      return true;
    }
    return false;
  });
  if (in_force) {
    const std::string message =
        push_rejected(scenario, {{"app/bad.yaml", config_map_yaml("bad", "forbidden", name)}});
    check_words(message, {"ConfigMap/" + name + "/bad", "this value is not allowed here"});
    require_recovery(scenario, {{"app/bad.yaml", config_map_yaml("bad", "fine", name)}});
  }
  scenario.cluster().remove(binding_kind, "", name);
  scenario.cluster().remove(policy_kind, "", name);
  CHECK(in_force);
}

TEST_CASE("an object that the agent may not write is named and the others go on",
          "[.integration][rejected]") {
  Scenario scenario("rbac");
  const std::string name = scenario.space();
  // May do everything except writing Services.
  scenario.cluster().apply(
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name +
      "}\nrules:\n- {apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}\n"
      "- {apiGroups: [''], resources: [configmaps, secrets, events], verbs: ['*']}\n"
      "- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ['*']}\n"
      "- {apiGroups: [source.toolkit.fluxcd.io, kustomize.toolkit.fluxcd.io, "
      "helm.toolkit.fluxcd.io], resources: ['*'], verbs: ['*']}\n"
      "- {nonResourceURLs: ['*'], verbs: [get]}\n---\n"
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: " +
      name + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: " + name +
      "}\nsubjects:\n- {apiGroup: rbac.authorization.k8s.io, kind: User, name: " + name + "}\n");
  std::ifstream admin(scenario.cluster().directory() + "/kubeconfig");
  std::ostringstream text;
  text << admin.rdbuf();
  std::string kubeconfig = text.str();
  const std::string user = "  user:\n";
  REQUIRE(kubeconfig.find(user) != std::string::npos);
  kubeconfig.insert(kubeconfig.find(user) + user.size(), "    as: " + name + "\n");
  const TemporaryDirectory state;
  state.write("kubeconfig", kubeconfig);

  scenario.push({{"app/old.yaml", config_map_yaml("old", "1", name)},
                 {"app/good.yaml", config_map_yaml("good", "1", name)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent_with(state.path() + "/kubeconfig");
  scenario.require_ready(kustomization_kind, "app");
  const std::string service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: " + name +
      "}\nspec:\n  ports: [{port: 80}]\n";
  const std::string message = push_rejected(scenario, {{"app/web.yaml", service}});
  check_words(message, {"Service/" + name + "/web", "forbidden", "services"});
  scenario.cluster().remove({"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"}, "", name);
  scenario.cluster().remove({"rbac.authorization.k8s.io", "v1", "ClusterRole"}, "", name);
}
