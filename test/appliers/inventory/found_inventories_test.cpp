#include "reconcile/appliers/found_inventories.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "reconcile/appliers/inventory.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const std::string list_line = "list Secret/flux-system/*";

/// Stores of several units after a restart of the agent that wrote them.
struct Restart {
  static UnitKey key(const std::string& name) {
    return {UnitKind::kustomization, "flux-system", name};
  }
  static Inventory owns(const std::string& name) {
    return {{{{"", "ConfigMap", "a", name}, "v1", {}}}};
  }

  explicit Restart(const std::vector<std::string>& units) {
    for (const std::string& name : units) InventoryStore(cluster, key(name)).save(owns(name));
    cluster.put(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"other",)"
                R"("namespace":"flux-system"},"type":"Opaque"})");
    cluster.log.clear();
  }
  InventoryStore store(const std::string& name) { return {cluster, key(name), {.found = found}}; }
  std::ptrdiff_t count(const std::string& start) const {
    return std::count_if(cluster.log.begin(), cluster.log.end(),
                         [&](const std::string& line) { return line.starts_with(start); });
  }

  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  std::shared_ptr<FoundInventories> found =
      std::make_shared<FoundInventories>(cluster, "flux-system");
};

}  // namespace

TEST_CASE("one list stands for the first reads of all inventories", "[appliers][inventory]") {
  Restart restart({"a", "b"});
  CHECK(restart.store("a").load() == Restart::owns("a"));
  CHECK(restart.store("b").load() == Restart::owns("b"));
  CHECK(restart.store("new").load() == Inventory());
  CHECK(restart.cluster.log == std::vector<std::string>{list_line});
}

TEST_CASE("what was told once is asked for anew", "[appliers][inventory]") {
  Restart restart({"a"});
  InventoryStore first = restart.store("a");
  first.save(Restart::owns("more"));
  InventoryStore again = restart.store("a");
  CHECK(again.load() == Restart::owns("more"));
  CHECK(restart.count("get Secret/") == 1);
}

TEST_CASE("an inventory that went since it was listed is no longer written over",
          "[appliers][inventory]") {
  Restart restart({"a", "b"});
  CHECK(restart.store("b").load() == Restart::owns("b"));
  InventoryStore store = restart.store("a");
  restart.cluster.erase("Secret/flux-system/" + store.secret_name());
  CHECK_THROWS(store.save(Restart::owns("more")));
  store.save(Restart::owns("more"));
  CHECK(restart.store("a").load() == Restart::owns("more"));
}

TEST_CASE("where inventories cannot be listed each one is asked for", "[appliers][inventory]") {
  Restart restart({"a", "b"});
  restart.cluster.script(list_line, test::FakeCluster::failure(403, "Forbidden", "not you"));
  CHECK(restart.store("a").load() == Restart::owns("a"));
  CHECK(restart.store("b").load() == Restart::owns("b"));
  CHECK(restart.count("list ") == 1);
  CHECK(restart.count("get Secret/") == 2);
}

TEST_CASE("what was not asked for in time is asked of the server", "[appliers][inventory]") {
  Restart restart({"a", "b"});
  CHECK(restart.store("a").load() == Restart::owns("a"));
  restart.found->forget();
  CHECK(restart.store("b").load() == Restart::owns("b"));
  CHECK(restart.count("get Secret/") == 1);
}

TEST_CASE("an inventory of several Secrets is found whole", "[appliers][inventory]") {
  Restart restart({});
  Inventory large;
  for (int i = 0; i < 200; ++i)
    large.entries.push_back({{"", "ConfigMap", "a", "n" + std::to_string(i * 7919)}, "v1", {}});
  InventoryStore(restart.cluster, Restart::key("a"), {.shard_bytes_max = 100}).save(large);
  restart.cluster.log.clear();
  CHECK(restart.store("a").load() == large);
  CHECK(restart.cluster.log == std::vector<std::string>{list_line});
}
