// Kinds whose deletion loses data or machines: their prune always asks for approval. One line a
// row.
#include "reconcile/appliers/crossplane.hpp"
#include "reconcile/appliers/prune.hpp"

namespace reconcile::appliers {

namespace {

struct SensitiveKind {
  std::string_view group;  // "*" at the front matches any prefix
  std::string_view kind;   // empty: every kind of the group
};

constexpr SensitiveKind sensitive_kinds[] = {
    {"", "Namespace"},
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"", "PersistentVolume"},
    {"karpenter.sh", "NodePool"},
    {"karpenter.k8s.aws", "EC2NodeClass"},
    {"cluster.x-k8s.io", ""},
    {"*.cluster.x-k8s.io", ""},
    {"*.crossplane.io", ""},
    {"*.upbound.io", ""},
};

bool matches(std::string_view pattern, std::string_view group) {
  if (pattern.starts_with('*')) return group.ends_with(pattern.substr(1));
  return pattern == group;
}

bool is_volume_claim(const model::ObjectId& id) {
  return id.group.empty() && id.kind == "PersistentVolumeClaim";
}

bool is_stateful_set(const model::ObjectId& id) {
  return id.group == "apps" && id.kind == "StatefulSet";
}

/// Groups without a dot are Kubernetes' own, and *.k8s.io is kept for its projects.
bool is_custom_group(std::string_view group) {
  return group.find('.') != std::string_view::npos && !group.ends_with(".k8s.io");
}

}  // namespace

bool is_sensitive(const model::ObjectId& id, model::Value live) {
  for (const SensitiveKind& row : sensitive_kinds)
    if (matches(row.group, id.group) && (row.kind.empty() || row.kind == id.kind)) return true;
  if (is_volume_claim(id)) {
    // Seen without status it may be bound.
    const std::string_view phase = live["status"]["phase"].text();
    return phase.empty() || phase == "Bound";
  }
  if (is_stateful_set(id)) {
    const model::Value policy = live["spec"]["persistentVolumeClaimRetentionPolicy"];
    return policy["whenDeleted"].text() == "Delete";
  }
  return is_custom_group(id.group) && is_crossplane_resource(live);
}

bool is_judged_by_content(const model::ObjectId& id) {
  return is_volume_claim(id) || is_stateful_set(id) || is_custom_group(id.group);
}

}  // namespace reconcile::appliers
