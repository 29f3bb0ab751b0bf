#include "reconcile/appliers/inventory.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};

InventoryEntry entry(const std::string& name) {
  return {{"", "ConfigMap", "a", name}, "v1", {}};
}

Inventory many(std::size_t count) {
  Inventory inventory;
  for (std::size_t i = 0; i < count; ++i)
    inventory.entries.push_back(entry("n" + std::to_string(i)));
  return inventory;
}

}  // namespace

TEST_CASE("reads the inventory it writes", "[appliers][inventory]") {
  Inventory inventory{{entry("a"),
                       {{"apps", "Deployment", "x", "d"}, "v1", "uid"},
                       {{"rbac.authorization.k8s.io", "ClusterRole", "", "system:x"}, "v1", {}}}};
  const std::string bytes = encode_inventory(unit, inventory);
  CHECK(decode_inventory(unit, bytes) == inventory);
  CHECK(decode_inventory(unit, encode_inventory(unit, {})) == Inventory{});
  CHECK(encode_inventory(unit, inventory) == bytes);
}

TEST_CASE("refuses a damaged inventory or another unit's", "[appliers][inventory]") {
  const std::string bytes = encode_inventory(unit, many(3));
  const UnitKey other{UnitKind::kustomization, "flux-system", "other"};
  CHECK_THROWS_AS(decode_inventory(other, bytes), model::Error);
  CHECK_THROWS_AS(decode_inventory(unit, bytes.substr(0, bytes.size() / 2)), model::Error);
  CHECK_THROWS_AS(decode_inventory(unit, ""), model::Error);
  CHECK_THROWS_AS(decode_inventory(unit, "nonsense"), model::Error);
}

TEST_CASE("unites and subtracts by id", "[appliers][inventory]") {
  const Inventory old{{entry("a"), {{"", "ConfigMap", "a", "b"}, "v1", "u"}}};
  const Inventory now{{entry("b"), entry("c")}};
  const Inventory both = old.united_with(now);
  REQUIRE(both.entries.size() == 3);
  CHECK(both.entries[0].uid == "u");
  CHECK(both.entries[2].id.name == "a");
  CHECK(old.without(now) == std::vector<InventoryEntry>{entry("a")});
}

TEST_CASE("mirrors Flux's status inventory", "[appliers][inventory]") {
  const Inventory inventory{{{{"apps", "Deployment", "x", "d"}, "v1", {}}}};
  const auto entries = status_entries(inventory);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0] == StatusInventoryEntry{"x_d_apps_Deployment", "v1"});
  const model::Document mirror =
      model::parse_json(R"([{"id":"x_d_apps_Deployment","v":"v1"},{"id":"broken","v":"v1"}])");
  CHECK(from_status_entries(mirror.root()) == inventory);
}

TEST_CASE("writes the Secret only where it differs", "[appliers][inventory]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  InventoryStore store(cluster, unit);
  CHECK(store.load().entries.empty());
  store.save({});
  CHECK(cluster.log.size() == 1);
  store.save(many(3));
  store.save(many(3));
  CHECK(store.writes() == 1);
  store.save(many(4));
  CHECK(cluster.log.back().starts_with(
      "replace Secret/flux-system/reconcile-inventory-kustomization-"));
  InventoryStore again(cluster, unit);
  CHECK(again.load() == many(4));
  CHECK(again.secret_name() == store.secret_name());
}

TEST_CASE("notices that another process wrote it", "[appliers][inventory]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  InventoryStore one(cluster, unit);
  InventoryStore two(cluster, unit);
  one.load();
  two.load();
  one.save(many(1));
  CHECK_THROWS_AS(two.save(many(2)), model::Error);
  CHECK(two.load() == many(1));
  two.save(many(2));
  CHECK_THROWS_AS(one.save(many(3)), model::Error);
}

TEST_CASE("spreads a large inventory over Secrets and removes the old ones",
          "[appliers][inventory]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  const InventoryStoreOptions small{.namespace_name = "flux-system", .shard_bytes_max = 100};
  InventoryStore store(cluster, unit, small);
  store.save(many(500));
  CHECK(store.writes() > 3);
  CHECK(cluster.log.back() == "create Secret/flux-system/" + store.secret_name());
  InventoryStore again(cluster, unit, small);
  CHECK(again.load() == many(500));
  again.save(many(1));
  CHECK(cluster.log.back().starts_with("delete Secret/flux-system/" + store.secret_name() + "-"));
  again.remove();
  CHECK_FALSE(cluster.has("Secret/flux-system/" + store.secret_name()));
}

TEST_CASE("says which Secret cannot be read", "[appliers][inventory]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  InventoryStore store(cluster, unit);
  cluster.script("get Secret/flux-system/" + store.secret_name(),
                 test::FakeCluster::failure(403, "Forbidden", "not allowed"));
  try {
    store.load();
    FAIL("expected an error");
  } catch (const model::Error& error) {
    CHECK(error.code() == model::ErrorCode::unauthorized);
    CHECK(error.message().find(store.secret_name()) != std::string::npos);
  }
}
