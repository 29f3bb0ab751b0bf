// The associative lists of built-in kinds in which charts are known to repeat items (OpenAPI of
// Kubernetes 1.36, x-kubernetes-list-map-keys). One line a row.
#include "appliers/apply/list_keys.hpp"

namespace reconcile::appliers {

namespace {

constexpr ListKey pod_lists[] = {
    {"containers", {"name", ""}},
    {"initContainers", {"name", ""}},
    {"volumes", {"name", ""}},
    {"imagePullSecrets", {"name", ""}},
    {"hostAliases", {"ip", ""}},
    {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
    {"containers/*/env", {"name", ""}},
    {"containers/*/ports", {"containerPort", "protocol"}},
    {"containers/*/volumeMounts", {"mountPath", ""}},
    {"containers/*/volumeDevices", {"devicePath", ""}},
    {"initContainers/*/env", {"name", ""}},
    {"initContainers/*/ports", {"containerPort", "protocol"}},
    {"initContainers/*/volumeMounts", {"mountPath", ""}},
    {"initContainers/*/volumeDevices", {"devicePath", ""}},
};

constexpr ListKey service_lists[] = {{"spec/ports", {"port", "protocol"}}};
constexpr ListKey account_lists[] = {{"secrets", {"name", ""}}};

struct PodKind {
  std::string_view group;
  std::string_view kind;
  std::string_view path;
};
constexpr PodKind pod_kinds[] = {
    {"", "Pod", "spec"},
    {"", "ReplicationController", "spec/template/spec"},
    {"apps", "Deployment", "spec/template/spec"},
    {"apps", "StatefulSet", "spec/template/spec"},
    {"apps", "DaemonSet", "spec/template/spec"},
    {"apps", "ReplicaSet", "spec/template/spec"},
    {"batch", "Job", "spec/template/spec"},
    {"batch", "CronJob", "spec/jobTemplate/spec/template/spec"},
};

}  // namespace

std::span<const ListKey> pod_list_keys() noexcept {
  return pod_lists;
}

std::span<const ListKey> object_list_keys(std::string_view group, std::string_view kind) noexcept {
  if (!group.empty()) return {};
  if (kind == "Service") return service_lists;
  if (kind == "ServiceAccount") return account_lists;
  return {};
}

std::string_view pod_spec_path(std::string_view group, std::string_view kind) noexcept {
  for (const PodKind& row : pod_kinds)
    if (row.kind == kind && row.group == group) return row.path;
  return {};
}

}  // namespace reconcile::appliers
