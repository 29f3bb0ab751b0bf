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
  appliers::LiveState live;
  RenderedUnits units{live};
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
  appliers::LiveState live;
  RenderedUnits units{live};
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
  appliers::LiveState live;
  RenderedUnits units{live};
  const std::string infra_waits = "Kustomization/flux-system/infra has yet to render 2";
  units.store(apps, source, rendered({}, "2"));
  CHECK(units.prune_wait(apps, source, "2").empty());
  units.expect(infra, source);
  CHECK(units.prune_wait(apps, source, "2") == infra_waits);
  units.store(infra, source, rendered({}, "1"));
  CHECK(units.prune_wait(apps, source, "2") == infra_waits);
  units.store(infra, source, rendered({}, "2"));
  CHECK(units.prune_wait(apps, source, "2").empty());
}

TEST_CASE("prunes do not wait for units that are excused, gone or of another source",
          "[engine][pipeline][rendered_units]") {
  appliers::LiveState live;
  RenderedUnits units{live};
  units.store(apps, source, rendered({}, "2"));
  units.expect(infra, {"GitRepository", "flux-system", "other"});
  CHECK(units.prune_wait(apps, source, "2").empty());
  units.expect(web, source);
  units.excuse(web);
  CHECK(units.prune_wait(apps, source, "2").empty());
  units.expect(web, source);
  CHECK(units.prune_wait(apps, source, "2") == "HelmRelease/team/web has yet to render 2");
  units.erase(web);
  CHECK(units.prune_wait(apps, source, "2").empty());
}

TEST_CASE("an excused unit's last render stays known", "[engine][pipeline][rendered_units]") {
  appliers::LiveState live;
  RenderedUnits units{live};
  units.store(apps, source, rendered({"x"}, "1"));
  units.excuse(apps);
  CHECK(units.renders(apps, config_map("x")));
}

TEST_CASE("a unit's object weighs as much as its unit", "[engine][pipeline][rendered_units]") {
  appliers::LiveState live;
  RenderedUnits units{live};
  units.store(apps, source, rendered({"x", "y", "z"}, "1"));
  units.store(web, source, rendered({"w"}, "1"));
  CHECK(units.weight(config_map("x")) == 1);
  CHECK(units.weight({kustomization_kind.group, "Kustomization", "flux-system", "apps"}) == 4);
  CHECK(units.weight({kustomization_kind.group, "Kustomization", "flux-system", "new"}) == 1);
  CHECK(units.weight({helm_release_kind.group, "HelmRelease", "team", "web"}) == 2);
  units.store(infra, source, rendered({"y", "z"}, "1"));
  CHECK(units.weight({kustomization_kind.group, "Kustomization", "flux-system", "apps"}) == 2);
}

TEST_CASE("a unit's object weighs as much as all units below it",
          "[engine][pipeline][rendered_units]") {
  appliers::LiveState live;
  RenderedUnits units{live};
  auto parent = std::make_shared<Rendered>(*rendered({"x"}, "1"));
  for (const char* name : {"apps", "infra"}) {
    appliers::PreparedObject object;
    object.object = model::pack(model::Object(model::parse_json(
        R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization","metadata":)"
        R"({"namespace":"flux-system","name":")" +
        std::string(name) + "\"}}")));
    parent->prepared.objects.push_back(std::move(object));
  }
  parent->index();
  units.store(web, source, parent);
  units.store(apps, source, rendered({"a", "b", "c"}, "1"));
  units.remember(infra, 100);
  CHECK(units.weight({helm_release_kind.group, "HelmRelease", "team", "web"}) == 1 + 1 + 4 + 1);
  units.expect(infra, source);
  units.remember(infra, 100);
  CHECK(units.weight({helm_release_kind.group, "HelmRelease", "team", "web"}) == 1 + 1 + 4 + 101);
}

TEST_CASE("a unit that is deleted lets go of its objects until it is gone",
          "[engine][pipeline][rendered_units]") {
  using appliers::OwnerClaim;
  appliers::LiveState live;
  RenderedUnits units{live};
  units.expect(apps, source);
  units.store(apps, source, rendered({"x"}, "1"));
  const auto claim = [&] { return units.claim(apps, config_map("x"), source, "1"); };
  CHECK(claim() == OwnerClaim::stands);
  units.on_deleted(config_map("x"));
  CHECK(claim() == OwnerClaim::stands);
  units.on_deleted({kustomization_kind.group, "Kustomization", "flux-system", "apps"});
  CHECK(claim() == OwnerClaim::open);
  units.excuse(apps);
  CHECK(claim() == OwnerClaim::open);
  CHECK(units.erase(apps));
  CHECK(claim() == OwnerClaim::none);
}

TEST_CASE("a suspended unit that renders for a plan is not waited for afterwards",
          "[engine][pipeline][rendered_units]") {
  appliers::LiveState live;
  RenderedUnits units{live};
  units.store(apps, source, rendered({}, "2"));
  units.expect(infra, source);
  units.excuse(infra);
  units.store(infra, source, rendered({}, "1"));
  CHECK(units.prune_wait(apps, source, "2").empty());
}
