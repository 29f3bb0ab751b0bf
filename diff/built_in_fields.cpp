// Tests: test/diff/unchanged_test.cpp; what is missing here shows in test/fuzz/verdict.
#include "diff/built_in_fields.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "reconcile/diff/normal_form.hpp"
#include "reconcile/model/json.hpp"

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

constexpr std::array<std::string_view, 19> plain_maps = {
    "min",        "max",         "default",      "defaultRequest", "annotations",
    "labels",     "matchLabels", "nodeSelector", "requests",       "limits",
    "selector",   "data",        "capacity",     "hard",           "parameters",
    "binaryData", "overhead",    "attributes",   "counters"};

constexpr std::string_view keyed_lists[] = {
    "claims",
    "drivers",
    "env",
    "ephemeralContainers",
    "hostAliases",
    "imagePullSecrets",
    "matchConditions",
    "initContainers",
    "ports",
    "resourceClaims",
    "schedulingGates",
    "topologySpreadConstraints",
    "volumeDevices",
    "volumeMounts",
    "volumes",
    "containers",
    "podCIDRs",
    "validationActions",
    "volumeLifecycleModes",
};

/// Maps that are owned as a whole, beside those that are named as selectors and references.
constexpr std::string_view atomic_maps[] = {
    "dataSource",     "involvedObject", "matchConstraints",
    "matchResources", "nodeTopology",   "paramKind",
    "port",           "related",        "required",
    "resource",       "target",         "requiredDuringSchedulingIgnoredDuringExecution",
};
/// Named so, and merged field by field.
constexpr std::string_view merged_references[] = {"boundObjectRef", "claimRef", "dataSourceRef",
                                                  "deviceSelector"};

constexpr std::array<std::string_view, 11> filled_structures = {
    "annotations",   "behavior",  "labels",  "metadata", "persistentVolumeClaimRetentionPolicy",
    "rollingUpdate", "scaleDown", "scaleUp", "spec",     "strategy",
    "updateStrategy"};

struct Default {
  /// As above; empty: any; "/": the object itself; "*Probe": any that ends so; "a/b": b in a;
  /// "//a": a of the object itself.
  std::string_view parent;
  std::string_view name;  ///< empty: any
  std::string_view text;  ///< empty: an empty map; JSON where it is in quotes or brackets
};
constexpr Default defaults[] = {
    {"requests", "", "0"},
    {"limits", "", "0"},
    {"podFixed", "", "0"},
    {"containers", "resources", ""},
    {"initContainers", "resources", ""},
    {"ephemeralContainers", "resources", ""},
    {"//spec", "resources", ""},
    {"volumeClaimTemplate/spec", "resources", ""},
    {"volumeClaimTemplates/spec", "resources", ""},
    {"", "protocol", "TCP"},
    // Pods and what holds them.
    {"", "dnsPolicy", "ClusterFirst"},
    {"", "schedulerName", "default-scheduler"},
    {"", "terminationMessagePath", "/dev/termination-log"},
    {"", "terminationMessagePolicy", "File"},
    {"*Probe", "successThreshold", "1"},
    {"*Probe", "periodSeconds", "10"},
    {"*Probe", "timeoutSeconds", "1"},
    {"*Probe", "failureThreshold", "3"},
    {"httpGet", "path", "/"},
    {"httpGet", "scheme", "HTTP"},
    {"fieldRef", "apiVersion", "v1"},
    {"resourceFieldRef", "divisor", "0"},
    {"serviceAccountToken", "expirationSeconds", "3600"},
    {"volumes/configMap", "defaultMode", "420"},
    {"volumes/secret", "defaultMode", "420"},
    {"volumes/projected", "defaultMode", "420"},
    {"volumes/downwardAPI", "defaultMode", "420"},
    {"spec", "terminationGracePeriodSeconds", "30"},
    {"spec", "restartPolicy", "Always"},
    {"//spec", "enableServiceLinks", "true"},  // of a Pod, and not of a template
    {"spec", "securityContext", ""},
    // Workloads.
    {"spec", "replicas", "1"},
    {"spec", "revisionHistoryLimit", "10"},
    {"spec", "progressDeadlineSeconds", "600"},
    {"spec", "podManagementPolicy", "OrderedReady"},
    {"spec", "serviceName", "\"\""},
    {"strategy", "type", "RollingUpdate"},
    {"strategy/rollingUpdate", "maxSurge", "25%"},
    {"strategy/rollingUpdate", "maxUnavailable", "25%"},
    {"updateStrategy", "type", "RollingUpdate"},
    {"updateStrategy/rollingUpdate", "maxSurge", "0"},
    {"updateStrategy/rollingUpdate", "maxUnavailable", "1"},
    {"updateStrategy/rollingUpdate", "partition", "0"},
    {"persistentVolumeClaimRetentionPolicy", "", "Retain"},
    {"volumeClaimTemplates", "apiVersion", "v1"},
    {"volumeClaimTemplates", "kind", "PersistentVolumeClaim"},
    {"spec", "concurrencyPolicy", "Allow"},
    {"spec", "suspend", "false"},
    {"spec", "successfulJobsHistoryLimit", "3"},
    {"spec", "failedJobsHistoryLimit", "1"},
    {"spec", "parallelism", "1"},
    {"spec", "completionMode", "NonIndexed"},
    {"spec", "minReplicas", "1"},
    {"spec", "targetCPUUtilizationPercentage", "80"},
    {"scaleDown", "selectPolicy", "Max"},
    {"scaleUp", "selectPolicy", "Max"},
    {"scaleUp", "stabilizationWindowSeconds", "0"},
    {"scaleDown", "policies", R"([{"periodSeconds":15,"type":"Percent","value":100}])"},
    {"scaleUp", "policies",
     R"([{"periodSeconds":15,"type":"Pods","value":4},)"
     R"({"periodSeconds":15,"type":"Percent","value":100}])"},
    {"spec", "metrics",
     R"([{"resource":{"name":"cpu","target":{"averageUtilization":80,"type":"Utilization"}},)"
     R"("type":"Resource"}])"},
    // Namespaces, services, storage.
    {"//spec", "finalizers", R"(["kubernetes"])"},
    {"spec", "sessionAffinity", "None"},
    {"endpoints", "conditions", ""},
    {"ports", "name", "\"\""},
    {"spec", "persistentVolumeReclaimPolicy", "Retain"},
    {"spec", "volumeMode", "Filesystem"},
    {"status", "phase", "Pending"},
    {"/", "reclaimPolicy", "Delete"},
    {"/", "volumeBindingMode", "Immediate"},
    {"spec", "attachRequired", "true"},
    {"spec", "podInfoOnMount", "false"},
    {"spec", "storageCapacity", "false"},
    {"spec", "requiresRepublish", "false"},
    {"spec", "fsGroupPolicy", "ReadWriteOnceWithFSType"},
    {"spec", "volumeLifecycleModes", R"(["Persistent"])"},
    // Policies, Secrets and rights.
    {"/", "type", "Opaque"},
    {"/", "preemptionPolicy", "PreemptLowerPriority"},
    {"roleRef", "apiGroup", "rbac.authorization.k8s.io"},
    {"subjects", "apiGroup", "rbac.authorization.k8s.io"},
    {"parameters", "scope", "Cluster"},
    {"webhooks", "failurePolicy", "Fail"},
    {"webhooks", "matchPolicy", "Equivalent"},
    {"webhooks", "namespaceSelector", ""},
    {"webhooks", "objectSelector", ""},
    {"webhooks", "timeoutSeconds", "10"},
    {"webhooks", "reinvocationPolicy", "Never"},
    {"clientConfig/service", "port", "443"},
    {"rules", "scope", "*"},
    {"resourceRules", "scope", "*"},
    {"spec", "failurePolicy", "Fail"},
    {"matchConstraints", "matchPolicy", "Equivalent"},
    {"matchConstraints", "namespaceSelector", ""},
    {"matchConstraints", "objectSelector", ""},
    {"matchResources", "matchPolicy", "Equivalent"},
    {"matchResources", "namespaceSelector", ""},
    {"matchResources", "objectSelector", ""},
    {"limited", "nominalConcurrencyShares", "30"},
    {"limited", "lendablePercent", "0"},
    {"queuing", "queues", "64"},
    {"queuing", "handSize", "8"},
    {"queuing", "queueLengthLimit", "50"},
    {"spec", "matchingPrecedence", "1000"},
    // Claims of devices.
    {"exactly", "allocationMode", "ExactCount"},
    {"exactly", "count", "1"},
    {"firstAvailable", "allocationMode", "ExactCount"},
    {"firstAvailable", "count", "1"},
    {"exactly/tolerations", "operator", "Equal"},
    {"firstAvailable/tolerations", "operator", "Equal"},
};

/// Maps whose values are texts: null is the empty one.
constexpr std::array<std::string_view, 4> text_maps = {"labels", "annotations", "matchLabels",
                                                       "data"};

/// The name of the map or list that holds the field at the end of `path`.
std::string_view parent_of(std::span<const PathStep> path) {
  if (path.size() < 2) return {};
  const std::size_t above = path.size() - 2;
  const bool is_item = path[above].type != PathStepType::field;
  if (is_item && above == 0) return {};
  return path[is_item ? above - 1 : above].text;
}

/// Whether the last part of `pattern` names what holds the field, and so on upwards.
bool is_parent(std::string_view pattern, std::span<const PathStep> path) {
  if (pattern.empty()) return true;
  if (pattern == "/") return path.size() == 1;
  const std::string_view name = parent_of(path);
  if (pattern.front() == '*') return name.ends_with(pattern.substr(1));
  const std::size_t slash = pattern.rfind('/');
  if (slash == std::string_view::npos) return name == pattern;
  if (name != pattern.substr(slash + 1)) return false;
  path = path.first(path.size() - 1);
  if (path.back().type != PathStepType::field) path = path.first(path.size() - 1);
  return is_parent(pattern.substr(0, slash), path);
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_text(model::Value value, std::string_view text) {
  if (text.empty()) return value.is_map() && value.empty();
  if (text.front() == '"' || text.front() == '[') return model::write_json(value) == text;
  if (value.is_string()) return value.text() == text;
  if (const auto boolean = value.boolean()) return text == (*boolean ? "true" : "false");
  const auto integer = value.integer();
  return integer && std::to_string(*integer) == text;
}

bool is_pull_policy_of(model::Value policy, std::string_view image) {
  if (image.find('@') != std::string_view::npos) return policy.text() == "IfNotPresent";
  image = image.substr(image.rfind('/') + 1);
  const std::size_t colon = image.find(':');
  const bool is_latest = colon == std::string_view::npos || image.substr(colon + 1) == "latest";
  return !image.empty() && policy.text() == (is_latest ? "Always" : "IfNotPresent");
}

}  // namespace

bool is_built_in(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return true;
  constexpr std::array<std::string_view, 13> groups = {"admissionregistration.k8s.io",
                                                       "apps",
                                                       "autoscaling",
                                                       "batch",
                                                       "discovery.k8s.io",
                                                       "flowcontrol.apiserver.k8s.io",
                                                       "networking.k8s.io",
                                                       "node.k8s.io",
                                                       "policy",
                                                       "rbac.authorization.k8s.io",
                                                       "resource.k8s.io",
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

bool is_keyed_list(std::string_view kind, std::span<const PathStep> path) {
  const std::string_view name = path.back().text;
  if (path.size() == 1)
    return name == "webhooks" || (name == "secrets" && kind == "ServiceAccount");
  if (name == "variables") return kind == "ValidatingAdmissionPolicy";
  return std::find(std::begin(keyed_lists), std::end(keyed_lists), name) != std::end(keyed_lists);
}

bool is_filled_structure(std::string_view name) {
  return contains(filled_structures, name);
}

bool is_atomic_map(std::string_view name) {
  return name.ends_with("elector") || name.ends_with("Ref");
}

bool is_built_in_atomic_map(std::string_view name) {
  if (std::find(std::begin(atomic_maps), std::end(atomic_maps), name) != std::end(atomic_maps))
    return true;
  return is_atomic_map(name) &&
         std::find(std::begin(merged_references), std::end(merged_references), name) ==
             std::end(merged_references);
}

bool is_raw(std::span<const PathStep> path) {
  return !path.empty() && path.back().text == "parameters" && parent_of(path) == "opaque";
}

bool is_default(std::span<const PathStep> path, model::Value value) {
  if (!value.present() || value.is_null()) return false;
  if (value.is_string() && value.text().empty() && contains(text_maps, parent_of(path)))
    return true;
  return std::any_of(std::begin(defaults), std::end(defaults), [&](const Default& row) {
    return (row.name.empty() || row.name == path.back().text) && is_parent(row.parent, path) &&
           is_text(value, row.text);
  });
}

bool is_default_of(std::span<const PathStep> path, model::Value value, model::Value parent) {
  const std::string_view name = path.back().text;
  if (name == "imagePullPolicy") return is_pull_policy_of(value, parent["image"].text());
  // The server keeps the same name under a second, older key, and takes it from there.
  if (name == "serviceAccountName")
    return !value.text().empty() && value.text() == parent["serviceAccount"].text();
  // A ReplicationController's.
  if (name == "selector")
    return !value.empty() && model::equal(value, parent["template"]["metadata"]["labels"]);
  // A Job's, whose indexes may have limits of their own.
  if (name == "backoffLimit")
    return value.integer() == (parent["backoffLimitPerIndex"].present() ? INT32_MAX : 6);
  const std::string_view type = parent["type"].text();
  if (name == "internalTrafficPolicy") return value.text() == "Cluster" && type != "ExternalName";
  return name == "externalTrafficPolicy" && value.text() == "Cluster" &&
         (type == "NodePort" || type == "LoadBalancer");
}

bool is_tolerated_more(std::span<const PathStep> path, model::Value desired, model::Value live) {
  if (path.size() != 2 || path[1].text != "tolerations" || !live.is_list()) return false;
  if (!desired.is_list() && !desired.is_null()) return false;
  const std::size_t own = desired.size();
  if (live.size() < own || live.size() > own + 2) return false;
  for (std::size_t i = 0; i < own; ++i)
    if (!surely_equal(desired.at(i), live.at(i), path)) return false;
  for (std::size_t i = own; i < live.size(); ++i) {
    const model::Value more = live.at(i);
    const std::string_view key = more["key"].text();
    const bool is_known =
        key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable";
    if (!is_known || more["effect"].text() != "NoExecute" ||
        more["tolerationSeconds"].integer() != 300)
      return false;
  }
  return true;
}

}  // namespace reconcile::diff
