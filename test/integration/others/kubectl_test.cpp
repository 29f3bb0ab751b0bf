// What people do with the real kubectl to objects of units, and what becomes of it.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <regex>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using model::Document;
using model::Value;

namespace {

constexpr const char* restarted_at = "kubectl.kubernetes.io/restartedAt";

std::string web_yaml(const std::string& space, const std::string& tag,
                     const std::string& more = "") {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: " + space +
         "\n  labels: {tier: front}\n  annotations: {team: shop}\nspec:\n  replicas: 1\n" + more +
         "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
         "    spec:\n      containers:\n      - {name: main, image: 'registry.example.com/web:" +
         tag + "'}\n      - {name: side, image: 'registry.example.com/side:1'}\n";
}

/// A unit with a Deployment and a ConfigMap, and a person who works on them.
struct Desk {
  explicit Desk(const std::string& name) : scenario(name), space(scenario.space()) {
    scenario.push({{"app/web.yaml", web_yaml(space, "1")},
                   {"app/settings.yaml", config_map_yaml("settings", "1", space)}});
    scenario.make_source();
    scenario.make_kustomization("app", "./app", in_quick_passes);
    scenario.start_agent();
    scenario.require_ready(kustomization_kind, "app");
  }

  void run(std::vector<std::string> arguments, const std::string& input = "") const {
    arguments.insert(arguments.end(), {"-n", space});
    kubectl(std::move(arguments), input);
  }
  Document web() { return scenario.cluster().get(deployment_kind, space, "web"); }
  std::string image() {
    return std::string(web()["spec"]["template"]["spec"]["containers"].at(0)["image"].text());
  }
  std::string setting() {
    return std::string(
        scenario.cluster().get(config_map_kind, space, "settings")["data"]["value"].text());
  }
  void push_web(const std::string& tag, const std::string& more = "") {
    const std::string commit = scenario.push({{"app/web.yaml", web_yaml(space, tag, more)}});
    scenario.require_ready(kustomization_kind, "app", commit);
  }

  Scenario scenario;
  std::string space;
};

/// What is theirs stays, what is Git's comes back.
void add_and_change(Desk& desk) {
  desk.run({"rollout", "restart", "deployment/web"});
  desk.run({"label", "deployment/web", "mine=yes"});
  desk.run({"annotate", "deployment/web", "note=kept"});
  desk.run({"scale", "deployment/web", "--replicas=3"});
  const auto additions_stay = [&] {
    const Document web = desk.web();
    const Value metadata = web["metadata"];
    return metadata["labels"]["mine"].text() == "yes" &&
           metadata["annotations"]["note"].text() == "kept" &&
           web["spec"]["replicas"].integer() == 3 &&
           !web["spec"]["template"]["metadata"]["annotations"][restarted_at].text().empty();
  };
  desk.scenario.request_and_wait(kustomization_kind, "app");
  CHECK(additions_stay());

  desk.run({"set", "image", "deployment/web", "main=registry.example.com/web:9"});
  CHECK(eventually([&] { return desk.image() == "registry.example.com/web:1"; }));
  desk.run({"label", "deployment/web", "tier=back", "--overwrite"});
  desk.run({"annotate", "deployment/web", "team-"});
  CHECK(eventually([&] {
    const Document web = desk.web();
    return web["metadata"]["labels"]["tier"].text() == "front" &&
           web["metadata"]["annotations"]["team"].text() == "shop";
  }));
  ::setenv("KUBE_EDITOR", "sed -i 's/value: .*/value: edited/'", 1);
  desk.run({"edit", "configmap/settings"});
  CHECK(eventually([&] { return desk.setting() == "1"; }));

  desk.push_web("2");
  CHECK(desk.image() == "registry.example.com/web:2");
  CHECK(additions_stay());
  require_quiet(desk.scenario);
  const Finished diff = diff_of(desk.scenario);
  INFO(diff.output);
  CHECK(diff.code == 0);
  CHECK(condition_of(desk.scenario, "Fighting").empty());
}

/// Ownership, order, and the object itself.
void take_away(Desk& desk) {
  const auto pods_as = [&] { return model::write_json(desk.web()["spec"]["template"]); };
  const std::string before = pods_as();
  desk.run({"patch", "deployment/web", "--type=json", "-p",
            R"([{"op":"replace","path":"/metadata/managedFields","value":[{}]}])"});
  CHECK(eventually([&] { return diff::find_apply_entry(desk.web().root()).has_value(); }));
  CHECK(pods_as() == before);
  // Nobody claims the replicas any more.
  CHECK(eventually([&] { return desk.web()["spec"]["replicas"].integer() == 1; }));

  const ForeignWriter person("kubectl-patch", deployment_kind, desk.space, "web");
  person.json_patch(R"([{"op":"move","from":"/spec/template/spec/containers/0",)"
                    R"("path":"/spec/template/spec/containers/1"}])");
  CHECK(eventually([&] { return desk.image() == "registry.example.com/web:2"; }));

  desk.run({"delete", "deployment/web"});
  CHECK(eventually([&] { return desk.web().present(); }));
  // Made anew while nobody looked.
  desk.scenario.agent().stop();
  desk.run({"delete", "deployment/web"});
  desk.run({"create", "-f", "-"}, web_yaml(desk.space, "8"));
  desk.scenario.start_agent();
  CHECK(eventually([&] {
    return desk.image() == "registry.example.com/web:2" &&
           desk.web()["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"].text() == "app";
  }));
  require_quiet(desk.scenario);
}

void apply_over(Desk& desk) {
  desk.run({"apply", "-f", "-"}, web_yaml(desk.space, "7", "  minReadySeconds: 3\n"));
  CHECK(eventually([&] { return desk.image() == "registry.example.com/web:2"; }));
  desk.run({"apply", "--server-side", "--force-conflicts", "-f", "-"},
           web_yaml(desk.space, "6", "  revisionHistoryLimit: 5\n  minReadySeconds: 3\n"));
  CHECK(eventually([&] { return desk.image() == "registry.example.com/web:2"; }));
  // What Git never set is theirs.
  const Document web = desk.web();
  CHECK(web["spec"]["minReadySeconds"].integer() == 3);
  CHECK(web["spec"]["revisionHistoryLimit"].integer() == 5);
  desk.push_web("3");
  CHECK(desk.image() == "registry.example.com/web:3");
  require_quiet(desk.scenario);
}

/// Manifests as kubectl prints them, with nulls and empty structures where it has nothing to say.
std::string printed_yaml(const std::string& space) {
  const std::vector<std::vector<std::string>> forms = {
      {"create", "deployment", "made", "--image=registry.example.com/web:1", "--port=80"},
      {"create", "job", "made", "--image=registry.example.com/web:1"},
      {"create", "cronjob", "made", "--image=registry.example.com/web:1", "--schedule=@daily"},
      {"create", "configmap", "made", "--from-literal=a=b"},
      {"create", "secret", "generic", "made", "--from-literal=a=b"},
      {"create", "service", "clusterip", "made", "--tcp=80:80"},
      {"create", "ingress", "made", "--rule=example.com/a=made:80"},
      {"create", "role", "made", "--verb=get", "--resource=pods"},
      {"create", "rolebinding", "made", "--role=made", "--user=somebody"},
      {"create", "serviceaccount", "made"},
      {"create", "poddisruptionbudget", "made", "--selector=a=b", "--min-available=1"},
      {"create", "quota", "made", "--hard=pods=30"},
      {"run", "made", "--image=registry.example.com/web:1"},
  };
  std::string all;
  for (std::vector<std::string> form : forms) {
    form.insert(form.end(), {"-n", space, "--dry-run=client", "-o", "yaml"});
    all += kubectl(form) + "---\n";
  }
  // kubectl 1.32 prints a null into all metadata, templates' too; 1.36 does not.
  return std::regex_replace(all, std::regex("( *)metadata:\n"), "$&$1  creationTimestamp: null\n");
}

}  // namespace

TEST_CASE("what kubectl prints is applied once, and a restart writes nothing",
          "[.integration][others][kubectl][restart]") {
  Scenario scenario("printed");
  scenario.push({{"app/all.yaml", printed_yaml(scenario.space())}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", in_quick_passes);
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  require_quiet(scenario);
  scenario.agent().stop();
  AuditCount audit;
  scenario.start_agent();
  require_quiet(scenario);
  for (const auto& [request, count] : audit.requests()) {
    INFO(request << " " << count << "\n" << audit.text());
    CHECK_FALSE(request.starts_with("patch"));
  }
}

TEST_CASE("people with kubectl add what they like and change nothing of Git's",
          "[.integration][others][kubectl]") {
  Desk desk("people");
  add_and_change(desk);
  take_away(desk);
  apply_over(desk);
  CHECK(condition_of(desk.scenario, "Fighting").empty());
}
