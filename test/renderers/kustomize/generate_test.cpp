#include "reconcile/kustomize/generate.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/renderers/read_set.hpp"

namespace reconcile::kustomize {
namespace {

using renderers::ReadSetKind;

const std::string config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const std::string head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

TEST_CASE("lists the YAML files below a path without kustomization", "[renderers][kustomize]") {
  const auto tree = model::memory_tree({{"app/b.yaml", config_map},
                                        {"app/a/z.yml", config_map},
                                        {"app/a/readme.md", "x"},
                                        {"app/k/kustomization.yaml", "resources: [x.yaml]"},
                                        {"app/k/x.yaml", config_map}});
  const GeneratedKustomization result = generate_kustomization(*tree, "app");
  CHECK(result.generated);
  CHECK(result.text == head + "resources:\n- ./a/z.yml\n- ./b.yaml\n- ./k\n");
  CHECK(result.read_set.contains({ReadSetKind::absent, "app/kustomization.yaml", ""}));
  bool lists_directory = false;
  for (const auto& entry : result.read_set) {
    lists_directory =
        lists_directory || (entry.kind == ReadSetKind::directory && entry.path == "app/a");
  }
  CHECK(lists_directory);
  CHECK(renderers::still_holds(result.read_set, *tree));
}

TEST_CASE("makes a placeholder of an empty path", "[renderers][kustomize]") {
  const auto tree = model::memory_tree({{"app/readme.md", "x"}});
  CHECK(generate_kustomization(*tree, "app").text == head + "namespace: _placeholder\n");
}

TEST_CASE("names the file that holds no object", "[renderers][kustomize]") {
  const auto tree = model::memory_tree({{"app/values.yaml", "a: 1\n"}});
  try {
    (void)generate_kustomization(*tree, "app");
    FAIL("no error");
  } catch (const model::Error& error) {
    CHECK(error.file() == "app/values.yaml");
  }
  CHECK_THROWS_AS(generate_kustomization(*tree, "other"), model::Error);
}

TEST_CASE("writes the fields of the Kustomization into an existing file",
          "[renderers][kustomize]") {
  const auto tree =
      model::memory_tree({{"kustomization.yaml",
                           "resources: [a.yaml]\nimages: [{name: i, newTag: '1', newName: x}]\n"},
                          {"comp/kustomization.yaml", "kind: Component\n"}});
  const model::Document spec = model::parse_yaml(
      "targetNamespace: t\nnamePrefix: p-\npatches: [{patch: 'x', target: {kind: A}}]\n"
      "images: [{name: i, digest: 'sha256:1'}, {name: j, newTag: '2'}]\n"
      "components: [comp, gone]\nignoreMissingComponents: true\n");
  const GeneratedKustomization result =
      generate_kustomization(*tree, "", FluxOverrides::from_spec(spec.root()));
  CHECK_FALSE(result.generated);
  CHECK(result.text ==
        "apiVersion: kustomize.config.k8s.io/v1beta1\ncomponents:\n- comp\nimages:\n"
        "- digest: sha256:1\n  name: i\n  newName: x\n- name: j\n  newTag: \"2\"\n"
        "kind: Kustomization\nnamePrefix: p-\nnamespace: t\npatches:\n- patch: x\n  target:\n"
        "    kind: A\nresources:\n- a.yaml\n");
}

TEST_CASE("names file and line of a field that kustomizations do not have",
          "[renderers][kustomize]") {
  const auto refused = [](const std::string& text) -> std::string {
    try {
      (void)generate_kustomization(*model::memory_tree({{"kustomization.yaml", text}}), "");
    } catch (const model::Error& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string top = refused("resources: [a.yaml]\nnamePrefixes: x-\n");
  CHECK(top.find("did you mean \"namePrefix\"? (kustomization.yaml:2)") != std::string::npos);
  const std::string below = refused("images:\n- name: web\n  newtags: v2\n");
  CHECK(below.find("\"newtags\" in images[0]; did you mean") != std::string::npos);
  CHECK(below.find("(kustomization.yaml:3)") != std::string::npos);
}

TEST_CASE("keeps a file without resources from being empty", "[renderers][kustomize]") {
  const auto tree = model::memory_tree({{"kustomization.yaml", "namespace: x\n"}});
  CHECK(generate_kustomization(*tree, "").text.find("buildMetadata:\n- originAnnotations\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace reconcile::kustomize
