#include "reconcile/appliers/sighting.hpp"

#include <catch2/catch.hpp>

#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const model::Gvk gvk{"", "v1", "ConfigMap"};
const std::string label = "kustomize.toolkit.fluxcd.io/name";

std::vector<SightingTarget> targets(int count) {
  std::vector<SightingTarget> result;
  for (int i = 0; i < count; ++i)
    result.emplace_back(model::ObjectId{"", "ConfigMap", "a", "x" + std::to_string(i)}, gvk);
  return result;
}

struct World {
  test::FakeClock clock;
  test::FakeCluster cluster{clock};

  World() {
    cluster.put(
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a","name":"x0"}})");
    cluster.put(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a","name":"x1",
      "labels":{"kustomize.toolkit.fluxcd.io/name":"apps"}}})");
  }
};

}  // namespace

TEST_CASE("many objects are seen by one list", "[appliers][sighting]") {
  World world;
  const auto seen = look_up(world.cluster, targets(5));
  CHECK(seen.size() == 5);
  CHECK(seen.at(targets(2)[0].first).exists());
  CHECK(seen.at(targets(2)[1].first).exists());
  CHECK_FALSE(seen.at(targets(3)[2].first).exists());
  CHECK(world.cluster.log.size() == 1);
}

TEST_CASE("what cannot carry a label is looked for among objects without it",
          "[appliers][sighting]") {
  World world;
  SightingOptions options;
  options.label = label;
  SECTION("those that a watch would have told of are not listed") {
    options.may_carry_label = [](const model::Gvk&, const model::ObjectId&) { return false; };
    const auto seen = look_up(world.cluster, targets(5), options);
    CHECK(seen.at(targets(1)[0].first).exists());
    CHECK_FALSE(seen.at(targets(2)[1].first).exists());
    CHECK(world.cluster.log.size() == 1);
  }
  SECTION("others are asked for whatever their labels") {
    options.may_carry_label = [](const model::Gvk&, const model::ObjectId& id) {
      return id.name == "x1";
    };
    const auto seen = look_up(world.cluster, targets(5), options);
    CHECK(seen.at(targets(1)[0].first).exists());
    CHECK(seen.at(targets(2)[1].first).exists());
    CHECK(world.cluster.log.size() == 2);
  }
}
