// Other people's content: overlays and charts of the corpus ($RECONCILE_CORPUS), copied into a
// repository of the test.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/integration/drift_clock.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using reconcile::model::Document;
using reconcile::model::Gvk;

namespace {

const Gvk definition_kind{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};

std::string corpus_root() {
  const char* root = std::getenv("RECONCILE_CORPUS");
  return root != nullptr ? root : RECONCILE_SOURCE_DIR "/../shared/corpus";
}

/// Says that the case is skipped where the corpus is not there.
bool has_corpus() {
  const bool found = std::filesystem::exists(corpus_root() + "/helm.tar.zst") &&
                     std::filesystem::exists(corpus_root() + "/kustomize.tar.zst");
  if (!found) WARN("skipped: expected helm.tar.zst and kustomize.tar.zst in " << corpus_root());
  return found;
}

void unpack(const std::string& archive, const std::vector<std::string>& members,
            const std::string& into) {
  std::vector<std::string> command{"tar", "-C",
                                   into,  "--use-compress-program=zstd -d --long=27",
                                   "-xf", corpus_root() + "/" + archive};
  command.insert(command.end(), members.begin(), members.end());
  const Finished finished = run_program(command);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
}

/// Custom resource definitions that the test installed; they go with it.
class Definitions {
 public:
  ~Definitions() {
    for (const std::string& name : names_) Cluster::instance().remove(definition_kind, "", name);
  }
  /// Installs those that a render writes.
  void install(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{program_path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished = run_program(command);
    REQUIRE(finished.code == 0);
    for (const Document& document : reconcile::model::parse_yaml_stream(finished.output)) {
      if (document["kind"].text() != "CustomResourceDefinition") continue;
      Cluster::instance().apply(reconcile::model::write_yaml(document.root()));
      names_.emplace_back(document["metadata"]["name"].text());
    }
  }
  void wait_established() {
    CHECK(names_.size() > 10);
    for (const std::string& name : names_) {
      REQUIRE(eventually([&] {
        const Document found = Cluster::instance().get(definition_kind, "", name);
        const auto conditions = found["status"]["conditions"];
        for (std::size_t i = 0; i < conditions.size(); ++i) {
          const auto item = conditions.at(i);
          if (item["type"].text() == "Established") return item["status"].text() == "True";
        }
        return false;
      }));
    }
  }

 private:
  std::vector<std::string> names_;
};

std::vector<Document> applied_objects(Scenario& scenario) {
  return scenario.cluster().labelled("it.example.com/corpus=" + scenario.space());
}

/// Takes away what a case that failed left outside of its namespaces.
struct LeftoverSweep {
  Scenario& scenario;
  ~LeftoverSweep() {
    for (const Document& object : applied_objects(scenario)) {
      scenario.cluster().remove(
          Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text()),
          std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text()));
    }
  }
};

std::string shown(const Document& object) {
  return std::string(object["kind"].text()) + "/" +
         std::string(object["metadata"]["namespace"].text()) + "/" +
         std::string(object["metadata"]["name"].text());
}

/// One label that Git sets is changed on one object of each kind; all are put back.
void check_drift_of_each_kind(Scenario& scenario) {
  std::set<std::string> kinds;
  for (const Document& object : applied_objects(scenario)) {
    const Gvk gvk = Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text());
    const std::string_view manager = object["metadata"]["managedFields"].at(0)["manager"].text();
    if (manager != "reconcile" || !kinds.insert(gvk.kind).second) continue;
    INFO(shown(object));
    DriftClock clock(gvk, std::string(object["metadata"]["namespace"].text()),
                     std::string(object["metadata"]["name"].text()));
    const auto taken = clock.measure(
        R"({"metadata":{"labels":{"it.example.com/corpus":"drift"}}})",
        [&](reconcile::model::Value live) {
          return live["metadata"]["labels"]["it.example.com/corpus"].text() == scenario.space();
        });
    CHECK(taken.has_value());
  }
  std::cout << "one drift reverted in each of " << kinds.size() << " kinds\n";
  CHECK(kinds.size() >= 3);
}

/// Waits until every unit had two more passes and counts what they asked for: nothing.
void check_quiet(Scenario& scenario, const std::vector<std::string>& units) {
  const auto all_passed = [&](std::size_t more) {
    std::map<std::string, std::size_t> before;
    const auto passes = [&](const std::string& unit) {
      return scenario.agent().log_with({"Pass finished", unit + "\""}).size();
    };
    for (const std::string& unit : units) before[unit] = passes(unit);
    return eventually([&] {
      for (const std::string& unit : units) {
        if (passes(unit) < before[unit] + more) return false;
      }
      return true;
    });
  };
  REQUIRE(all_passed(1));
  AuditCount audit;
  REQUIRE(all_passed(2));
  const std::size_t requests = audit.total();
  INFO(audit.text());
  CHECK(requests == 0);
}

/// Short intervals, and a label on every object.
std::string driven(Scenario& scenario) {
  return "  interval: 2s\n  commonMetadata: {labels: {it.example.com/corpus: " + scenario.space() +
         "}}\n";
}

/// `more` are further lines of the spec.
void make_release(Scenario& scenario, const std::string& chart, const std::string& target,
                  const std::string& more = "") {
  scenario.cluster().apply(
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " + chart +
      ", namespace: " + scenario.space() + "}\nspec:\n" + driven(scenario) + "  targetNamespace: " +
      target + "\n  timeout: 1m\n" + more + "  chart:\n    spec:\n      chart: charts/" + chart +
      "\n      sourceRef: {kind: GitRepository, name: repository}\n");
}

void require_not_supported(Scenario& scenario, const std::string& name) {
  Cluster& cluster = scenario.cluster();
  const std::string space = name == "envoy-gateway" ? "envoy-gateway-system" : name;
  const bool told = eventually([&] {
    const Document release = cluster.get(helm_release_kind, space, name);
    const auto conditions = release["status"]["conditions"];
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions.at(i)["type"].text() == "Ready")
        return conditions.at(i)["reason"].text() == "SourceNotSupported";
    }
    return false;
  });
  INFO("HelmRelease " << name);
  CHECK(told);
}

void remove_all(Scenario& scenario, const std::vector<std::pair<Gvk, std::string>>& units) {
  for (const auto& [gvk, name] : units) scenario.cluster().remove(gvk, scenario.space(), name);
  std::vector<Document> left;
  const bool gone = scenario.approve_until([&] {
    left = applied_objects(scenario);
    // What other controllers copied the label to goes with its owner.
    return left.empty();
  });
  std::string names;
  for (const Document& object : left) names += shown(object) + "\n";
  INFO(names << scenario.agent().log_tail());
  CHECK(gone);
}

}  // namespace

TEST_CASE("the overlays of a public example are applied, kept, quiet and pruned",
          "[.integration][corpus]") {
  if (!has_corpus()) return;
  const TemporaryDirectory state;
  unpack("kustomize.tar.zst",
         {"kustomize/trees/flux2-kustomize-helm-example", "kustomize/trees/gateway-api"},
         state.path());
  unpack("helm.tar.zst", {"helm/charts/cert-manager"}, state.path());
  Definitions definitions;
  definitions.install({"build", state.path() + "/kustomize/trees/gateway-api/config/crd"});
  definitions.install({"template", "cert-manager",
                       state.path() + "/helm/charts/cert-manager/cert-manager", "--set",
                       "crds.enabled=true"});
  definitions.wait_established();

  Scenario scenario("overlays");
  for (const char* name : {"podinfo", "cert-manager", "envoy-gateway-system"}) {
    scenario.cluster().remove_and_wait(namespace_kind, "", name);
    scenario.adopt_namespace(name);
  }
  std::filesystem::copy(state.path() + "/kustomize/trees/flux2-kustomize-helm-example",
                        scenario.repository().work().path(),
                        std::filesystem::copy_options::recursive);
  const std::string commit = scenario.push({});
  scenario.make_source();
  scenario.make_kustomization("controllers", "./infrastructure/controllers", driven(scenario));
  scenario.make_kustomization("configs", "./infrastructure/configs",
                              driven(scenario) + "  dependsOn: [{name: controllers}]\n");
  scenario.make_kustomization("apps", "./apps/staging",
                              driven(scenario) + "  dependsOn: [{name: configs}]\n");
  const LeftoverSweep sweep{scenario};
  scenario.start_agent();
  for (const char* name : {"controllers", "configs", "apps"}) {
    scenario.require_ready(kustomization_kind, name, commit);
  }
  for (const char* name : {"podinfo", "cert-manager", "envoy-gateway"}) {
    require_not_supported(scenario, name);
  }
  check_quiet(scenario, {"controllers", "configs", "apps"});
  check_drift_of_each_kind(scenario);

  scenario.cluster().patch(kustomization_kind, scenario.space(), "apps",
                           R"({"spec":{"path":"./apps/production"}})");
  CHECK(eventually([&] {
    const Document release = scenario.cluster().get(helm_release_kind, "podinfo", "podinfo");
    return release["spec"]["values"]["httpRoute"]["hostnames"].at(0).text() == "podinfo.production";
  }));
  scenario.require_ready(kustomization_kind, "apps", commit);
  remove_all(scenario, {{kustomization_kind, "apps"},
                        {kustomization_kind, "configs"},
                        {kustomization_kind, "controllers"}});
}

TEST_CASE("well-known charts are applied as releases, kept, quiet and pruned",
          "[.integration][corpus]") {
  if (!has_corpus()) return;
  const TemporaryDirectory state;
  const std::vector<std::string> charts{"podinfo", "metrics-server", "cert-manager",
                                        "ingress-nginx"};
  std::vector<std::string> members;
  for (const std::string& chart : charts) members.push_back("helm/charts/" + chart);
  unpack("helm.tar.zst", members, state.path());
  Definitions definitions;
  definitions.install({"template", "cert-manager",
                       state.path() + "/helm/charts/cert-manager/cert-manager", "--set",
                       "crds.enabled=true"});

  Scenario scenario("charts");
  std::filesystem::create_directories(scenario.repository().work().path() + "/charts");
  for (const std::string& chart : charts) {
    std::filesystem::copy(state.path() + "/helm/charts/" + chart + "/" + chart,
                          scenario.repository().work().path() + "/charts/" + chart,
                          std::filesystem::copy_options::recursive);
  }
  const std::string commit = scenario.push({});
  scenario.make_source();
  const std::string target = scenario.make_namespace("charts-of");
  for (const std::string& chart : charts) {
    // No pod of the simulated node serves the API of metrics-server, which would have to answer.
    const bool waits = chart != "metrics-server";
    make_release(scenario, chart, target, waits ? "" : "  install: {disableWait: true}\n");
  }
  const LeftoverSweep sweep{scenario};
  scenario.start_agent();
  for (const std::string& chart : charts) scenario.require_ready(helm_release_kind, chart, commit);
  const Document ingress =
      scenario.cluster().get(helm_release_kind, scenario.space(), "ingress-nginx");
  CHECK(ingress["status"]["hooks"].size() > 0);
  std::cout << "objects of " << charts.size() << " charts: " << applied_objects(scenario).size()
            << "\n";
  check_quiet(scenario, charts);
  check_drift_of_each_kind(scenario);
  std::vector<std::pair<Gvk, std::string>> units;
  for (const std::string& chart : charts) units.emplace_back(helm_release_kind, chart);
  remove_all(scenario, units);
}
