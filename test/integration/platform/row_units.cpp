#include "test/integration/platform/row_units.hpp"

namespace reconcile::test {
namespace {

/// Everything up to the spec's own fields. No wait ends while the suite looks.
std::string head(const std::string& api_version, const std::string& kind, const PlatformRow& row,
                 const std::string& space) {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {name: " + row.name +
         ", namespace: " + space +
         "}\nspec:\n  interval: 2s\n  timeout: 30m\n  commonMetadata: {labels: {" + row_label +
         ": " + row.name + "}}\n";
}

}  // namespace

std::string release_yaml(const PlatformRow& row, const std::string& space,
                         const std::string& target, const std::string& patches) {
  const std::string depends = row.needs.empty() ? "" : "  dependsOn: [{name: " + row.needs + "}]\n";
  return head("helm.toolkit.fluxcd.io/v2", "HelmRelease", row, space) + depends +
         "  releaseName: " + row.name + "\n  targetNamespace: " + target +
         "\n  values: " + row.values + "\n  chart:\n    spec:\n      chart: rows/" + row.name +
         "\n      sourceRef: {kind: GitRepository, name: repository}\n" + patches;
}

std::string folder_yaml(const PlatformRow& row, const std::string& space) {
  return head("kustomize.toolkit.fluxcd.io/v1", "Kustomization", row, space) + "  path: ./rows/" +
         row.name +
         "\n  prune: true\n  wait: true\n"
         "  sourceRef: {kind: GitRepository, name: repository}\n";
}

}  // namespace reconcile::test
