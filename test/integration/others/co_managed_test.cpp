// Controllers that set fields which Git sets too, each played with its own field manager and its
// own way of writing: nothing of theirs is undone, and nobody fights.

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using Files = std::vector<std::pair<std::string, std::string>>;

namespace {

/// A definition that keeps whatever it is given; its lists are atomic, as those of the routes.
std::string definition(const std::string& group, const std::string& version,
                       const std::string& kind, const std::string& plural) {
  return "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
         "metadata: {annotations: {api-approved.kubernetes.io: 'unapproved, of a test'}, name: " +
         plural + "." + group + "}\nspec:\n  group: " + group + "\n  scope: Namespaced\n" +
         "  names: {kind: " + kind + ", plural: " + plural +
         "}\n  versions:\n  - name: " + version +
         "\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema: "
         "{type: object, properties: {spec: {type: object, "
         "x-kubernetes-preserve-unknown-fields: true}}}\n";
}

enum class Way { update, apply, resize };

/// One controller at work. "@" in texts stands for the value that it sets.
struct Played {
  std::string what;
  model::Gvk gvk;
  std::string spec;  ///< members of the object beside metadata, as YAML
  std::string manager;
  Way way = Way::update;
  std::string write;  ///< a merge patch, or the members that are applied, as JSON
  std::vector<std::string> values;
  bool is_namespaced = true;
};

const std::string pod_template =
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {nodeSelector: {disk: ssd}, containers: [{name: web, image: "
    "'example.com/web:1'}]}\n";
const std::string hook =
    "webhooks:\n- name: a.example.com\n  admissionReviewVersions: [v1]\n  sideEffects: None\n"
    "  failurePolicy: Ignore\n  clientConfig: {caBundle: Cg==, service: {name: none, namespace: "
    "none}}\n  rules: [{apiGroups: [none.example.com], apiVersions: [v1], operations: [CREATE], "
    "resources: [nones]}]\n";
const std::string hook_json =
    R"({"webhooks":[{"name":"a.example.com","admissionReviewVersions":["v1"],"sideEffects":"None",)"
    R"("failurePolicy":"Ignore","clientConfig":{"caBundle":"@","service":{"name":"none",)"
    R"("namespace":"none"}},"rules":[{"apiGroups":["none.example.com"],"apiVersions":["v1"],)"
    R"("operations":["CREATE"],"resources":["nones"]}]}]})";
const std::string applied_hook_json =
    R"({"webhooks":[{"name":"a.example.com","clientConfig":{"caBundle":"@"}}]})";
const std::string route =
    "spec: {rules: [{backendRefs: [{name: stable, port: 80, weight: 100}, "
    "{name: canary, port: 80, weight: 0}]}]}\n";
const std::string route_json = R"({"spec":{"rules":[{"backendRefs":[{"name":"stable","port":80,)"
                               R"("weight":1},{"name":"canary","port":80,"weight":@}]}]}})";

std::vector<Played> webhook_rows() {
  const std::string group = "admissionregistration.k8s.io";
  const model::Gvk mutating{group, "v1", "MutatingWebhookConfiguration"};
  const model::Gvk validating{group, "v1", "ValidatingWebhookConfiguration"};
  const std::vector<std::string> bundles = {"QQo=", "Qgo="};
  std::vector<Played> rows;
  for (const model::Gvk& gvk : {mutating, validating}) {
    const std::string name = gvk == mutating ? "mutating-" : "validating-";
    rows.push_back(
        {name + "updated", gvk, hook, "cainjector", Way::update, hook_json, bundles, false});
    rows.push_back({name + "applied", gvk, hook, "cert-manager-cainjector", Way::apply,
                    applied_hook_json, bundles, false});
  }
  return rows;
}

std::vector<Played> injector_rows() {
  const model::Gvk crd{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
  const model::Gvk api{"apiregistration.k8s.io", "v1", "APIService"};
  const std::vector<std::string> bundles = {"LS0tLS1CRUdJTg==", "LS0tLS1CRUdJTiA="};
  const auto converted = [](const std::string& plural) {
    return "spec:\n  group: others.example.com\n  scope: Namespaced\n  names: {kind: " + plural +
           ", plural: " + plural +
           "}\n  versions:\n  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: "
           "{type: object}}}\n  conversion: {strategy: Webhook, webhook: "
           "{conversionReviewVersions: [v1], clientConfig: {caBundle: Cg==, service: {name: none, "
           "namespace: none}}}}\n";
  };
  const std::string conversion =
      R"({"spec":{"conversion":{"strategy":"Webhook","webhook":{"clientConfig":)"
      R"({"caBundle":"@"}}}}})";
  const auto served = [](const std::string& group) {
    return "spec: {group: " + group +
           ".example.com, version: v1, groupPriorityMinimum: 10, versionPriority: 10, caBundle: "
           "Cg==, service: {name: none, namespace: none}}\n";
  };
  return {{"updateds.others.example.com", crd, converted("updateds"), "cainjector", Way::update,
           conversion, bundles, false},
          {"applieds.others.example.com", crd, converted("applieds"), "cert-manager-cainjector",
           Way::apply, conversion, bundles, false},
          {"v1.updated.example.com", api, served("updated"), "cainjector", Way::update,
           R"({"spec":{"caBundle":"@"}})", bundles, false},
          {"v1.applied.example.com", api, served("applied"), "cert-manager-cainjector", Way::apply,
           R"({"spec":{"caBundle":"@"}})", bundles, false}};
}

std::vector<Played> mesh_rows() {
  const std::string gateway = "gateway.networking.k8s.io";
  const std::vector<std::string> weights = {"20", "50"};
  const std::vector<std::string> hashes = {"9f", "7c"};
  return {{"rollouts-subsets",
           {"networking.istio.io", "v1", "DestinationRule"},
           "spec: {host: web, subsets: [{name: stable, labels: {app: web}}, {name: canary, labels: "
           "{app: web}}]}\n",
           "rollouts-controller",
           Way::update,
           R"({"spec":{"subsets":[{"name":"stable","labels":{"app":"web",)"
           R"("rollouts-pod-template-hash":"@"}},{"name":"canary","labels":{"app":"web",)"
           R"("rollouts-pod-template-hash":"0"}}]}})",
           hashes},
          {"rollouts-weights",
           {gateway, "v1", "HTTPRoute"},
           route,
           "rollouts-controller",
           Way::update,
           route_json,
           weights},
          {"plugin-weights",
           {gateway, "v1", "HTTPRoute"},
           route,
           "gatewayapi",
           Way::update,
           route_json,
           weights},
          {"rollouts-grpc",
           {gateway, "v1", "GRPCRoute"},
           route,
           "argo-rollouts",
           Way::update,
           route_json,
           weights},
          {"flagger-route",
           {gateway, "v1", "HTTPRoute"},
           route,
           "flagger",
           Way::update,
           route_json,
           weights}};
}

std::vector<Played> workload_rows() {
  return {{"rollouts-scale-down",
           deployment_kind,
           "spec:\n  replicas: 2\n" + pod_template,
           "rollouts-controller",
           Way::update,
           R"({"spec":{"replicas":@}})",
           {"0", "1"}},
          {"flagger-daemons",
           {"apps", "v1", "DaemonSet"},
           "spec:\n" + pod_template,
           "flagger",
           Way::update,
           R"({"spec":{"template":{"spec":{"nodeSelector":{"flagger.app/scale-to-zero":"@"}}}}})",
           {"true", "also"}},
          {"flagger-service",
           {"", "v1", "Service"},
           "spec: {selector: {app: web}, ports: [{port: 80}]}\n",
           "flagger",
           Way::update,
           R"({"spec":{"selector":{"app":"@"}}})",
           {"web-primary", "web-canary"}},
          {"resized",
           {"", "v1", "Pod"},
           "spec: {schedulerName: nobody, containers: [{name: web, image: 'example.com/web:1', "
           "resources: {requests: "
           "{cpu: 10m}}}]}\n",
           "updater",
           Way::resize,
           R"({"spec":{"containers":[{"name":"web","image":"example.com/web:1",)"
           R"("resources":{"requests":{"cpu":"@"}}}]}})",
           {"25m", "35m"}}};
}

/// The one member of a JSON object as a member of a YAML document.
std::string block(const std::string& json) {
  const std::size_t colon = json.find(':');
  return json.substr(2, colon - 3) + ": " + json.substr(colon + 1, json.size() - colon - 2) + "\n";
}

struct Stage {
  Stage() {
    for (const auto& part : {webhook_rows(), injector_rows(), mesh_rows(), workload_rows()})
      rows.insert(rows.end(), part.begin(), part.end());
    Cluster::instance().apply(
        definition("networking.istio.io", "v1", "DestinationRule", "destinationrules") +
        definition("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes") +
        definition("gateway.networking.k8s.io", "v1", "GRPCRoute", "grpcroutes"));
  }
  ~Stage() {
    Cluster& cluster = Cluster::instance();
    scenario.agent().stop();
    for (const Played& row : rows)
      if (!row.is_namespaced) cluster.remove(row.gvk, "", name_of(row));
    for (const char* name :
         {"destinationrules.networking.istio.io", "httproutes.gateway.networking.k8s.io",
          "grpcroutes.gateway.networking.k8s.io"})
      cluster.remove({"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}, "", name);
  }

  /// Objects without a namespace are known by the scenario's, but where the server wants a name.
  [[nodiscard]] std::string name_of(const Played& row) const {
    const bool is_free = !row.is_namespaced && row.what.find('.') == std::string::npos;
    return is_free ? row.what + "-" + scenario.space() : row.what;
  }
  [[nodiscard]] std::string space_of(const Played& row) const {
    return row.is_namespaced ? scenario.space() : "";
  }

  [[nodiscard]] Files files(const std::string& round) const {
    Files all;
    for (const Played& row : rows)
      all.emplace_back("app/" + row.what + ".yaml",
                       head(row) + "  labels: {round: " + round + "}\n" + row.spec);
    return all;
  }

  /// Every controller sets its value number `round`.
  void play(std::size_t round) const {
    for (const Played& row : rows) {
      std::string write = row.write;
      write.replace(write.find('@'), 1, row.values[round]);
      const ForeignWriter writer(row.manager, row.gvk, space_of(row), name_of(row));
      if (row.way == Way::apply)
        writer.apply(head(row) + block(write));
      else if (row.way == Way::resize)
        writer.merge_into("resize", write);
      else
        writer.merge(write);
    }
  }

  void check(std::size_t round, const std::string& label) {
    for (const Played& row : rows) {
      INFO(row.what);
      const model::Document live = scenario.cluster().get(row.gvk, space_of(row), name_of(row));
      const std::string json = model::write_json(live["metadata"]["labels"]) +
                               model::write_json(live["spec"]) +
                               model::write_json(live["webhooks"]);
      INFO(json);
      const std::string& value = row.values[round];
      const bool is_set = json.find("\"" + value + "\"") != std::string::npos ||
                          json.find(":" + value + ",") != std::string::npos ||
                          json.find(":" + value + "}") != std::string::npos;
      CHECK(is_set);
      CHECK(json.find(R"("round":")" + label + "\"") != std::string::npos);
    }
    for (const std::string& line : scenario.agent().log_with({"Drift reverted"}))
      UNSCOPED_INFO(line);
    CHECK(scenario.agent().log_with({"Drift reverted"}).empty());
    CHECK(condition_of(scenario, "Fighting").empty());
  }

  Scenario scenario{"played"};
  std::vector<Played> rows;

 private:
  [[nodiscard]] std::string head(const Played& row) const {
    const std::string space = space_of(row);
    return "apiVersion: " + row.gvk.api_version() + "\nkind: " + row.gvk.kind +
           "\nmetadata:\n  name: " + name_of(row) + "\n" +
           (space.empty() ? "" : "  namespace: " + space + "\n");
  }
};

}  // namespace

TEST_CASE("injectors, routers and resizers keep what they set", "[.integration][others]") {
  Stage stage;
  Scenario& scenario = stage.scenario;
  scenario.push(stage.files("one"));
  scenario.make_source();
  scenario.make_kustomization("app", "./app", in_quick_passes);
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  stage.play(0);
  // A change of each object in Git would take back what is not left alone.
  scenario.require_ready(kustomization_kind, "app", scenario.push(stage.files("two")));
  stage.check(0, "two");
  stage.play(1);
  require_quiet(scenario);
  stage.check(1, "two");

  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app", scenario.push(stage.files("three")));
  require_quiet(scenario);
  stage.check(1, "three");
}
