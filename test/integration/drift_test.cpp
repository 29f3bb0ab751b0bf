// What becomes of writes by others: drift modes, ignored fields, co-managers, pauses, fights. Each
// on a real server, where managed fields move as they do.

#include <catch2/catch.hpp>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;
using model::Document;
using model::Value;

namespace {

/// A merge patch by a field manager.
void write_as(const std::string& manager, const model::Gvk& gvk, const std::string& space,
              const std::string& name, const std::string& json) {
  const kube::Response response = Cluster::instance().client().send(
      kube::Request::patch(kube::Verb::merge_patch, gvk, space, name, json, manager));
  response.require_ok("patching " + name + " as " + manager);
}

std::string condition(Scenario& scenario, const std::string& name, const std::string& type) {
  const Document object = scenario.cluster().get(kustomization_kind, scenario.space(), name);
  const Value conditions = object["status"]["conditions"];
  for (std::size_t i = 0; i < conditions.size(); ++i)
    if (conditions.at(i)["type"].text() == type)
      return std::string(conditions.at(i)["message"].text());
  return "";
}

std::string value_of(Scenario& scenario, const std::string& name) {
  const Document map = scenario.cluster().get(config_map_kind, scenario.space(), name);
  return std::string(map["data"]["value"].text());
}

void annotate_unit(Scenario& scenario, const std::string& name, const std::string& members) {
  scenario.cluster().patch(kustomization_kind, scenario.space(), name,
                           R"({"metadata":{"annotations":{)" + members + "}}}");
}

std::string from_now(std::chrono::seconds after) {
  return model::format_rfc3339(model::system_clock().wall_now() + after);
}

/// A definition that keeps whatever it is given; its lists are atomic.
std::string definition(const std::string& group, const std::string& version,
                       const std::string& kind, const std::string& plural) {
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: " +
         plural + "." + group + "}\nspec:\n  group: " + group + "\n  scope: Namespaced\n" +
         "  names: {kind: " + kind + ", plural: " + plural +
         "}\n  versions:\n  - name: " + version +
         "\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema: "
         "{type: object, properties: {spec: {type: object, "
         "x-kubernetes-preserve-unknown-fields: true}}}\n";
}

/// One co-manager at work.
struct Played {
  std::string what;
  model::Gvk gvk;
  std::string spec;     ///< members of the object, as YAML on one line each
  std::string manager;  ///< who writes
  std::string patch;    ///< what it writes
  std::string proof;    ///< what has to be in the object's JSON afterwards
  bool namespaced = true;
};

const std::string web_pod =
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {containers: [{name: web, image: 'registry.example.com/web:1'}]}\n";

const std::vector<Played> played = {
    {"rollouts-service",
     {"", "v1", "Service"},
     "spec: {selector: {app: web}, ports: [{port: 80}]}\n",
     "rollouts-controller",
     R"({"spec":{"selector":{"rollouts-pod-template-hash":"9f"}}})",
     R"("rollouts-pod-template-hash":"9f")"},
    {"rollouts-weights",
     {"networking.istio.io", "v1", "VirtualService"},
     "spec: {hosts: [web], http: [{name: main, route: [{destination: {host: a}, weight: 100}, "
     "{destination: {host: b}, weight: 0}]}]}\n",
     "rollouts-controller",
     R"({"spec":{"http":[{"name":"main","route":[{"destination":{"host":"a"},"weight":80},)"
     R"({"destination":{"host":"b"},"weight":20}]}]}})",
     R"("weight":20)"},
    {"flagger-replicas",
     {"apps", "v1", "Deployment"},
     "spec:\n  replicas: 2\n" + web_pod,
     "flagger",
     R"({"spec":{"replicas":0}})",
     R"("replicas":0)"},
    {"flagger-routes",
     {"networking.istio.io", "v1", "VirtualService"},
     "spec: {hosts: [web], http: [{route: [{destination: {host: web}}]}]}\n",
     "flagger",
     R"({"spec":{"http":[{"route":[{"destination":{"host":"web-canary"}}]}]}})",
     "web-canary"},
    {"keda-replicas",
     {"apps", "v1", "Deployment"},
     "spec:\n  replicas: 2\n" + web_pod,
     "keda",
     R"({"spec":{"replicas":0}})",
     R"("replicas":0)"},
    {"cluster-api",
     {"cluster.x-k8s.io", "v1beta1", "Cluster"},
     "spec: {paused: false, controlPlaneEndpoint: {host: '', port: 0}}\n",
     "manager",
     R"({"spec":{"controlPlaneEndpoint":{"host":"10.0.0.1","port":6443}}})",
     "10.0.0.1"},
    {"machines",
     {"cluster.x-k8s.io", "v1beta1", "MachineDeployment"},
     "spec: {clusterName: a, replicas: 1}\n",
     "cluster-autoscaler",
     R"({"spec":{"replicas":4}})",
     R"("replicas":4)"},
};

std::string webhooks(const std::string& name) {
  return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
         "metadata: {name: " +
         name +
         "}\nwebhooks:\n- name: a.example.com\n  admissionReviewVersions: [v1]\n"
         "  sideEffects: None\n  failurePolicy: Ignore\n"
         "  clientConfig: {caBundle: Cg==, service: {name: none, namespace: none}}\n"
         "  rules: [{apiGroups: [none.example.com], apiVersions: [v1], operations: [CREATE], "
         "resources: [nones]}]\n";
}

std::string yaml_of(const Played& row, const std::string& space, const std::string& label) {
  return "apiVersion: " + row.gvk.api_version() + "\nkind: " + row.gvk.kind +
         "\nmetadata: {name: " + row.what + ", namespace: " + space + ", labels: {round: " + label +
         "}}\n" + row.spec;
}

}  // namespace

TEST_CASE("a unit that warns leaves drift and tells of it until it reverts again",
          "[.integration][drift]") {
  Scenario scenario("warn");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  annotate_unit(scenario, "app", R"("reconcile.dev/driftDetection":"warn")");
  scenario.request_and_wait(kustomization_kind, "app");
  write_as("kubectl-edit", config_map_kind, scenario.space(), "a", R"({"data":{"value":"9"}})");
  REQUIRE(eventually([&] {
    return condition(scenario, "app", "Drifted").find("data.value \"1\" -> \"9\" (kubectl-edit)") !=
           std::string::npos;
  }));
  scenario.request_and_wait(kustomization_kind, "app");
  CHECK(value_of(scenario, "a") == "9");

  // Another process knows nothing of what was applied; the status says that all of it was.
  scenario.start_agent();
  scenario.request_and_wait(kustomization_kind, "app");
  CHECK(value_of(scenario, "a") == "9");
  CHECK_FALSE(condition(scenario, "app", "Drifted").empty());

  annotate_unit(scenario, "app", R"("reconcile.dev/driftDetection":"revert")");
  CHECK(eventually([&] { return value_of(scenario, "a") == "1"; }));
  CHECK(eventually([&] { return condition(scenario, "app", "Drifted").empty(); }));
}

TEST_CASE("fields of spec.ignore are set once and left to others", "[.integration][drift]") {
  Scenario scenario("ignore");
  const std::string space = scenario.space();
  const auto map = [&](const std::string& managed, const std::string& ignored) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: " + space +
           "}\ndata: {value: '" + managed + "', ignored: '" + ignored + "'}\n";
  };
  scenario.push({{"app/a.yaml", map("1", "original")}});
  scenario.make_source();
  scenario.make_kustomization(
      "app", "./app", "  ignore:\n  - {paths: [/data/ignored], target: {kind: ConfigMap}}\n");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const auto data = [&](const char* key) {
    return std::string(scenario.cluster().get(config_map_kind, space, "a")["data"][key].text());
  };
  CHECK(data("ignored") == "original");
  write_as("kubectl-edit", config_map_kind, space, "a", R"({"data":{"ignored":"theirs"}})");
  const std::string second = scenario.push({{"app/a.yaml", map("2", "later")}});
  scenario.require_ready(kustomization_kind, "app", second);
  CHECK(data("value") == "2");
  CHECK(data("ignored") == "theirs");
  write_as("kubectl-edit", config_map_kind, space, "a", R"({"data":{"value":"9"}})");
  CHECK(eventually([&] { return data("value") == "2"; }));
  CHECK(data("ignored") == "theirs");
}

TEST_CASE("nothing that a co-manager sets is undone", "[.integration][drift]") {
  Scenario scenario("comanaged");
  Cluster& cluster = scenario.cluster();
  const std::string space = scenario.space();
  cluster.apply(
      definition("networking.istio.io", "v1", "VirtualService", "virtualservices") + "---\n" +
      definition("cluster.x-k8s.io", "v1beta1", "Cluster", "clusters") + "---\n" +
      definition("cluster.x-k8s.io", "v1beta1", "MachineDeployment", "machinedeployments"));
  const auto files = [&](const std::string& label) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Played& row : played)
      all.emplace_back("app/" + row.what + ".yaml", yaml_of(row, space, label));
    std::string hooks = webhooks(space);
    hooks.replace(hooks.find("metadata: {"), 11, "metadata: {labels: {round: " + label + "}, ");
    all.emplace_back("app/webhooks.yaml", hooks);
    return all;
  };
  scenario.push(files("one"));
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  AgentProcess& agent = scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");

  const model::Gvk hook_kind{"admissionregistration.k8s.io", "v1",
                             "ValidatingWebhookConfiguration"};
  const auto written = [&](const model::Gvk& gvk, const std::string& in, const std::string& name) {
    return model::write_json(cluster.get(gvk, in, name).root());
  };
  for (const Played& row : played) write_as(row.manager, row.gvk, space, row.what, row.patch);
  write_as("pilot-discovery", hook_kind, "", space,
           R"({"webhooks":[{"name":"a.example.com","admissionReviewVersions":["v1"],)"
           R"("sideEffects":"None","failurePolicy":"Fail","clientConfig":{"caBundle":"QQo=",)"
           R"("service":{"name":"none","namespace":"none"}},"rules":[{"apiGroups":)"
           R"(["none.example.com"],"apiVersions":["v1"],"operations":["CREATE"],)"
           R"("resources":["nones"]}]}]})");
  // A change of each object in Git would take back what is not left alone.
  const std::string second = scenario.push(files("two"));
  scenario.require_ready(kustomization_kind, "app", second);
  for (const Played& row : played) {
    INFO(row.what);
    const std::string json = written(row.gvk, space, row.what);
    INFO(json);
    CHECK(json.find(row.proof) != std::string::npos);
    CHECK(json.find(R"("round":"two")") != std::string::npos);
  }
  const std::string hooks = written(hook_kind, "", space);
  CHECK(hooks.find(R"("failurePolicy":"Fail")") != std::string::npos);
  CHECK(hooks.find(R"("caBundle":"QQo=")") != std::string::npos);
  for (const std::string& line : agent.log_with({"Drift reverted"})) UNSCOPED_INFO(line);
  CHECK(agent.log_with({"Drift reverted"}).empty());
  CHECK(condition(scenario, "app", "Fighting").empty());

  // What a person sets in the same fields is drift.
  write_as("kubectl-edit", deployment_kind, space, "keda-replicas", R"({"spec":{"replicas":7}})");
  CHECK(eventually([&] {
    return cluster.get(deployment_kind, space, "keda-replicas")["spec"]["replicas"].integer() == 2;
  }));
  cluster.remove(hook_kind, "", space);
}

TEST_CASE("a paused object keeps a person's write until the pause is over",
          "[.integration][drift]") {
  Scenario scenario("pause");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const auto pause = [&](const std::string& until) {
    write_as(
        "kubectl-annotate", config_map_kind, scenario.space(), "a",
        R"({"metadata":{"annotations":{"reconcile.dev/pausedUntil":")" + until +
            R"(","reconcile.dev/pauseReason":"incident","reconcile.dev/pauseAuthor":"jane"}}})");
  };
  pause(from_now(std::chrono::hours(1)));
  REQUIRE(eventually([&] {
    return condition(scenario, "app", "Paused").find("incident (jane)") != std::string::npos;
  }));
  write_as("kubectl-edit", config_map_kind, scenario.space(), "a", R"({"data":{"value":"9"}})");
  scenario.request_and_wait(kustomization_kind, "app");
  CHECK(value_of(scenario, "a") == "9");
  pause(from_now(std::chrono::seconds(2)));
  CHECK(eventually([&] { return value_of(scenario, "a") == "1"; }));
  CHECK(eventually([&] { return condition(scenario, "app", "Paused").empty(); }));
}

TEST_CASE("a fight is named with the field, both values and the manager", "[.integration][drift]") {
  Scenario scenario("fight");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  for (int i = 0; i < 5; ++i) {
    write_as("other-controller", config_map_kind, scenario.space(), "a",
             R"({"data":{"value":"9"}})");
    REQUIRE(eventually([&] { return value_of(scenario, "a") == "1"; }));
  }
  CHECK(eventually([&] {
    return condition(scenario, "app", "Fighting")
               .find("other-controller sets \"9\", Git has \"1\"") != std::string::npos;
  }));
}

TEST_CASE("the pause command holds units and objects, and resume lets them go",
          "[.integration][drift][cli]") {
  Scenario scenario("pausecli");
  const std::string space = scenario.space();
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", space)}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  const auto command = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program_path());
    words.insert(words.end(), {"--kubeconfig", scenario.cluster().directory() + "/kubeconfig"});
    return run_program(words);
  };
  const auto edit = [&] {
    write_as("kubectl-edit", config_map_kind, space, "a", R"({"data":{"value":"9"}})");
  };
  for (const std::string& target : {"cm/" + space + "/a", "ks/" + space + "/app"}) {
    const Finished paused =
        command({"pause", target, "--for", "2h", "--reason", "drain \"x\"", "--author", "jane"});
    INFO(paused.output);
    REQUIRE(paused.code == 0);
    CHECK_THAT(paused.output,
               Catch::Contains(" paused until 2") && Catch::Contains("drain \"x\" (jane)"));
    REQUIRE(eventually([&] {
      return condition(scenario, "app", "Paused").find("drain \"x\" (jane)") != std::string::npos;
    }));
    edit();
    scenario.request_and_wait(kustomization_kind, "app");
    CHECK(value_of(scenario, "a") == "9");
    CHECK_THAT(command({"resume", target}).output, Catch::Contains(" resumed\n"));
    CHECK(eventually([&] { return value_of(scenario, "a") == "1"; }));
    CHECK_THAT(command({"resume", target}).output, Catch::Contains(" was not paused\n"));
  }
  const Finished foreign = command({"pause", "cm/" + space + "/kube-root-ca.crt"});
  CHECK(foreign.code == 1);
  CHECK_THAT(foreign.output, Catch::Contains("expected a unit or an object that a unit owns"));
  CHECK_THAT(command({"pause", "cm/" + space + "/a", "--for", "0s"}).output,
             Catch::Contains("expected at least a second in --for"));
}
