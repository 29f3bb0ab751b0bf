// SIGKILL at random points while units are applied, changed and pruned: the next start converges to
// the same state, nothing is orphaned, and nothing is written once nothing changes.

#include <catch2/catch.hpp>
#include <iostream>
#include <random>
#include <set>

#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using reconcile::model::Document;

namespace {

constexpr int kills = 20;
constexpr int names = 40;

/// What the repository should hold in one unit: names with their values.
using Wanted = std::map<std::string, std::string>;

class Load {
 public:
  Load(Scenario& scenario, unsigned seed) : scenario_(scenario), random_(seed) {}

  /// Changes, adds and removes objects at random and commits that.
  std::string change() {
    std::vector<std::pair<std::string, std::string>> files;
    for (const std::string unit : {"left", "right"}) {
      Wanted& wanted = wanted_[unit];
      for (int i = 0; i < names; ++i) {
        const std::string name = unit + "-" + std::to_string(i);
        const unsigned dice = random_() % 10;
        if (dice < 2) {
          wanted.erase(name);
          scenario_.erase(unit + "/" + name + ".yaml");
        } else if (dice < 6) {
          wanted[name] = std::to_string(random_() % 1000);
          files.emplace_back(unit + "/" + name + ".yaml",
                             config_map_yaml(name, wanted[name], scenario_.space()));
        }
      }
    }
    return scenario_.push(files);
  }

  /// Whether the live objects of both units are exactly the wanted ones.
  std::string difference() {
    std::string text;
    for (const auto& [unit, wanted] : wanted_) {
      Wanted found;
      for (const Document& object : scenario_.cluster().list(
               config_map_kind, scenario_.space(), "kustomize.toolkit.fluxcd.io/name=" + unit)) {
        found[std::string(object["metadata"]["name"].text())] = object["data"]["value"].text();
      }
      for (const auto& [name, value] : wanted) {
        if (!found.contains(name))
          text += name + " is missing\n";
        else if (found[name] != value)
          text += name + " differs\n";
      }
      for (const auto& [name, value] : found) {
        if (!wanted.contains(name)) text += name + " is orphaned\n";
      }
    }
    return text;
  }

  /// Names in the unit's inventory, as its status mirrors it.
  std::set<std::string> inventory(const std::string& unit) {
    const Document object = scenario_.cluster().get(kustomization_kind, scenario_.space(), unit);
    const auto entries = object["status"]["inventory"]["entries"];
    std::set<std::string> ids;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ids.emplace(entries.at(i)["id"].text());
    }
    return ids;
  }
  std::set<std::string> expected_inventory(const std::string& unit) {
    std::set<std::string> ids;
    for (const auto& [name, value] : wanted_[unit]) {
      ids.insert(scenario_.space() + "_" + name + "__ConfigMap");
    }
    return ids;
  }
  std::chrono::milliseconds pause() { return std::chrono::milliseconds(random_() % 700); }

 private:
  Scenario& scenario_;
  std::mt19937 random_;
  std::map<std::string, Wanted> wanted_;
};

}  // namespace

TEST_CASE("an agent that is killed at random points converges to the same state at its next start",
          "[.integration][kill]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::cout << "kill test with seed " << seed << "\n";
  Scenario scenario("kill");
  Load load(scenario, seed);
  load.change();
  scenario.make_source("  interval: 1s\n");
  scenario.make_kustomization("left", "./left");
  scenario.make_kustomization("right", "./right");
  for (int i = 0; i < kills; ++i) {
    scenario.start_agent();
    load.change();
    scenario.request(kustomization_kind, "left", true);
    scenario.request(kustomization_kind, "right", true);
    const auto end = std::chrono::steady_clock::now() + load.pause();
    eventually([&] { return std::chrono::steady_clock::now() >= end; });
    scenario.agent().kill();
  }
  scenario.start_agent();
  const std::string commit = load.change();
  for (const std::string unit : {"left", "right"}) {
    // Approves what the kills left to prune, and waits for the last commit.
    const bool converged = eventually([&] {
      scenario.request_and_wait(kustomization_kind, unit, true);
      const Document object = scenario.cluster().get(kustomization_kind, scenario.space(), unit);
      return scenario.ready(kustomization_kind, unit).status == "True" &&
             object["status"]["lastAppliedRevision"].text().ends_with(commit);
    });
    INFO(scenario.ready(kustomization_kind, unit).message << "\n" << scenario.agent().log_tail());
    REQUIRE(converged);
  }
  CHECK(eventually([&] { return load.difference().empty(); }, std::chrono::seconds(5)));
  CHECK(load.difference() == "");
  for (const std::string unit : {"left", "right"}) {
    CHECK(eventually([&] { return load.inventory(unit) == load.expected_inventory(unit); },
                     std::chrono::seconds(5)));
  }

  // Nothing changed: a restart writes nothing.
  scenario.agent().kill();
  AuditCount audit;
  scenario.start_agent();
  REQUIRE(eventually([&] {
    return scenario.agent().log_with({"Pass finished", "left"}).size() >= 1 &&
           scenario.agent().log_with({"Pass finished", "right"}).size() >= 1;
  }));
  std::size_t writes = 0;
  for (const auto& [what, count] : audit.requests()) {
    const bool reads = what.starts_with("get ") || what.starts_with("list ");
    if (!reads && what.find("configmaps") != std::string::npos) writes += count;
    if (!reads && what.find("secrets") != std::string::npos) writes += count;
  }
  INFO(audit.text());
  CHECK(writes == 0);
}
