// The sample monorepo, as a cluster of a platform team runs it: fixtures/monorepo, clusters/dev.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "test/integration/drift_clock.hpp"
#include "test/integration/scenario.hpp"
#include "test/support/patience.hpp"

using namespace reconcile::test;
using reconcile::model::Document;
using reconcile::model::Gvk;

namespace {

const char* const sample_namespaces[] = {"shop", "payments", "edge", "monitoring"};

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replaced(std::string content, const std::string& from, const std::string& to) {
  const std::size_t at = content.find(from);
  INFO("expected " << from << " in " << content);
  REQUIRE(at != std::string::npos);
  return content.replace(at, from.size(), to);
}

const std::string fixture = RECONCILE_SOURCE_DIR "/fixtures/monorepo";

/// The scenario with the monorepo in its repository and the source that clusters/dev names.
void prepare(Scenario& scenario) {
  for (const char* name : sample_namespaces) {
    scenario.cluster().remove_and_wait(namespace_kind, "", name);
    scenario.adopt_namespace(name);
  }
  std::filesystem::copy(fixture, scenario.repository().work().path(),
                        std::filesystem::copy_options::recursive);
  scenario.push({});
  scenario.name_source("monorepo");
  scenario.make_source();
}

void require_all_ready(Scenario& scenario, const std::string& commit) {
  for (const char* name : {"infrastructure", "tenants", "apps", "services"}) {
    scenario.require_ready(kustomization_kind, name, commit);
  }
  for (const char* name : {"catalog", "checkout"}) {
    scenario.require_ready(helm_release_kind, name, commit);
  }
}

/// Whether we applied the object: some controllers copy labels to objects of their own.
bool is_applied_by_us(const Document& object) {
  const auto entries = object["metadata"]["managedFields"];
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries.at(i)["manager"].text() == "reconcile") return true;
  }
  return false;
}

/// Everything that a Kustomization or a HelmRelease owns, the unit objects apart.
std::vector<Document> owned_objects(Cluster& cluster) {
  std::vector<Document> found = cluster.labelled("kustomize.toolkit.fluxcd.io/name");
  for (Document& object : cluster.labelled("helm.toolkit.fluxcd.io/name")) {
    found.push_back(std::move(object));
  }
  std::erase_if(found, [](const Document& object) {
    const std::string_view kind = object["kind"].text();
    return kind == "Kustomization" || kind == "HelmRelease" || !is_applied_by_us(object);
  });
  return found;
}

/// One drifted label on each of `objects`, several times; prints what it took.
void measure_reverts(const std::vector<Document>& objects, std::size_t rounds) {
  constexpr const char* label = "platform.example.com/environment";
  std::vector<double> milliseconds;
  for (const Document& object : objects) {
    const Gvk gvk = Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text());
    const std::string space(object["metadata"]["namespace"].text());
    const std::string name(object["metadata"]["name"].text());
    DriftClock clock(gvk, space, name);
    for (std::size_t i = 0; i < rounds; ++i) {
      const auto taken =
          clock.measure(R"({"metadata":{"labels":{"platform.example.com/environment":"drift"}}})",
                        [](reconcile::model::Value live) {
                          return live["metadata"]["labels"][label].text() == "dev";
                        });
      INFO(gvk.kind << "/" << space << "/" << name);
      REQUIRE(taken.has_value());
      milliseconds.push_back(*taken);
    }
  }
  std::cout << "single drifts reverted: " << milliseconds.size() << ", p50 "
            << percentile(milliseconds, 0.5) << " ms, p99 " << percentile(milliseconds, 0.99)
            << " ms after the write\n";
  REQUIRE(milliseconds.size() >= 50);
  CHECK(percentile(milliseconds, 0.5) < 60 * patience());
  CHECK(percentile(milliseconds, 0.99) < 500 * patience());
}

void change_and_remove(Scenario& scenario) {
  Cluster& cluster = scenario.cluster();
  const std::string base = "apps/base/kustomization.yaml";
  const std::string newer =
      replaced(read(fixture + "/" + base), "newTag: 1.5.0-rc.2", "newTag: 1.5.0-rc.3");
  const std::string changed = scenario.push({{base, newer}});
  require_all_ready(scenario, changed);
  const Document frontend = cluster.get(deployment_kind, "shop", "frontend");
  CHECK(frontend["spec"]["template"]["spec"]["containers"].at(0)["image"].text().ends_with(
      ":1.5.0-rc.3"));
  const Gvk cron_job{"batch", "v1", "CronJob"};
  CHECK(cluster.exists(cron_job, "shop", "nightly-report"));
  const std::string removed = scenario.push({{base, replaced(newer, "- reports\n", "")}});
  require_all_ready(scenario, removed);
  CHECK(eventually([&] { return !cluster.exists(cron_job, "shop", "nightly-report"); }));
}

}  // namespace

TEST_CASE("the sample monorepo is applied, kept as Git says, changed and pruned",
          "[.integration][monorepo]") {
  Scenario scenario("reconcile-system", {}, ScenarioName::exact);
  prepare(scenario);
  const std::string commit = scenario.repository().git({"rev-parse", "HEAD"});
  const auto start = std::chrono::steady_clock::now();
  AgentProcess& agent = scenario.start_agent(
      {"--repository=" + scenario.url(), "--path=clusters/dev", "--poll-interval=1s"});
  require_all_ready(scenario, commit);
  std::cout << "first apply of the sample monorepo, all Ready: "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()
            << " s\n";

  std::vector<Document> objects = owned_objects(scenario.cluster());
  std::cout << "objects of the sample monorepo: " << objects.size() << "\n";
  CHECK(objects.size() > 50);
  // Units that end their pass only now still write their status.
  const auto quiet = [&] {
    AuditCount audit;
    const std::size_t before = agent.log_with({"Pass finished"}).size();
    scenario.request_and_wait(kustomization_kind, "apps");
    scenario.request_and_wait(kustomization_kind, "infrastructure");
    CHECK(agent.log_with({"Pass finished"}).size() >= before + 2);
    std::size_t caused = audit.total();
    for (const auto& [what, count] : audit.requests()) {
      if (what == "patch kustomizations") caused -= count;  // says that the request was handled
    }
    INFO(audit.text());
    CHECK(caused == 0);
  };
  quiet();

  std::erase_if(objects, [](const Document& object) {
    return object["metadata"]["labels"]["platform.example.com/environment"].text() != "dev" ||
           object["kind"].text() == "Namespace";
  });
  objects.resize(std::min<std::size_t>(objects.size(), 20));
  measure_reverts(objects, 3);
  change_and_remove(scenario);

  scenario.erase("clusters/dev");
  scenario.push({{"clusters/dev/last.yaml", config_map_yaml("last", "1", scenario.space())}});
  std::vector<Document> left;
  const bool all_gone = scenario.approve_until([&] {
    left = owned_objects(scenario.cluster());
    return left.size() == 1;  // the ConfigMap that the root unit has now
  });
  for (const Document& object : left) {
    UNSCOPED_INFO(object["kind"].text() << "/" << object["metadata"]["namespace"].text() << "/"
                                        << object["metadata"]["name"].text());
  }
  INFO(agent.log_tail());
  CHECK(all_gone);
}
