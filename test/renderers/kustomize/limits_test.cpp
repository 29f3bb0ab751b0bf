#include <catch2/catch.hpp>

#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

const std::string config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

model::ErrorCode code_of(const BuildRequest& request) {
  try {
    (void)build(request);
  } catch (const model::Error& error) {
    INFO(error.what());
    return error.code();
  }
  FAIL("the build did not fail");
  return model::ErrorCode::internal;
}

TEST_CASE("refuses an alias bomb quickly", "[renderers][kustomize]") {
  std::string bomb = config_map + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j > 0 ? ", " : "") + last;
    bomb += "]\n";
  }
  CHECK_THROWS_AS(
      build(request_for({{"kustomization.yaml", "resources: [a.yaml]"}, {"a.yaml", bomb}})),
      model::Error);
}

TEST_CASE("refuses circles of kustomizations", "[renderers][kustomize]") {
  const BuildRequest request = request_for({{"a/kustomization.yaml", "resources: [../b]"},
                                            {"b/kustomization.yaml", "resources: [../a]"}},
                                           "a");
  CHECK(build_error(request).find("cycle detected") != std::string::npos);
}

TEST_CASE("refuses files outside the kustomization unless it is told to read them",
          "[renderers][kustomize]") {
  BuildRequest request = request_for(
      {{"app/kustomization.yaml", "resources: [../a.yaml]"}, {"a.yaml", config_map}}, "app");
  CHECK(code_of(request) == model::ErrorCode::outside_root);
  request.load_restrictor = LoadRestrictor::none;
  CHECK(build(request).objects.size() == 1);
}

TEST_CASE("never leaves the tree, not by links either", "[renderers][kustomize]") {
  BuildRequest request;
  request.load_restrictor = LoadRestrictor::none;
  request.tree =
      model::memory_tree({{"kustomization.yaml", "resources: [../../etc/passwd]"}, {"x", ""}});
  CHECK(code_of(request) == model::ErrorCode::outside_root);
  request.tree = model::memory_tree({{"kustomization.yaml", "resources: [link.yaml]"}},
                                    {{"link.yaml", "/etc/passwd"}});
  CHECK_THROWS_AS(build(request), model::Error);
  request.tree = model::memory_tree({{"kustomization.yaml", "resources: [/etc/passwd]"}});
  CHECK(code_of(request) == model::ErrorCode::outside_root);
}

TEST_CASE("follows a link to a file only inside the kustomization", "[renderers][kustomize]") {
  BuildRequest request;
  request.path = "app";
  request.tree = model::memory_tree(
      {{"app/kustomization.yaml", "resources: [link.yaml]"}, {"secret.yaml", config_map}},
      {{"app/link.yaml", "../secret.yaml"}});
  CHECK(code_of(request) == model::ErrorCode::outside_root);
}

TEST_CASE("bounds nesting, objects and bytes", "[renderers][kustomize]") {
  std::map<std::string, std::string> files;
  std::string path;
  for (int i = 0; i < 10; ++i) {
    files[path + "kustomization.yaml"] = "resources: [d]";
    path += "d/";
  }
  files[path + "kustomization.yaml"] = "configMapGenerator: [{name: m}]";
  BuildRequest deep = request_for(files);
  CHECK(build(deep).objects.size() == 1);
  deep.limits.depth_max = 5;
  CHECK(code_of(deep) == model::ErrorCode::limit_exceeded);

  BuildRequest many = request_for({{"kustomization.yaml", "resources: [a.yaml]"},
                                   {"a.yaml", config_map + "---\n" + config_map}});
  many.limits.objects_max = 1;
  CHECK(code_of(many) == model::ErrorCode::limit_exceeded);
  many.limits = {};
  many.limits.bytes_max = 30;
  CHECK(code_of(many) == model::ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace reconcile::kustomize
