// Kinds whose deletion loses data or machines: their prune always asks for approval. One line a
// row.
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

}  // namespace

bool is_sensitive(const model::ObjectId& id, model::Value live) {
  for (const SensitiveKind& row : sensitive_kinds)
    if (matches(row.group, id.group) && (row.kind.empty() || row.kind == id.kind)) return true;
  if (id.group.empty() && id.kind == "PersistentVolumeClaim") {
    // Seen without status it may be bound.
    const std::string_view phase = live["status"]["phase"].text();
    return phase.empty() || phase == "Bound";
  }
  if (id.group == "apps" && id.kind == "StatefulSet") {
    const model::Value policy = live["spec"]["persistentVolumeClaimRetentionPolicy"];
    return policy["whenDeleted"].text() == "Delete";
  }
  return false;
}

}  // namespace reconcile::appliers
