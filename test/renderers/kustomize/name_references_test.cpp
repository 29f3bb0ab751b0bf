#include <catch2/catch.hpp>

#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

TEST_CASE("follows renamed objects in references", "[renderers][kustomize]") {
  const std::string text = build_text(
      {{"kustomization.yaml", "namePrefix: p-\nnamespace: ns\nresources: [a.yaml]"},
       {"a.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\n"
        "spec: {volumes: [{name: v, secret: {secretName: s}}, {name: w, secret: {secretName: "
        "t}}]}\n"
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
        "subjects: [{kind: ServiceAccount, name: sa}]\n"}});
  CHECK(contains(text, "secretName: p-s"));
  CHECK(contains(text, "secretName: t"));
  CHECK(contains(text, "- kind: ServiceAccount\n  name: p-sa\n  namespace: ns"));
  CHECK(contains(text, "name: view"));
}

TEST_CASE("keeps references inside their namespace", "[renderers][kustomize]") {
  const std::string text =
      build_text({{"kustomization.yaml", "namePrefix: p-\nresources: [a.yaml]"},
                  {"a.yaml",
                   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: one}\n---\n"
                   "apiVersion: v1\nkind: Pod\nmetadata: {name: pod, namespace: two}\n"
                   "spec: {volumes: [{name: v, configMap: {name: c}}]}\n"}});
  CHECK(contains(text, "configMap:\n      name: c\n"));
}

TEST_CASE("prefers the object that got the same prefixes", "[renderers][kustomize]") {
  const std::string base =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
      "apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\n"
      "spec: {volumes: [{name: v, configMap: {name: c}}]}\n";
  const std::string text =
      build_text({{"kustomization.yaml", "resources: [a, b]"},
                  {"a/kustomization.yaml", "namePrefix: a-\nresources: [../c]"},
                  {"b/kustomization.yaml", "namePrefix: b-\nresources: [../c]"},
                  {"c/kustomization.yaml", "resources: [c.yaml]"},
                  {"c/c.yaml", base}});
  CHECK(contains(text, "name: a-pod\nspec:\n  volumes:\n  - configMap:\n      name: a-c"));
  CHECK(contains(text, "name: b-pod\nspec:\n  volumes:\n  - configMap:\n      name: b-c"));
}

}  // namespace
}  // namespace reconcile::kustomize
