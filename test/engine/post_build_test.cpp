#include "engine/pipeline/post_build.hpp"

#include <catch2/catch.hpp>

#include "engine/pipeline/cluster_values.hpp"
#include "engine/pipeline/failure_text.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

UnitSpec unit_with(const std::string& post_build) {
  return read_kustomization(
      model::parse_json(R"({"metadata":{"name":"apps","namespace":"team"},"spec":{"sourceRef":)"
                        R"({"kind":"GitRepository","name":"r"},"postBuild":)" +
                        post_build + "}}"));
}

RenderPorts holding(const std::map<std::string, ConfigData>& objects) {
  RenderPorts ports;
  ports.config = [objects](const std::string& kind, const std::string& space,
                           const std::string& name) -> std::optional<ConfigData> {
    const auto found = objects.find(kind + "/" + space + "/" + name);
    if (found == objects.end()) return std::nullopt;
    return found->second;
  };
  return ports;
}

std::string error_of(const std::string& post_build, const RenderPorts& ports) {
  try {
    read_post_build(unit_with(post_build), ports);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("variables of the cluster have a digest", "[engine][pipeline][post_build]") {
  const std::string from = R"({"substituteFrom":[{"kind":"ConfigMap","name":"c"}]})";
  const UnitSpec unit = unit_with(from);
  const std::string one =
      cluster_values_digest(unit, holding({{"ConfigMap/team/c", {{"a", "1"}}}}));
  CHECK_FALSE(one.empty());
  CHECK(cluster_values_digest(unit, holding({{"ConfigMap/team/c", {{"a", "1"}}}})) == one);
  CHECK(cluster_values_digest(unit, holding({{"ConfigMap/team/c", {{"a", "2"}}}})) != one);
  CHECK(cluster_values_digest(unit, holding({{"ConfigMap/team/c", {}}})) != one);
}

TEST_CASE("inline variables ask nothing of the cluster", "[engine][pipeline][post_build]") {
  RenderPorts ports;
  ports.config = [](const std::string&, const std::string&,
                    const std::string&) -> std::optional<ConfigData> {
    FAIL("asked");
    return std::nullopt;
  };
  const PostBuild read = read_post_build(unit_with(R"({"substitute":{"a":"x\ny"}})"), ports);
  CHECK(read.variables.at("a") == "xy");
  CHECK(read.digest.empty());
  CHECK(cluster_values_digest(unit_with(R"({"substitute":{"a":"x"}})"), ports).empty());
}

TEST_CASE("names the reference that is missing or wrong", "[engine][pipeline][post_build]") {
  CHECK(error_of(R"({"substituteFrom":[{"kind":"Secret","name":"s"}]})", holding({})) ==
        "expected the Secret/team/s that spec.postBuild.substituteFrom names, found none");
  CHECK_THAT(error_of(R"({"substituteFrom":[{"kind":"Pod","name":"s"}]})", holding({})),
             Catch::Contains("spec.postBuild.substituteFrom[].kind, found \"Pod\""));
  CHECK_THAT(error_of(R"({"substitute":{"a":1}})", holding({})),
             Catch::Contains("spec.postBuild.substitute.a, found integer"));
  CHECK_THAT(error_of(R"({"substituteStrategy":"Never"})", holding({})),
             Catch::Contains("found \"Never\""));
}

TEST_CASE("without a cluster references are passed over", "[engine][pipeline][post_build]") {
  const PostBuild read =
      read_post_build(unit_with(R"({"substituteFrom":[{"kind":"Secret","name":"s"}]})"), {});
  CHECK(read.options.unset == substitute::Unset::empty);
  CHECK(read_post_build(unit_with("{}"), {}).options.unset == substitute::Unset::refused);
  // The same where an optional one may be in a cluster that nobody asks.
  const UnitSpec optional =
      unit_with(R"({"substituteFrom":[{"kind":"Secret","name":"s","optional":true}]})");
  RenderPorts part = holding({});
  CHECK(read_post_build(optional, part).options.unset == substitute::Unset::refused);
  part.knows_part = true;
  CHECK(read_post_build(optional, part).options.unset == substitute::Unset::empty);
}

TEST_CASE("a message does not repeat what came from a Secret", "[engine][pipeline][post_build]") {
  const PostBuild read =
      read_post_build(unit_with(R"({"substituteFrom":[{"kind":"Secret","name":"s"}]})"),
                      holding({{"Secret/team/s", {{"token", "hunter2"}}}}));
  CHECK(read.options.error_detail == substitute::ErrorDetail::without_values);
  const model::ObjectId id{"apps", "Deployment", "team", "web"};
  CHECK(shown_message(id, "spec.x: Invalid value: \"hunter2\": too short", read.secret_values) ==
        "spec.x: Invalid value: ***");
  CHECK(shown_message(id, "no host hunter2, hunter2", read.secret_values) == "no host ***, ***");
  CHECK(shown_message(id, "spec.x: Invalid value: \"v\"", {}) == "spec.x: Invalid value: \"v\"");
  CHECK(shown_message({"", "Secret", "team", "s"}, "data: Invalid value: \"v\"", {}) ==
        "data: Invalid value: ***");
  appliers::PassResult result;
  result.failures.push_back({id, appliers::AnswerClass::permanent, "no host hunter2"});
  result.changes.objects.emplace_back();
  result.changes.objects[0].message = "no host hunter2";
  result.warnings.push_back({id, "no host hunter2"});
  mask_messages(result, read.secret_values);
  CHECK(describe(result.failures) == "Deployment/team/web: no host ***");
  CHECK(result.changes.objects[0].message == "no host ***");
  CHECK(result.warnings[0].message == "no host ***");
}
