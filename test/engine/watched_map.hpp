#pragma once

#include <string>

#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

/// ConfigMap a/x of the Kustomization "apps", as a watch and people see it.
namespace reconcile::test {

inline const model::ObjectId map_x{"", "ConfigMap", "a", "x"};

/// The first commit has x, and the unit applied it; `metadata` as UnitWorld::kustomization has it.
inline void apply_x(UnitWorld& world, const std::string& metadata = "") {
  world.commit('1', {{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.kustomization("apps", "", 1, metadata);
}

inline std::string value_of_x(const UnitWorld& world) {
  return std::string(world.cluster.object("ConfigMap/a/x")["data"]["k"].text());
}

/// A member of metadata.
inline std::string annotations(const std::string& members) {
  return R"("annotations":{)" + members + "}";
}

/// What a watch does with what is there now.
inline void see_x(UnitWorld& world) {
  const model::Document live = world.cluster.object("ConfigMap/a/x");
  const appliers::Observation seen =
      world.live.observe(appliers::WatchEventType::modified, {"", "v1", "ConfigMap"}, live.root());
  world.run([&] {
    if (seen.policy_changed || seen.drift_ended)
      world.units->on_policy(UnitWorld::key("apps"), map_x);
    if (seen.verdict == appliers::LiveVerdict::drifted)
      world.units->on_drift(UnitWorld::key("apps"), map_x, live);
  });
}

/// An edit of x by a person, and the watch that tells of it.
inline void edit_x(UnitWorld& world, const std::string& value) {
  world.cluster.put(FakeCluster::edited(world.cluster.object("ConfigMap/a/x"), "k", value),
                    "kubectl-edit");
  see_x(world);
}

/// Puts annotations on the live x, as kubectl annotate does.
inline void annotate_x(UnitWorld& world, const std::string& members) {
  std::string json = model::write_json(world.cluster.object("ConfigMap/a/x").root());
  json.replace(json.find(R"("metadata":{)"), 12, R"("metadata":{"annotations":{)" + members + "},");
  world.cluster.put(json);
  see_x(world);
}

}  // namespace reconcile::test
