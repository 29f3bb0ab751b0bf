#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

namespace reconcile::test {

using namespace reconcile::appliers;  // their names read as in the tests of that module

inline const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};
inline const UnitKey other_unit{UnitKind::kustomization, "flux-system", "other"};

inline model::Object object(const std::string& json) {
  return model::Object(model::parse_json(json));
}

inline model::Object config_map(const std::string& name, const std::string& value = "1",
                                const std::string& annotations = "{}") {
  return object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                R"(","namespace":"a","annotations":)" + annotations + R"(},"data":{"k":")" + value +
                "\"}}");
}

/// One agent's view: a cluster, the live state, one unit's store.
struct Agent {
  FakeClock clock;
  FakeCluster cluster{clock};
  std::unique_ptr<LiveState> live = std::make_unique<LiveState>("key");
  std::unique_ptr<InventoryStore> store = std::make_unique<InventoryStore>(cluster, unit);

  /// A new process: what was in memory is gone.
  void restart() {
    live = std::make_unique<LiveState>("key");
    store = std::make_unique<InventoryStore>(cluster, unit);
  }

  PreparedUnit prepared(const std::vector<model::Object>& rendered) {
    return prepare(unit, rendered, cluster, {.secret_key = live->secret_key()});
  }

  PassResult pass(const std::vector<model::Object>& rendered, const PassOptions& options = {},
                  const UnitNeighbours& neighbours = {}) {
    cluster.log.clear();
    cluster.bodies.clear();
    UnitApplier applier(cluster, *live, clock);
    return applier.apply(prepared(rendered), *store, options, neighbours);
  }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const std::string& line : cluster.log) {
      const std::size_t hash = line.find("reconcile-inventory-");
      out += (hash == std::string::npos ? line : line.substr(0, hash) + "INVENTORY") + "\n";
    }
    return out;
  }
};

}  // namespace reconcile::test
