// The order of fluxcd/pkg ssa (sort.go and ApplyAllStaged, Flux 2.9.4).
#include "reconcile/appliers/stages.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace reconcile::appliers {

namespace {

struct KindOrder {
  std::string_view group;
  std::string_view kind;
};

constexpr std::string_view admission = "admissionregistration.k8s.io";
constexpr std::string_view rbac = "rbac.authorization.k8s.io";

constexpr std::array<KindOrder, 23> first_kinds = {{
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"", "Namespace"},
    {rbac, "ClusterRole"},
    {"cluster.x-k8s.io", "ClusterClass"},
    {"node.k8s.io", "RuntimeClass"},
    {"scheduling.k8s.io", "PriorityClass"},
    {"storage.k8s.io", "StorageClass"},
    {"snapshot.storage.k8s.io", "VolumeSnapshotClass"},
    {"networking.k8s.io", "IngressClass"},
    {"gateway.networking.k8s.io", "GatewayClass"},
    {rbac, "ClusterRoleBinding"},
    {"", "ResourceQuota"},
    {"", "ServiceAccount"},
    {rbac, "Role"},
    {rbac, "RoleBinding"},
    {"", "ConfigMap"},
    {"", "Secret"},
    {"", "Service"},
    {"", "LimitRange"},
    {"apps", "Deployment"},
    {"apps", "StatefulSet"},
    {"batch", "CronJob"},
    {"policy", "PodDisruptionBudget"},
}};
constexpr std::array<KindOrder, 2> last_kinds = {{
    {admission, "MutatingWebhookConfiguration"},
    {admission, "ValidatingWebhookConfiguration"},
}};
constexpr int other_rank = 1000;

auto order_key(const model::ObjectId& id, const StageOptions& options) {
  const int rank = sort_rank(id.group, id.kind);
  return std::tuple(stage_of(id, options), rank, std::string_view(id.group),
                    std::string_view(id.kind), std::string_view(id.namespace_name),
                    std::string_view(id.name));
}

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::definitions:
      return "definitions";
    case Stage::classes:
      return "classes";
    case Stage::custom:
      return "custom";
    case Stage::rest:
      return "rest";
  }
  return "";
}

Stage stage_of(const model::ObjectId& id, const StageOptions& options) {
  const bool definition =
      (id.kind == "CustomResourceDefinition" && id.group == first_kinds[0].group) ||
      (id.kind == "Namespace" && id.group.empty()) ||
      (id.kind == "ClusterRole" && id.group == rbac);
  if (definition) return Stage::definitions;
  if (id.kind.ends_with("Class")) return Stage::classes;
  for (const auto& [group, kind] : options.custom_kinds)
    if (id.group == group && id.kind == kind) return Stage::custom;
  return Stage::rest;
}

int sort_rank(std::string_view group, std::string_view kind) noexcept {
  for (std::size_t i = 0; i < first_kinds.size(); ++i)
    if (first_kinds[i].kind == kind && first_kinds[i].group == group) return static_cast<int>(i);
  for (std::size_t i = 0; i < last_kinds.size(); ++i)
    if (last_kinds[i].kind == kind && last_kinds[i].group == group)
      return other_rank + 1 + static_cast<int>(i);
  return other_rank;
}

bool applies_before(const model::ObjectId& left, const model::ObjectId& right,
                    const StageOptions& options) {
  return order_key(left, options) < order_key(right, options);
}

}  // namespace reconcile::appliers
