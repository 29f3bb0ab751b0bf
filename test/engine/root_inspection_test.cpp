#include "engine/controllers/root_inspection.hpp"

#include <catch2/catch.hpp>

using namespace reconcile;
using namespace reconcile::engine;

namespace {

sources::GitOptions infra() {
  sources::GitOptions options;
  options.url = "https://git.example/infra";
  options.reference.branch = "main";
  return options;
}

sources::Artifact artifact(const std::string& environment) {
  sources::Artifact artifact;
  artifact.tree =
      model::memory_tree({{"clusters/dev/environment.yaml", environment}, {"README.md", "text"}});
  return artifact;
}

std::string environment(const std::string& spec) {
  return "apiVersion: gates.reconcile.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\n"
         "spec: {cluster: dev" +
         spec + "}\n";
}

}  // namespace

TEST_CASE("an agent without a gate does not run a branch that asks for one",
          "[engine][controllers][root_inspection]") {
  RootInspection inspection(infra(), "clusters/dev", "reconcile-system", {});
  const std::string objection =
      inspection.objection(infra(), artifact(environment(", from: [qa]")));
  CHECK_THAT(objection, Catch::Contains("Environment/dev") && Catch::Contains("--environment dev"));
  // Sources that follow something else are no matter of the gate's.
  sources::GitOptions other = infra();
  other.reference.branch = "feature";
  CHECK(inspection.objection(other, artifact(environment(", from: [qa]"))).empty());
}

TEST_CASE("an Environment that asks for nothing needs no gate",
          "[engine][controllers][root_inspection]") {
  RootInspection inspection(infra(), "clusters/dev", "reconcile-system", {});
  CHECK(inspection.objection(infra(), artifact(environment(""))).empty());
  CHECK(inspection.objection(infra(), artifact(environment(", from: []"))).empty());
}

TEST_CASE("where the root unit does not render, the last answer stands",
          "[engine][controllers][root_inspection]") {
  RootInspection inspection(infra(), "clusters/dev", "reconcile-system", {});
  CHECK(inspection.objection(infra(), artifact("a: [")).empty());
  CHECK_FALSE(inspection.objection(infra(), artifact(environment(", from: [qa]"))).empty());
  CHECK_FALSE(inspection.objection(infra(), artifact("a: [")).empty());
  CHECK(inspection.objection(infra(), artifact(environment(""))).empty());
}
