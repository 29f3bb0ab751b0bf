#include "test/fuzz/kustomize/objects.hpp"

#include "test/fuzz/kustomize/words.hpp"

namespace reconcile::fuzz {
namespace {

void fill_service(Chooser& random, Yaml& object) {
  Yaml& spec = object["spec"];
  if (random.chance(85)) spec.add("selector", label_map(random));
  std::vector<Yaml> ports;
  const std::size_t count = 1 + random.below(2);
  for (std::size_t i = 0; i < count; ++i) {
    Yaml port = map_of({{"port", raw(static_cast<std::int64_t>(80 + random.below(3)))}});
    if (random.chance(50)) port.add("name", random.one_of({"http", "dns"}));
    if (random.chance(40)) port.add("protocol", random.one_of({"TCP", "UDP"}));
    if (random.chance(40)) port.add("targetPort", random.chance(50) ? Yaml("http") : raw(8080));
    ports.push_back(std::move(port));
  }
  spec.add("ports", list(std::move(ports)));
}

void fill_config(Chooser& random, Yaml& object) {
  const std::size_t count = random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    object["data"][random.one_of({"a", "b", "key", "x.y", "conf.json", "conf.yaml"})] =
        random.chance(85) ? Yaml(any_text(random)) : any_scalar(random);
  }
  if (random.chance(15)) object["immutable"] = raw("true");
  if (random.chance(15)) object["binaryData"].add("bin", "AAECAw==");
  if (random.chance(20)) {
    object["data"]["structured"] = random.one_of(
        {"{\"a\": {\"b\": \"c\"}, \"l\": [1, \"x\"]}", "a:\n  b: c # why\nl:\n- 1\n- x\n",
         "{\n  \"a\": {\n    \"b\": \"<c>\"\n  }\n}", "# head\na: {b: c}\nl: [1, x]\n"});
  }
}

void fill_secret(Chooser& random, Yaml& object) {
  if (random.chance(60)) object.add("type", random.one_of({"Opaque", "kubernetes.io/tls"}));
  if (random.chance(70)) object["data"].add("key", "c2VjcmV0");
  if (random.chance(40)) object["stringData"].add("a", any_text(random));
}

Yaml rule(Chooser& random) {
  Yaml made = map_of({{"apiGroups", texts({"", "apps"})},
                      {"resources", texts({random.one_of({"configmaps", "secrets", "pods"})})},
                      {"verbs", texts({"get", "list"})}});
  if (random.chance(50)) made.add("resourceNames", texts({object_name(random)}));
  return made;
}

void fill_role(Chooser& random, Yaml& object) {
  object.add("rules", list({rule(random)}));
}

void fill_cluster_role(Chooser& random, Yaml& object) {
  if (random.chance(30)) {
    object["aggregationRule"].add("clusterRoleSelectors", list({label_selector(random)}));
  }
  object.add("rules", list({rule(random), rule(random)}));
}

void fill_binding(Chooser& random, Yaml& object) {
  object.add("roleRef", map_of({{"apiGroup", "rbac.authorization.k8s.io"},
                                {"kind", random.one_of({"Role", "ClusterRole"})},
                                {"name", object_name(random)}}));
  std::vector<Yaml> subjects;
  const std::size_t count = random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    Yaml subject =
        map_of({{"kind", random.one_of({"ServiceAccount", "ServiceAccount", "User", "Group"})},
                {"name", object_name(random)}});
    if (random.chance(60)) subject.add("namespace", namespace_name(random));
    subjects.push_back(std::move(subject));
  }
  if (random.chance(95)) object.add("subjects", list(std::move(subjects)));
}

void fill_ingress(Chooser& random, Yaml& object) {
  Yaml backend;
  if (object.find("apiVersion")->scalar == "networking.k8s.io/v1") {
    backend["service"].add("name", object_name(random));
    backend["service"]["port"].add("number", raw(80));
  } else {
    backend.add("serviceName", object_name(random));
  }
  Yaml path = map_of({{"path", "/"}, {"pathType", "Prefix"}, {"backend", backend}});
  Yaml host = map_of({{"host", random.one_of({"a.example.com", "*.example.com"})}});
  host["http"].add("paths", list({std::move(path)}));
  object["spec"].add("rules", list({std::move(host)}));
  if (random.chance(30)) object["spec"].add("ingressClassName", object_name(random));
  if (random.chance(30)) {
    object["spec"].add(
        "tls",
        list({map_of({{"hosts", texts({"a.example.com"})}, {"secretName", object_name(random)}})}));
  }
}

void fill_scaler(Chooser& random, Yaml& object) {
  object["spec"].add("scaleTargetRef",
                     map_of({{"apiVersion", "apps/v1"},
                             {"kind", random.one_of({"Deployment", "StatefulSet"})},
                             {"name", object_name(random)}}));
  object["spec"].add("maxReplicas", raw(3));
}

void fill_selector(Chooser& random, Yaml& object) {
  object["spec"].add(object.find("kind")->scalar == "NetworkPolicy" ? "podSelector" : "selector",
                     label_selector(random));
  if (object.find("kind")->scalar != "NetworkPolicy" || random.chance(50)) return;
  Yaml peer = map_of({{"podSelector", label_selector(random)}});
  if (random.chance(40)) peer.add("namespaceSelector", label_selector(random));
  object["spec"].add("ingress", list({map_of({{"from", list({peer})}})}));
}

void fill_claim(Chooser& random, Yaml& object) {
  if (random.chance(40)) object["spec"].add("volumeName", object_name(random));
  if (random.chance(40)) object["spec"].add("storageClassName", object_name(random));
  object["spec"]["resources"]["requests"].add("storage", "1Gi");
}

void fill_definition(Chooser& random, Yaml& object) {
  object["spec"].add("group", "example.com");
  object["spec"]["names"].add("kind", "Widget");
  Yaml version = map_of({{"name", "v1"}, {"served", raw("true")}});
  version["schema"]["openAPIV3Schema"].add("type", "object");
  object["spec"].add("versions", list({std::move(version)}));
  if (random.chance(40)) {
    Yaml& client = object["spec"]["conversion"]["webhook"]["clientConfig"];
    client.add("service", map_of({{"name", object_name(random)}, {"namespace", "ns1"}}));
  }
}

void fill_webhooks(Chooser& random, Yaml& object) {
  Yaml hook = map_of({{"name", "a.example.com"}});
  Yaml service = map_of({{"name", object_name(random)}});
  if (random.chance(80)) service.add("namespace", namespace_name(random));
  hook["clientConfig"].add("service", std::move(service));
  if (random.chance(30)) hook.add("namespaceSelector", label_selector(random));
  object.add("webhooks", list({std::move(hook)}));
}

void fill_api_service(Chooser& random, Yaml& object) {
  object["spec"].add(
      "service", map_of({{"name", object_name(random)}, {"namespace", namespace_name(random)}}));
  object["spec"].add("group", "example.com");
}

void fill_policy_binding(Chooser& random, Yaml& object) {
  object["spec"].add("policyName", object_name(random));
  object["spec"]["paramRef"].add("name", object_name(random));
}

void fill_widget(Chooser& random, Yaml& object) {
  object.add("spec", any_tree(random, 3));
  if (random.chance(30)) {
    object["spec"] = map_of({{"serviceName", object_name(random)}, {"ref", object_name(random)}});
    object["spec"].add("containers", list({map_of({{"name", "a"}, {"image", image(random)}})}));
    object["spec"].add("list", texts({"a", "b", "a"}));
    object["spec"].add("value", any_text(random));
  }
}

void fill_nothing(Chooser&, Yaml&) {
}

constexpr ObjectKind kinds[] = {
    {"apps/v1", "Deployment", false, fill_deployment},
    {"apps/v1", "Deployment", false, fill_deployment},
    {"apps/v1", "StatefulSet", false, fill_stateful_set},
    {"apps/v1", "DaemonSet", false, fill_daemon_set},
    {"apps/v1", "ReplicaSet", false, fill_deployment},
    {"batch/v1", "Job", false, fill_job},
    {"batch/v1", "CronJob", false, fill_cron_job},
    {"v1", "Pod", false, fill_pod},
    {"v1", "ReplicationController", false, fill_deployment},
    {"v1", "Service", false, fill_service},
    {"v1", "Service", false, fill_service},
    {"v1", "ConfigMap", false, fill_config},
    {"v1", "ConfigMap", false, fill_config},
    {"v1", "ConfigMap", false, fill_config},
    {"v1", "Secret", false, fill_secret},
    {"v1", "ServiceAccount", false, fill_nothing},
    {"rbac.authorization.k8s.io/v1", "Role", false, fill_role},
    {"rbac.authorization.k8s.io/v1", "ClusterRole", true, fill_cluster_role},
    {"rbac.authorization.k8s.io/v1", "RoleBinding", false, fill_binding},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", true, fill_binding},
    {"networking.k8s.io/v1", "Ingress", false, fill_ingress},
    {"extensions/v1beta1", "Ingress", false, fill_ingress},
    {"networking.k8s.io/v1", "IngressClass", true, fill_nothing},
    {"networking.k8s.io/v1", "NetworkPolicy", false, fill_selector},
    {"autoscaling/v2", "HorizontalPodAutoscaler", false, fill_scaler},
    {"policy/v1", "PodDisruptionBudget", false, fill_selector},
    {"v1", "PersistentVolumeClaim", false, fill_claim},
    {"v1", "PersistentVolume", true, fill_nothing},
    {"storage.k8s.io/v1", "StorageClass", true, fill_nothing},
    {"scheduling.k8s.io/v1", "PriorityClass", true, fill_nothing},
    {"v1", "Namespace", true, fill_nothing},
    {"v1", "LimitRange", false, fill_nothing},
    {"v1", "ResourceQuota", false, fill_nothing},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", true, fill_definition},
    {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", true, fill_webhooks},
    {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", true, fill_webhooks},
    {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", true, fill_nothing},
    {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", true,
     fill_policy_binding},
    {"apiregistration.k8s.io/v1", "APIService", true, fill_api_service},
    {"example.com/v1", "Widget", false, fill_widget},
    {"example.com/v1", "Widget", false, fill_widget},
    {"example.com/v1beta1", "Gadget", false, fill_widget},
};
constexpr std::size_t workload_kinds = 9;

void add_metadata(Chooser& random, const ObjectKind& kind, GeneratedObject& made) {
  Yaml& metadata = made.tree["metadata"];
  metadata.add("name", made.name);
  if (random.chance(kind.cluster_wide ? 10 : 35)) {
    made.namespace_name = namespace_name(random);
    metadata.add("namespace", made.namespace_name);
  }
  if (random.chance(45)) metadata.add("labels", label_map(random, random.chance(90)));
  if (random.chance(25)) {
    const std::size_t count = random.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      metadata["annotations"][label_key(random)] = any_scalar(random);
    }
  }
  if (random.chance(2)) {
    metadata["annotations"]["config.kubernetes.io/local-config"] =
        random.one_of({"true", "false", "x"});
  }
  // Hashes of other kinds cover kustomize's own structures, and differ from ours.
  if (random.chance(2) && (made.kind == "ConfigMap" || made.kind == "Secret")) {
    metadata["annotations"]["internal.config.kubernetes.io/needsHashSuffix"] = "enabled";
  }
}

GeneratedObject object_of(Chooser& random, const ObjectKind& kind) {
  GeneratedObject made;
  made.api_version = kind.api_version;
  made.kind = kind.kind;
  made.name = object_name(random);
  made.tree.add("apiVersion", made.api_version);
  made.tree.add("kind", made.kind);
  add_metadata(random, kind, made);
  kind.fill(random, made.tree);
  if (random.chance(4)) {
    made.tree[random.one_of({"status", "extra", "spec", "data"})] = any_tree(random, 2);
  }
  return made;
}

}  // namespace

std::string GeneratedObject::group() const {
  const std::size_t slash = api_version.find('/');
  return slash == std::string::npos ? "" : api_version.substr(0, slash);
}

std::string GeneratedObject::version() const {
  return api_version.substr(api_version.find('/') + 1);
}

GeneratedObject any_object(Chooser& random) {
  return object_of(random, random.one_of(kinds));
}

GeneratedObject any_workload(Chooser& random) {
  return object_of(random, kinds[random.below(workload_kinds)]);
}

}  // namespace reconcile::fuzz
