// Admission webhooks of others, really called by the API server: what they make of our objects is
// no difference, what they refuse is told.

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/integration/others/admission_server.hpp"
#include "test/integration/others/foreign_writer.hpp"
#include "test/integration/others/quiet_unit.hpp"

using namespace reconcile;
using namespace reconcile::test;
using model::Document;
using model::Value;

namespace {

constexpr const char* registry = "registry.example.com/";
constexpr const char* pod_kinds = "deployments, pods";

std::string web_yaml(const std::string& space, const std::string& image) {
  std::string yaml = deployment_yaml("web", registry + image);
  yaml.insert(yaml.find("name: web") + 9, "\n  namespace: " + space);
  return yaml;
}

void add(std::string& operations, const std::string& path, const std::string& value) {
  operations += (operations.empty() ? "" : ",");
  operations += R"({"op":"add","path":")" + path + R"(","value":)" + value + "}";
}

/// What a platform's webhook does to pods and their templates: images come from `mirror`, a proxy
/// stands beside each, and what is not said is said.
AdmissionServer::Judge inject(const std::string& mirror) {
  return [mirror](Value object) {
    Verdict verdict;
    const bool is_pod = object["kind"].text() == "Pod";
    const std::string at = is_pod ? "" : "/spec/template";
    const Value pod = is_pod ? object : object["spec"]["template"];
    const Value containers = pod["spec"]["containers"];
    bool has_proxy = false;
    for (std::size_t i = 0; i < containers.size(); ++i) {
      const std::string path = at + "/spec/containers/" + std::to_string(i);
      const std::string image(containers.at(i)["image"].text());
      has_proxy = has_proxy || containers.at(i)["name"].text() == "proxy";
      if (image.starts_with(registry))
        add(verdict.operations, path + "/image",
            "\"" + mirror + image.substr(std::string(registry).size()) + "\"");
      if (containers.at(i)["resources"].empty())
        add(verdict.operations, path + "/resources", R"({"requests":{"cpu":"10m"}})");
    }
    if (!has_proxy)
      add(verdict.operations, at + "/spec/containers/-",
          R"({"name":"proxy","image":"proxy:1","resources":{"requests":{"cpu":"1m"}}})");
    if (!pod["spec"]["tolerations"].present())
      add(verdict.operations, at + "/spec/tolerations", R"([{"key":"spot","operator":"Exists"}])");
    if (!is_pod) {
      add(verdict.operations, "/metadata/labels/injected", R"("yes")");
      if (!object["metadata"]["annotations"].present())
        add(verdict.operations, "/metadata/annotations", "{}");
      add(verdict.operations, "/metadata/annotations/injected-by", "\"" + mirror + "\"");
    }
    return verdict;
  };
}

struct Web {
  explicit Web(const std::string& name) : scenario(name) {
    scenario.push({{"app/web.yaml", web_yaml(scenario.space(), "web:1")}});
    scenario.make_source();
    scenario.make_kustomization("app", "./app", in_quick_passes);
  }

  std::string push_image(const std::string& image) {
    return scenario.push({{"app/web.yaml", web_yaml(scenario.space(), image)}});
  }
  Document live() { return scenario.cluster().get(deployment_kind, scenario.space(), "web"); }
  std::string image() {
    const Document object = live();
    const Value containers = object["spec"]["template"]["spec"]["containers"];
    return std::string(containers.at(0)["image"].text());
  }
  ForeignWriter person() { return {"kubectl-edit", deployment_kind, scenario.space(), "web"}; }

  Scenario scenario;
};

/// What the webhook makes of the object is no difference.
void live_with_webhook(Web& web) {
  Scenario& scenario = web.scenario;
  CHECK(web.image() == "mirror.example.com/web:1");
  CHECK(web.live()["spec"]["template"]["spec"]["containers"].size() == 2);
  require_quiet(scenario);
  const Finished diff = diff_of(scenario);
  INFO(diff.output);
  CHECK(diff.code == 0);

  // What it does not touch is kept as Git says, and so is what it does touch.
  web.person().merge(R"({"spec":{"progressDeadlineSeconds":99}})");
  CHECK(eventually([&] { return web.live()["spec"]["progressDeadlineSeconds"].integer() == 30; }));
  web.person().json_patch(R"([{"op":"replace","path":"/spec/template/spec/containers/0/image",)"
                          R"("value":"registry.example.com/other:1"}])");
  CHECK(eventually([&] { return web.image() == "mirror.example.com/web:1"; }));
  scenario.require_ready(kustomization_kind, "app", web.push_image("web:2"));
  CHECK(web.image() == "mirror.example.com/web:2");

  // Another process finds an object that is not as Git says, and writes nothing all the same.
  const auto generation = web.live()["metadata"]["generation"].integer();
  scenario.start_agent();
  require_quiet(scenario);
  CHECK(web.live()["metadata"]["generation"].integer() == generation);
  CHECK(web.image() == "mirror.example.com/web:2");
  CHECK(condition_of(scenario, "Fighting").empty());
}

/// The webhook may change, fail, and go.
void lose_webhook(Web& web, AdmissionServer& webhook) {
  Scenario& scenario = web.scenario;
  webhook.set_judge(inject("cache.example.com/"));
  const Finished changed = diff_of(scenario);
  INFO(changed.output);
  CHECK(changed.code == 0);
  CHECK_THAT(changed.output, Catch::Contains("unchanged Deployment") &&
                                 Catch::Contains("\"cache.example.com/web:2\" (admission"));
  scenario.require_ready(kustomization_kind, "app", web.push_image("web:3"));
  CHECK(web.image() == "cache.example.com/web:3");

  webhook.set_away(true);
  web.push_image("web:4");
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  CHECK(message.find("test.example.com") != std::string::npos);
  CHECK(message.find("Deployment/" + scenario.space() + "/web") != std::string::npos);
  webhook.set_away(false);
  CHECK(eventually([&] { return web.image() == "cache.example.com/web:4"; }));
  scenario.require_ready(kustomization_kind, "app");

  webhook.unregister();
  const Finished gone = diff_of(scenario);
  INFO(gone.output);
  CHECK(gone.code == 0);
  CHECK_THAT(gone.output, Catch::Contains("(admission"));
  scenario.require_ready(kustomization_kind, "app", web.push_image("web:5"));
  CHECK(web.image() == "registry.example.com/web:5");
  require_quiet(scenario);
}

}  // namespace

TEST_CASE("what a mutating webhook makes of an object is no difference, and it may change or go",
          "[.integration][others][admission]") {
  Web web("mutate");
  AdmissionServer webhook(web.scenario.space(), inject("mirror.example.com/"));
  webhook.mutate(pod_kinds);
  web.scenario.start_agent();
  web.scenario.require_ready(kustomization_kind, "app");
  live_with_webhook(web);
  lose_webhook(web, webhook);
}

TEST_CASE("a webhook that writes another value each time starts no endless writing",
          "[.integration][others][admission]") {
  Scenario scenario("nonce");
  const std::string space = scenario.space();
  std::string annotated = config_map_yaml("annotated", "1", space);
  annotated.insert(annotated.find("\ndata"), "\n  annotations: {nonce: from-git}");
  scenario.push({{"app/a.yaml", config_map_yaml("plain", "1", space)}, {"app/b.yaml", annotated}});
  scenario.make_source();
  scenario.make_kustomization("app", "./app", in_quick_passes);
  std::atomic<int> count{0};
  AdmissionServer webhook(space, [&](Value object) {
    Verdict verdict;
    if (!object["metadata"]["annotations"].present())
      add(verdict.operations, "/metadata/annotations", "{}");
    add(verdict.operations, "/metadata/annotations/nonce", "\"" + std::to_string(++count) + "\"");
    return verdict;
  });
  webhook.mutate("configmaps");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  require_quiet(scenario);
  const Finished diff = diff_of(scenario);
  INFO(diff.output);
  CHECK(diff.code == 0);
  CHECK_THAT(diff.output,
             Catch::Contains("metadata.annotations.nonce") && Catch::Contains("(admission"));
  for (const char* name : {"plain", "annotated"}) {
    const ForeignWriter person("kubectl-edit", config_map_kind, space, name);
    person.merge(R"({"data":{"value":"9"}})");
    CHECK(eventually([&] {
      return scenario.cluster().get(config_map_kind, space, name)["data"]["value"].text() == "1";
    }));
  }
  CHECK(condition_of(scenario, "Fighting").empty());
  const int before = count;
  scenario.start_agent();
  require_quiet(scenario);
  CHECK(count <= before + 4);
}

TEST_CASE("what a validating webhook refuses is told in its words",
          "[.integration][others][admission]") {
  Scenario scenario("refuse");
  const std::string space = scenario.space();
  const auto files = [&](const std::string& value) {
    return std::vector<std::pair<std::string, std::string>>{
        {"app/a.yaml", config_map_yaml("a", value, space)},
        {"app/b.yaml", config_map_yaml("b", value, space)}};
  };
  scenario.push(files("1"));
  scenario.make_source();
  scenario.make_kustomization("app", "./app", in_quick_passes);
  AdmissionServer webhook(space, [](Value object) {
    const bool refuses =
        object["metadata"]["name"].text() == "a" && object["data"]["value"].text() == "2";
    return Verdict{refuses ? "the value 2 needs the consent of team \"core\"" : "", ""};
  });
  webhook.validate("configmaps");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
  scenario.push(files("2"));
  const std::string message =
      scenario.require_problem(kustomization_kind, "app", "ReconciliationFailed");
  CHECK(message.find("ConfigMap/" + space + "/a") != std::string::npos);
  CHECK(message.find("the value 2 needs the consent of team \"core\"") != std::string::npos);
  const auto value = [&](const char* name) {
    return std::string(
        scenario.cluster().get(config_map_kind, space, name)["data"]["value"].text());
  };
  CHECK(value("a") == "1");
  CHECK(value("b") == "2");
  const Finished diff = diff_of(scenario);
  INFO(diff.output);
  CHECK(diff.code == 2);
  CHECK(diff.output.find("needs the consent") != std::string::npos);
  webhook.set_judge([](Value) { return Verdict{}; });
  CHECK(eventually([&] { return value("a") == "2"; }));
  scenario.require_ready(kustomization_kind, "app");
}
