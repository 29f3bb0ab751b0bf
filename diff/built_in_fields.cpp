// Tests: test/diff/unchanged_test.cpp; what is missing here shows in test/fuzz/verdict.
#include "diff/built_in_fields.hpp"

#include <algorithm>
#include <array>

namespace reconcile::diff {

namespace {

struct Field {
  std::string_view parent;  ///< the map or list that holds it; empty: any
  std::string_view name;
};
constexpr std::array<Field, 29> plain_fields = {{
    {"", "description"},
    {"", "externalName"},
    {"", "globalDefault"},
    {"", "hostIP"},
    {"", "hostIPC"},
    {"", "hostNetwork"},
    {"", "hostPID"},
    {"", "hostPort"},
    {"", "initialDelaySeconds"},
    {"", "loadBalancerIP"},
    {"", "medium"},
    {"", "messageExpression"},
    {"", "minReadySeconds"},
    {"", "paused"},
    {"", "prefix"},
    {"", "priorityClassName"},
    {"", "publishNotReadyAddresses"},
    {"", "serviceAccountName"},
    {"", "stdin"},
    {"", "stdinOnce"},
    {"", "subPath"},
    {"", "subPathExpr"},
    {"", "subdomain"},
    {"", "tty"},
    {"", "unschedulable"},
    {"", "workingDir"},
    {"env", "value"},
    {"volumeMounts", "readOnly"},
    {"secret", "secretName"},
}};

constexpr std::array<std::string_view, 17> plain_maps = {
    "min",         "max",          "default",    "defaultRequest", "annotations", "labels",
    "matchLabels", "nodeSelector", "requests",   "limits",         "selector",    "data",
    "capacity",    "hard",         "parameters", "binaryData",     "overhead"};

constexpr std::array<std::string_view, 11> keyed_lists = {
    "env",     "ephemeralContainers",       "hostAliases", "imagePullSecrets", "initContainers",
    "ports",   "topologySpreadConstraints", "variables",   "volumeDevices",    "volumeMounts",
    "volumes",
};

constexpr std::array<std::string_view, 10> filled_structures = {
    "annotations", "behavior", "labels", "metadata", "rollingUpdate",
    "scaleDown",   "scaleUp",  "spec",   "strategy", "updateStrategy"};

struct Default {
  std::string_view parent;  ///< as above; empty: any
  std::string_view name;    ///< empty: any
  std::string_view text;    ///< empty: an empty map
};
constexpr std::array<Default, 37> defaults = {{
    {"requests", "", "0"},
    {"limits", "", "0"},
    {"podFixed", "", "0"},
    {"", "resources", ""},
    {"matchResources", "matchPolicy", "Equivalent"},
    {"matchResources", "objectSelector", ""},
    {"subjects", "apiGroup", "rbac.authorization.k8s.io"},
    {"", "persistentVolumeReclaimPolicy", "Retain"},
    {"", "protocol", "TCP"},
    {"", "dnsPolicy", "ClusterFirst"},
    {"", "schedulerName", "default-scheduler"},
    {"", "terminationGracePeriodSeconds", "30"},
    {"", "terminationMessagePath", "/dev/termination-log"},
    {"", "terminationMessagePolicy", "File"},
    {"", "successThreshold", "1"},
    {"", "periodSeconds", "10"},
    {"", "timeoutSeconds", "1"},
    {"", "failureThreshold", "3"},
    {"httpGet", "path", "/"},
    {"httpGet", "scheme", "HTTP"},
    {"", "revisionHistoryLimit", "10"},
    {"", "progressDeadlineSeconds", "600"},
    {"", "sessionAffinity", "None"},
    {"", "podManagementPolicy", "OrderedReady"},
    {"", "concurrencyPolicy", "Allow"},
    {"fieldRef", "apiVersion", "v1"},
    {"resourceFieldRef", "divisor", "0"},
    {"serviceAccountToken", "expirationSeconds", "3600"},
    {"matchConstraints", "matchPolicy", "Equivalent"},
    {"matchConstraints", "namespaceSelector", ""},
    {"matchConstraints", "objectSelector", ""},
    {"rules", "scope", "*"},
    {"resourceRules", "scope", "*"},
    {"volumeClaimTemplates", "apiVersion", "v1"},
    {"volumeClaimTemplates", "kind", "PersistentVolumeClaim"},
    {"spec", "volumeMode", "Filesystem"},
    {"status", "phase", "Pending"},
}};

/// The name of the map or list that holds the field at the end of `path`.
std::string_view parent_of(std::span<const PathStep> path) {
  if (path.size() < 2) return {};
  const std::size_t above = path.size() - 2;
  const bool is_item = path[above].type != PathStepType::field;
  if (is_item && above == 0) return {};
  return path[is_item ? above - 1 : above].text;
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_text(model::Value value, std::string_view text) {
  if (value.is_string()) return value.text() == text;
  const auto integer = value.integer();
  return integer && std::to_string(*integer) == text;
}

}  // namespace

bool is_built_in(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return true;
  constexpr std::array<std::string_view, 11> groups = {"admissionregistration.k8s.io",
                                                       "apps",
                                                       "autoscaling",
                                                       "batch",
                                                       "flowcontrol.apiserver.k8s.io",
                                                       "networking.k8s.io",
                                                       "node.k8s.io",
                                                       "policy",
                                                       "rbac.authorization.k8s.io",
                                                       "scheduling.k8s.io",
                                                       "storage.k8s.io"};
  return contains(groups, api_version.substr(0, slash));
}

bool drops_zero(std::span<const PathStep> path) {
  return std::any_of(plain_fields.begin(), plain_fields.end(), [&](const Field& field) {
    return field.name == path.back().text &&
           (field.parent.empty() || field.parent == parent_of(path));
  });
}

bool is_plain_map(std::string_view name) {
  return contains(plain_maps, name);
}

bool is_keyed_list(std::span<const PathStep> path) {
  const std::string_view name = path.back().text;
  return path.size() == 1 ? name == "webhooks" : contains(keyed_lists, name);
}

bool is_filled_structure(std::string_view name) {
  return contains(filled_structures, name);
}

bool is_atomic_map(std::string_view name) {
  return name.ends_with("elector") || name.ends_with("Ref");
}

bool is_default(std::span<const PathStep> path, model::Value value) {
  return std::any_of(defaults.begin(), defaults.end(), [&](const Default& row) {
    if ((!row.name.empty() && row.name != path.back().text) ||
        (!row.parent.empty() && row.parent != parent_of(path)))
      return false;
    return row.text.empty() ? value.is_map() && value.empty() : is_text(value, row.text);
  });
}

}  // namespace reconcile::diff
