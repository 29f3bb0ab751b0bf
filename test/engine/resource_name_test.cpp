#include "engine/cli/resource_name.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

using namespace reconcile::engine;

TEST_CASE("reads names of objects as people write them", "[engine][cli][resource_name]") {
  const std::pair<const char*, const char*> rows[] = {
      {"ks/apps", "Kustomization/own/apps"},
      {"Kustomization/apps", "Kustomization/own/apps"},
      {"KUSTOMIZATION/team/apps", "Kustomization/team/apps"},
      {"hr/podinfo", "HelmRelease/own/podinfo"},
      {"helmrelease/team/podinfo", "HelmRelease/team/podinfo"},
      {"git/monorepo", "GitRepository/own/monorepo"},
  };
  for (const auto& [text, expected] : rows)
    CHECK(parse_resource_name(text, "own").display() == expected);
}

TEST_CASE("refuses names that are none", "[engine][cli][resource_name]") {
  for (const char* text : {"", "ks", "ks/", "/", "apps", "Deployment/apps", "ks/a/"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_resource_name(text, "own"), reconcile::model::Error);
  }
  CHECK_THROWS_WITH(parse_resource_name("pod/x", "own"),
                    Catch::Contains("HelmRelease (hr)") && Catch::Contains("found \"pod/x\""));
}
