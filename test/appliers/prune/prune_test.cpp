#include "reconcile/appliers/prune.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const UnitKey unit{UnitKind::kustomization, "flux-system", "apps"};

InventoryEntry entry(const std::string& kind, const std::string& name,
                     const std::string& group = "") {
  return {{group, kind, "a", name}, "v1", {}};
}

void put(test::FakeCluster& cluster, const std::string& kind, const std::string& name,
         const std::string& metadata = "", const std::string& owner = "apps",
         const std::string& rest = "", const std::string& version = "v1") {
  cluster.put(R"({"apiVersion":")" + version + R"(","kind":")" + kind +
              R"(","metadata":{"namespace":"a","name":")" + name + "\"" + metadata +
              R"(,"labels":{"kustomize.toolkit.fluxcd.io/name":")" + owner +
              R"(","kustomize.toolkit.fluxcd.io/namespace":"flux-system"}})" + rest + "}");
}

std::string text(const PruneResult& result) {
  return diff::to_text({result.changes});
}

}  // namespace

TEST_CASE("the guard asks above ten objects, or a third and three", "[appliers][prune]") {
  struct Row {
    std::size_t obsolete;
    std::size_t inventory;
    std::size_t weight;
    bool allowed;
  };
  const Row rows[] = {
      {0, 0, 1, true},    {1, 1, 1, true},    {2, 2, 1, true},      {3, 10, 1, true},
      {3, 9, 1, false},   {10, 100, 1, true}, {11, 1000, 1, false}, {1, 100, 12, false},
      {10, 33, 1, false}, {1, 1, 3, false},
  };
  for (const Row& row : rows) {
    std::vector<InventoryEntry> obsolete;
    for (std::size_t i = 0; i < row.obsolete; ++i)
      obsolete.push_back(entry("ConfigMap", std::to_string(i)));
    INFO(row.obsolete << " of " << row.inventory << " at " << row.weight);
    const GuardVerdict verdict =
        judge_prune(obsolete, row.inventory, [&](const model::ObjectId&) { return row.weight; });
    CHECK(verdict.allowed == row.allowed);
    CHECK(verdict.reason.empty() == row.allowed);
  }
}

TEST_CASE("knows kinds whose deletion loses data", "[appliers][prune]") {
  CHECK(is_sensitive({"", "Namespace", "", "a"}, {}));
  CHECK(is_sensitive({"apiextensions.k8s.io", "CustomResourceDefinition", "", "a"}, {}));
  CHECK(is_sensitive({"s3.aws.upbound.io", "Bucket", "", "a"}, {}));
  CHECK(is_sensitive({"infrastructure.cluster.x-k8s.io", "AWSMachine", "a", "a"}, {}));
  CHECK_FALSE(is_sensitive({"apps", "Deployment", "a", "a"}, {}));
  const auto parse = [](const char* json) { return model::parse_json(json); };
  const model::Document bound = parse(R"({"status":{"phase":"Bound"}})");
  const model::Document pending = parse(R"({"status":{"phase":"Pending"}})");
  CHECK(is_sensitive({"", "PersistentVolumeClaim", "a", "a"}, bound.root()));
  CHECK_FALSE(is_sensitive({"", "PersistentVolumeClaim", "a", "a"}, pending.root()));
  const model::Document deletes =
      parse(R"({"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete"}}})");
  CHECK(is_sensitive({"apps", "StatefulSet", "a", "a"}, deletes.root()));
  CHECK_FALSE(is_sensitive({"apps", "StatefulSet", "a", "a"}, {}));
  const model::ObjectId custom{"database.example.org", "PostgreSQLInstance", "a", "a"};
  for (const char* spec : {R"({"spec":{"compositeDeletePolicy":"Background"}})",
                           R"({"spec":{"compositionRef":{"name":"x"},"resourceRef":{}}})",
                           R"({"spec":{"compositionSelector":{}}})",
                           R"({"spec":{"compositionUpdatePolicy":"Automatic","claimRef":{}}})",
                           R"({"spec":{"crossplane":{"compositionRef":{"name":"x"}}}})",
                           R"({"spec":{"forProvider":{"region":"eu"}}})"}) {
    INFO(spec);
    const model::Document object = parse(spec);
    CHECK(is_sensitive(custom, object.root()));
    CHECK_FALSE(is_sensitive({"gateway.networking.k8s.io", "Gateway", "a", "a"}, object.root()));
  }
  const model::Document other = parse(R"({"spec":{"size":"5Gi","resourceRef":{"name":"x"}}})");
  CHECK_FALSE(is_sensitive(custom, other.root()));
}

TEST_CASE("deletes in reverse order, with the UID it saw", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  put(cluster, "ConfigMap", "c");
  put(cluster, "Service", "s");
  put(cluster, "Deployment", "d", "", "apps", "", "apps/v1");
  PruneRequest request{.unit = unit,
                       .obsolete = {entry("ConfigMap", "c"), entry("Service", "s"),
                                    entry("Deployment", "d", "apps")},
                       .inventory_size = 100};
  const PruneResult result = prune(cluster, request);
  CHECK(text(result) ==
        "deleted Deployment/a/d (obsolete)\ndeleted Service/a/s (obsolete)\n"
        "deleted ConfigMap/a/c (obsolete)\n");
  CHECK(result.remaining.empty());
}

TEST_CASE("leaves alone what is not ours any more", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  put(cluster, "ConfigMap", "foreign", "", "other");
  cluster.put(
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a","name":"bare"}})");
  put(cluster, "ConfigMap", "kept",
      R"(,"annotations":{"kustomize.toolkit.fluxcd.io/prune":"Disabled"})");
  put(cluster, "ConfigMap", "anew");
  PruneRequest request{.unit = unit,
                       .obsolete = {entry("ConfigMap", "foreign"), entry("ConfigMap", "bare"),
                                    entry("ConfigMap", "kept"), entry("ConfigMap", "anew"),
                                    entry("ConfigMap", "missing")},
                       .inventory_size = 100};
  request.known_uid = [](const model::ObjectId& id) {
    return std::string(id.name == "anew" ? "00000000-0000-4000-8000-999999999999" : "");
  };
  const PruneResult result = prune(cluster, request);
  CHECK(text(result) ==
        "skipped ConfigMap/a/foreign (disowned): its labels name Kustomization/flux-system/other\n"
        "skipped ConfigMap/a/bare (disowned): it lost its labels\n"
        "skipped ConfigMap/a/kept (disabled): an annotation forbids the deletion\n"
        "skipped ConfigMap/a/anew (disowned): it was created anew by somebody else\n");
  CHECK(result.remaining.empty());
}

TEST_CASE("keeps what moves in the inventory until the other unit has applied it",
          "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  const UnitKey other{UnitKind::kustomization, "flux-system", "other"};
  put(cluster, "ConfigMap", "ours");
  put(cluster, "ConfigMap", "theirs", "", "other");
  PruneRequest request{.unit = unit,
                       .obsolete = {entry("ConfigMap", "known-ours"), entry("ConfigMap", "ours"),
                                    entry("ConfigMap", "known-theirs"),
                                    entry("ConfigMap", "theirs"), entry("ConfigMap", "missing")},
                       .inventory_size = 100};
  request.is_wanted_elsewhere = [](const model::ObjectId&) { return true; };
  request.known_unit = [&](const model::ObjectId& id) -> std::optional<UnitKey> {
    if (id.name == "known-ours") return unit;
    if (id.name == "known-theirs") return other;
    return std::nullopt;
  };
  const PruneResult result = prune(cluster, request);
  CHECK(text(result) ==
        "skipped ConfigMap/a/known-ours (handed over): another unit renders it now, and is to "
        "apply it\n"
        "skipped ConfigMap/a/known-theirs (handed over): another unit has it now\n"
        "skipped ConfigMap/a/ours (handed over): another unit renders it now, and is to apply it\n"
        "skipped ConfigMap/a/theirs (disowned): its labels name Kustomization/flux-system/other\n");
  REQUIRE(result.remaining.size() == 2);
  CHECK(result.remaining[0].id.name == "known-ours");
  CHECK(result.remaining[1].id.name == "ours");
  CHECK(result.awaits_others);
  CHECK(std::count(cluster.log.begin(), cluster.log.end(), "get ConfigMap/a/known-ours") == 0);
  CHECK(cluster.has("ConfigMap/a/ours"));
}

TEST_CASE("keeps what is of a kind whose server does not answer", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  InventoryEntry policy = entry("NetworkPolicy", "p");
  policy.id.group = "projectcalico.org";
  const PruneRequest request{.unit = unit, .obsolete = {policy}, .inventory_size = 100};
  cluster.silent_group = "projectcalico.org";
  const PruneResult kept = prune(cluster, request);
  CHECK(text(kept) ==
        "skipped NetworkPolicy/a/p (failed): the server of its API group does "
        "not answer\n");
  CHECK(kept.failed);
  CHECK(kept.remaining.size() == 1);
  cluster.silent_group = "none";
  CHECK(prune(cluster, request).remaining.empty());
}

TEST_CASE("holds what needs an approval and keeps it in the inventory", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  put(cluster, "PersistentVolumeClaim", "p", "", "apps", R"(,"status":{"phase":"Bound"})");
  put(cluster, "ConfigMap", "c");
  PruneRequest request{.unit = unit,
                       .obsolete = {entry("ConfigMap", "c"), entry("PersistentVolumeClaim", "p")},
                       .inventory_size = 100};
  const PruneResult held = prune(cluster, request);
  CHECK_FALSE(held.guard.allowed);
  CHECK(held.guard.reason == "would delete PersistentVolumeClaim/a/p, which needs an approval");
  CHECK(held.remaining.size() == 2);
  CHECK(cluster.has("ConfigMap/a/c"));
  request.approved = true;
  CHECK(prune(cluster, request).remaining.empty());
  CHECK_FALSE(cluster.has("PersistentVolumeClaim/a/p"));
}

TEST_CASE("reads what metadata alone does not tell", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  const std::string group = "database.example.org";
  cluster.serve({group, "v1", "PostgreSQLInstance"}, true);
  PruneRequest request{.unit = unit, .obsolete = {}, .inventory_size = 100};
  // More than three are listed, as metadata.
  for (const std::string name : {"p", "q", "r", "s"}) {
    put(cluster, "PostgreSQLInstance", name, "", "apps", R"(,"spec":{"size":"5Gi"})",
        group + "/v1");
    request.obsolete.push_back(entry("PostgreSQLInstance", name, group));
  }
  const std::string last = "get PostgreSQLInstance/a/s";

  SECTION("and deletes what is no claim") {
    CHECK(prune(cluster, request).remaining.empty());
    CHECK(std::count(cluster.log.begin(), cluster.log.end(), last) == 1);
  }
  SECTION("and asks for a claim of Crossplane") {
    put(cluster, "PostgreSQLInstance", "s", "", "apps",
        R"(,"spec":{"compositeDeletePolicy":"Background"})", group + "/v1");
    const PruneResult held = prune(cluster, request);
    CHECK(held.guard.reason == "would delete PostgreSQLInstance/a/s, which needs an approval");
    CHECK(held.remaining.size() == 4);
    request.approved = true;
    cluster.log.clear();
    CHECK(prune(cluster, request).remaining.empty());
    CHECK(std::count(cluster.log.begin(), cluster.log.end(), last) == 0);
  }
  SECTION("and asks where it cannot") {
    cluster.script(last, test::FakeCluster::failure(403, "Forbidden", "no"));
    CHECK_THAT(prune(cluster, request).guard.reason,
               Catch::StartsWith("would delete PostgreSQLInstance/a/s, which could not be read: "));
    CHECK(cluster.has("PostgreSQLInstance/a/p"));
  }
  SECTION("but not where their number asks already") {
    request.limits.objects_max = 3;
    CHECK_FALSE(prune(cluster, request).guard.allowed);
    CHECK(std::count(cluster.log.begin(), cluster.log.end(), last) == 0);
  }
}

TEST_CASE("keeps what could not be deleted", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  put(cluster, "ConfigMap", "a");
  put(cluster, "ConfigMap", "b");
  put(cluster, "ConfigMap", "c");
  cluster.script("delete ConfigMap/a/a", test::FakeCluster::failure(403, "Forbidden", "webhook"));
  cluster.script("delete ConfigMap/a/b", test::FakeCluster::failure(409, "Conflict", "uid"));
  cluster.script("delete ConfigMap/a/c", test::FakeCluster::failure(503, "", "later"));
  PruneRequest request{
      .unit = unit,
      .obsolete = {entry("ConfigMap", "a"), entry("ConfigMap", "b"), entry("ConfigMap", "c")},
      .inventory_size = 100};
  const PruneResult result = prune(cluster, request);
  CHECK(result.failed);
  CHECK(result.remaining == std::vector<InventoryEntry>{entry("ConfigMap", "a")});
  CHECK_FALSE(cluster.has("ConfigMap/a/c"));
}

TEST_CASE("holds what is paused and deletes the rest", "[appliers][prune]") {
  test::FakeClock clock;
  test::FakeCluster cluster(clock);
  put(cluster, "ConfigMap", "x",
      R"(,"annotations":{"reconcile.dev/pausedUntil":"2026-01-31T08:00:00Z"})");
  put(cluster, "ConfigMap", "y");
  PruneRequest request;
  request.unit = unit;
  request.obsolete = {entry("ConfigMap", "x"), entry("ConfigMap", "y")};
  request.inventory_size = 9;
  request.now = model::parse_rfc3339("2026-01-31T07:59:59Z");
  const PruneResult held = prune(cluster, request);
  CHECK(text(held) ==
        "skipped ConfigMap/a/x (held): paused until 2026-01-31T08:00:00Z\n"
        "deleted ConfigMap/a/y (obsolete)\n");
  CHECK(held.guard.allowed);
  REQUIRE(held.remaining.size() == 1);
  CHECK(held.paused.contains(held.remaining[0].id));
  request.now = model::parse_rfc3339("2026-01-31T08:00:00Z");
  CHECK(prune(cluster, request).remaining.empty());
  CHECK_FALSE(cluster.has("ConfigMap/a/x"));
}
