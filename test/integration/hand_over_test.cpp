// Objects that move between units which come, go and change in the same commit.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "test/integration/scenario.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

using Uids = std::map<std::string, std::string>;

std::string maps(const Scenario& scenario, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += config_map_yaml(name, "1", scenario.space()) + "---\n";
  return text;
}

std::string unit(const Scenario& scenario, const std::string& name, const std::string& path) {
  return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: " +
         name + "\n  namespace: " + scenario.space() +
         "\nspec:\n  interval: 10m\n  prune: true\n  path: ./" + path +
         "\n  sourceRef:\n    kind: GitRepository\n    name: repository\n---\n";
}

Uids uids(Scenario& scenario, const std::vector<std::string>& names) {
  Uids result;
  for (const std::string& name : names)
    result[name] =
        scenario.cluster().get(config_map_kind, scenario.space(), name)["metadata"]["uid"].text();
  return result;
}

std::string owner(Scenario& scenario, const std::string& name) {
  const model::Document object = scenario.cluster().get(config_map_kind, scenario.space(), name);
  return std::string(object["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"].text());
}

}  // namespace

TEST_CASE("objects stay where their units are renamed, split and re-pathed in one commit",
          "[.integration][unit][hand_over]") {
  Scenario scenario("move");
  const std::vector<std::string> many = {"m1", "m2", "m3", "m4",  "m5",  "m6",
                                         "m7", "m8", "m9", "m10", "m11", "m12"};
  const std::vector<std::string> all = {"m1", "m12", "s1", "s2", "s3", "p1", "p2"};
  scenario.push(
      {{"fleet/units.yaml", unit(scenario, "old", "many") + unit(scenario, "whole", "whole") +
                                unit(scenario, "left", "left") + unit(scenario, "right", "right")},
       {"many/maps.yaml", maps(scenario, many)},
       {"whole/maps.yaml", maps(scenario, {"s1", "s2", "s3"})},
       {"left/maps.yaml", maps(scenario, {"p1", "p2"})},
       {"right/maps.yaml", maps(scenario, {"r1"})}});
  scenario.make_source();
  scenario.make_kustomization("fleet", "./fleet");
  scenario.start_agent();
  for (const char* name : {"fleet", "old", "whole", "left", "right"})
    scenario.require_ready(kustomization_kind, name);
  const Uids before = uids(scenario, all);

  AuditCount audit;
  const std::string second = scenario.push(
      {{"fleet/units.yaml", unit(scenario, "renamed", "many") + unit(scenario, "whole", "whole") +
                                unit(scenario, "part", "part") + unit(scenario, "left", "left") +
                                unit(scenario, "right", "right-2")},
       {"whole/maps.yaml", maps(scenario, {"s1"})},
       {"part/maps.yaml", maps(scenario, {"s2", "s3"})},
       {"left/maps.yaml", maps(scenario, {"p1"})},
       {"right-2/maps.yaml", maps(scenario, {"p2", "r1"})}});
  for (const char* name : {"fleet", "renamed", "whole", "part", "left", "right"})
    scenario.require_ready(kustomization_kind, name, second);
  CHECK(eventually(
      [&] { return !scenario.cluster().exists(kustomization_kind, scenario.space(), "old"); }));
  CHECK(uids(scenario, all) == before);
  INFO(audit.text());
  CHECK(audit.requests()["delete configmaps"] == 0);
  CHECK(audit.requests()["delete kustomizations"] == 1);
  CHECK(owner(scenario, "m12") == "renamed");
  CHECK(owner(scenario, "s3") == "part");
  CHECK(owner(scenario, "p2") == "right");

  // What moved goes with the unit that has it now.
  scenario.cluster().remove(kustomization_kind, scenario.space(), "fleet");
  CHECK(scenario.approve_until([&] {
    const Uids left = uids(scenario, all);
    return std::all_of(left.begin(), left.end(),
                       [](const auto& uid) { return uid.second.empty(); });
  }));
}
