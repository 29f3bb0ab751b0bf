#include <catch2/catch.hpp>

#include "engine/controllers/unit.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

const model::WallTime start{1'767'225'600s};

Unit unit_of(appliers::UnitKind kind) {
  Unit unit;
  unit.key = {kind, "team", "web"};
  unit.meta.generation = 3;
  unit.applied_revision = "main@sha1:1";
  unit.attempted_revision = "main@sha1:2";
  unit.handled = "now";
  unit.conditions.set("Ready", ConditionStatus::yes, "ReconciliationSucceeded", "ok", 3, start);
  return unit;
}

const std::string ready_condition =
    R"({"lastTransitionTime":"2026-01-01T00:00:00Z","message":"ok","observedGeneration":3,)"
    R"("reason":"ReconciliationSucceeded","status":"True","type":"Ready"})";
const std::string revisions =
    R"("lastAppliedRevision":"main@sha1:1","lastAttemptedRevision":"main@sha1:2",)"
    R"("lastHandledReconcileAt":"now")";

}  // namespace

TEST_CASE("writes the status of a Kustomization", "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::kustomization);
  CHECK(status_patch(unit) == R"({"status":{"conditions":[)" + ready_condition + "]," + revisions +
                                  R"(,"observedGeneration":3}})");
  const StatusTarget target = status_target(unit);
  CHECK(target.gvk == kustomization_kind);
  CHECK(target.namespace_name + "/" + target.name + "/" + target.subresource == "team/web/status");
}

TEST_CASE("writes the inventory's mirror where it is new", "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::kustomization);
  unit.new_mirror = appliers::Inventory{{{{"apps", "Deployment", "shop", "web"}, "v1", "uid"}}};
  CHECK_THAT(
      status_patch(unit),
      Catch::Contains(R"("inventory":{"entries":[{"id":"shop_web_apps_Deployment","v":"v1"}]},)"));
}

TEST_CASE("writes the hooks of a HelmRelease", "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::helm_release);
  unit.hooks = {{"Job/migrate", "web/templates/hook.yaml", "pre-install"}};
  CHECK_THAT(status_patch(unit),
             Catch::Contains(R"("hooks":[{"events":"pre-install","object":"Job/migrate",)"
                             R"("path":"web/templates/hook.yaml"}],)"));
  CHECK(status_target(unit).gvk == helm_release_kind);
}

TEST_CASE("a generation counts as observed where it is applied or never can be",
          "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::kustomization);
  const auto observes = [&] {
    return status_patch(unit).find(",\"observedGeneration\":3}}") != std::string::npos;
  };
  CHECK(observes());
  unit.conditions.set("Ready", ConditionStatus::no, "BuildFailed", "no", 3, start);
  CHECK_FALSE(observes());
  unit.conditions.set("Ready", ConditionStatus::unknown, "Progressing", "", 3, start);
  CHECK_FALSE(observes());
  unit.conditions.set("Ready", ConditionStatus::no, "SourceNotSupported", "no", 3, start);
  CHECK(observes());
}

TEST_CASE("writes the root unit's status as a ConfigMap", "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::kustomization);
  unit.is_root = true;
  unit.spec.path = "clusters/dev";
  CHECK(status_patch(unit) ==
        R"({"data":{)" + revisions +
            R"(,"lastTransitionTime":"2026-01-01T00:00:00Z","message":"ok","notes":"",)"
            R"("path":"clusters/dev","plan":"","ready":"True",)"
            R"("reason":"ReconciliationSucceeded"}})");
  CHECK(status_target(unit).name == "reconcile-root");
  CHECK(status_target(unit).subresource.empty());
  unit.conditions.remove("Ready");
  CHECK_THAT(status_patch(unit), Catch::Contains(R"("ready":"Unknown","reason":"")"));
}

TEST_CASE("takes the root unit's past from its ConfigMap", "[engine][controllers][unit_status]") {
  Unit unit = unit_of(appliers::UnitKind::kustomization);
  unit.is_root = true;
  unit.spec.path = "clusters/dev";
  const model::Document written = model::parse_json(status_patch(unit));
  const model::Value data = written["data"];

  Unit next;
  next.spec.path = "clusters/dev";
  read_root_data(next, data);
  CHECK(next.applied_revision == "main@sha1:1");
  CHECK(next.attempted_revision == "main@sha1:2");
  const Condition* ready = next.conditions.find("Ready");
  REQUIRE(ready != nullptr);
  CHECK(ready->status == ConditionStatus::yes);
  CHECK(ready->message == "ok");
  CHECK(ready->last_transition_time == "2026-01-01T00:00:00Z");

  Unit moved;
  moved.spec.path = "clusters/staging";
  read_root_data(moved, data);
  CHECK(moved.applied_revision.empty());
  CHECK(moved.conditions.find("Ready") == nullptr);
}
