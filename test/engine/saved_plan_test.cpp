#include "engine/pipeline/saved_plan.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "engine/cli/plan_file.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

appliers::PreparedUnit secret_unit(const std::string& value) {
  appliers::PreparedUnit unit;
  unit.unit = {appliers::UnitKind::kustomization, "flux-system", "apps"};
  const std::string json =
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"a"},)"
      R"("data":{"password":")" +
      value + R"("}})";
  unit.objects.emplace_back();
  unit.objects.back().object = model::pack(model::Object(model::parse_json(json)));
  return unit;
}

appliers::UnitPlan unit_plan(diff::Action action, diff::Reason reason) {
  appliers::UnitPlan plan;
  appliers::PlannedObject object;
  object.change = {{"", "Secret", "a", "s"}, action, reason, {}, {}};
  object.version = "v1";
  object.uid = "u";
  object.resource_version = "12";
  plan.objects.push_back(object);
  plan.objects.push_back(object);
  plan.objects[1].change = {
      {"", "ConfigMap", "a", "old"}, diff::Action::deleted, diff::Reason::obsolete, {}, {}};
  return plan;
}

SavedPlan example() {
  SavedPlan plan = save_plan(secret_unit("aHVudGVyMg=="),
                             unit_plan(diff::Action::configured, diff::Reason::change), "uid");
  plan.revision = "main@sha1:" + std::string(40, 'a');
  plan.generation = 3;
  plan.made_at = "2026-01-31T08:00:00Z";
  return plan;
}

std::string refusal(const std::string& json) {
  try {
    (void)read_saved_plan(json);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a saved plan reads as it was written, without values", "[engine][saved_plan]") {
  const SavedPlan plan = example();
  const std::string json = to_json(plan);
  CHECK(read_saved_plan(json) == plan);
  CHECK(json.find("aHVudGVyMg") == std::string::npos);
  REQUIRE(plan.objects.size() == 2);
  CHECK(plan.objects[0].action == "configured");
  CHECK(plan.objects[0].resource_version == "12");
  CHECK(plan.objects[0].desired.starts_with("hmac-sha256:"));
  CHECK(plan.objects[1].desired.empty());
  CHECK(expected_objects(plan).size() == 1);
}

TEST_CASE("the digests of a plan depend on values and on the unit", "[engine][saved_plan]") {
  const std::string digest = plan_digest(secret_unit("b25l"), "uid");
  CHECK(digest == plan_digest(secret_unit("b25l"), "uid"));
  CHECK(digest != plan_digest(secret_unit("dHdv"), "uid"));
  CHECK(digest != plan_digest(secret_unit("b25l"), "another uid"));
}

TEST_CASE("a plan that would fail is not saved", "[engine][saved_plan]") {
  CHECK_THROWS_WITH(
      save_plan(secret_unit(""), unit_plan(diff::Action::skipped, diff::Reason::failed), "uid"),
      Catch::Contains("Secret/a/s"));
  const SavedPlan nothing =
      save_plan(secret_unit(""), unit_plan(diff::Action::unchanged, diff::Reason::none), "uid");
  CHECK(nothing.objects.size() == 1);
}

TEST_CASE("a plan travels with its request", "[engine][saved_plan]") {
  const SavedPlan plan = example();
  const std::string value = plan_annotation("r1", plan);
  CHECK(plan_of_annotation(value, "r1") == plan);
  CHECK_FALSE(plan_of_annotation(value, "r2"));
  CHECK_FALSE(plan_of_annotation("", ""));
  CHECK_FALSE(plan_of_annotation("r1", "r1"));
  CHECK_THROWS_AS(plan_of_annotation("r1 %%%", "r1"), model::Error);
  CHECK_THROWS_AS(plan_of_annotation("r1 AAAA", "r1"), model::Error);
  SavedPlan large = plan;
  for (int i = 0; i < 10'000; ++i) {
    SavedObject object = plan.objects[0];
    object.id.name = "object-" + std::to_string(i);
    object.desired = plan_digest(secret_unit("b25l"), std::to_string(i));
    large.objects.push_back(object);
  }
  CHECK_THROWS_WITH(plan_annotation("r1", large), Catch::Contains("10002 objects"));
}

TEST_CASE("says what is wrong with a plan file", "[engine][saved_plan]") {
  CHECK_THAT(refusal("{}"), Catch::Contains("format"));
  CHECK_THAT(refusal(R"({"format":"reconcile.dev/plan/v1"})"), Catch::Contains("\"kind\""));
  CHECK_THAT(refusal(R"({"format":"reconcile.dev/plan/v1","unit":{"kind":"Pod"}})"),
             Catch::Contains("\"Pod\""));
  CHECK_FALSE(refusal("not json").empty());
}

TEST_CASE("a plan file is its owner's alone", "[engine][saved_plan]") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/plan.json";
  directory.write("plan.json", "old");
  ::chmod(path.c_str(), 0644);
  write_private_file(path, "new\n");
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  CHECK(text.str() == "new\n");
  CHECK_THROWS_WITH(write_private_file(directory.path() + "/none/plan.json", ""),
                    Catch::Contains("/none/plan.json"));
}
