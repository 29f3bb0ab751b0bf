#include "engine/pipeline/rendered_units.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKey;
using appliers::UnitKind;

namespace {

const SourceKey source{"GitRepository", "flux-system", "repo"};
const UnitKey apps{UnitKind::kustomization, "flux-system", "apps"};
const UnitKey infra{UnitKind::kustomization, "flux-system", "infra"};
const UnitKey web{UnitKind::helm_release, "team", "web"};

model::ObjectId config_map(const std::string& name) {
  return {"", "ConfigMap", "a", name};
}

std::shared_ptr<const Rendered> rendered(const std::vector<std::string>& names,
                                         const std::string& revision) {
  auto result = std::make_shared<Rendered>();
  result->revision = revision;
  for (const std::string& name : names) {
    appliers::PreparedObject object;
    object.object = model::pack(model::Object(model::parse_json(
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"a","name":")" + name +
        "\"}}")));
    result->prepared.objects.push_back(std::move(object));
  }
  result->index();
  return result;
}

}  // namespace

TEST_CASE("knows which unit wants an object", "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  units.store(apps, source, rendered({"x", "y"}, "1"));
  units.store(infra, source, rendered({"y"}, "1"));
  CHECK(units.renders(apps, config_map("x")));
  CHECK_FALSE(units.renders(infra, config_map("x")));
  CHECK_FALSE(units.renders(web, config_map("x")));
  CHECK(units.any_other_renders(apps, config_map("y")));
  CHECK_FALSE(units.any_other_renders(apps, config_map("x")));
  CHECK(units.find(apps)->find(config_map("y")) != nullptr);
  CHECK(units.find(apps)->find(config_map("z")) == nullptr);
  CHECK(units.find_owner(config_map("x")).first == apps);
  CHECK(units.find_owner(config_map("x")).second == units.find(apps));
  CHECK(units.find_owner(config_map("z")).second == nullptr);
  units.erase(infra);
  CHECK_FALSE(units.any_other_renders(apps, config_map("y")));
}

TEST_CASE("drift is reverted to what was applied, unless it moves to another unit",
          "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  CHECK_FALSE(units.keeps(apps, config_map("x")));
  units.store(apps, source, rendered({"x", "y"}, "1"));
  CHECK_FALSE(units.keeps(apps, config_map("x")));
  units.mark_applied(apps);
  CHECK(units.keeps(apps, config_map("x")));
  CHECK_FALSE(units.keeps(apps, config_map("z")));
  units.store(apps, source, rendered({"y"}, "2"));
  CHECK(units.keeps(apps, config_map("x")));
  units.store(infra, source, rendered({"x", "y"}, "2"));
  CHECK_FALSE(units.keeps(apps, config_map("x")));
  CHECK(units.keeps(apps, config_map("y")));
  units.erase(apps);
  CHECK_FALSE(units.keeps(apps, config_map("y")));
}

TEST_CASE("prunes wait until every unit of the source rendered the revision",
          "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  units.store(apps, source, rendered({}, "2"));
  CHECK_FALSE(units.awaits_others(apps, source, "2"));
  units.expect(infra, source);
  CHECK(units.awaits_others(apps, source, "2"));
  units.store(infra, source, rendered({}, "1"));
  CHECK(units.awaits_others(apps, source, "2"));
  units.store(infra, source, rendered({}, "2"));
  CHECK_FALSE(units.awaits_others(apps, source, "2"));
}

TEST_CASE("prunes do not wait for units that are excused, gone or of another source",
          "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  units.store(apps, source, rendered({}, "2"));
  units.expect(infra, {"GitRepository", "flux-system", "other"});
  CHECK_FALSE(units.awaits_others(apps, source, "2"));
  units.expect(web, source);
  units.excuse(web);
  CHECK_FALSE(units.awaits_others(apps, source, "2"));
  units.expect(web, source);
  CHECK(units.awaits_others(apps, source, "2"));
  units.erase(web);
  CHECK_FALSE(units.awaits_others(apps, source, "2"));
}

TEST_CASE("an excused unit's last render stays known", "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  units.store(apps, source, rendered({"x"}, "1"));
  units.excuse(apps);
  CHECK(units.renders(apps, config_map("x")));
}

TEST_CASE("a unit's object weighs as much as its unit", "[engine][pipeline][rendered_units]") {
  RenderedUnits units;
  units.store(apps, source, rendered({"x", "y", "z"}, "1"));
  units.store(web, source, rendered({"x"}, "1"));
  CHECK(units.weight(config_map("x")) == 1);
  CHECK(units.weight({kustomization_kind.group, "Kustomization", "flux-system", "apps"}) == 4);
  CHECK(units.weight({kustomization_kind.group, "Kustomization", "flux-system", "new"}) == 1);
  CHECK(units.weight({helm_release_kind.group, "HelmRelease", "team", "web"}) == 2);
}
