// Text cut into manifests: separators, blank lines, comments, hooks, kinds, and what is printed.
#include "test/fuzz/generators.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view kinds[] = {"ConfigMap",
                                      "Service",
                                      "Deployment",
                                      "Namespace",
                                      "Secret",
                                      "ServiceAccount",
                                      "Job",
                                      "Pod",
                                      "Ingress",
                                      "Role",
                                      "RoleBinding",
                                      "ClusterRole",
                                      "ClusterRoleBinding",
                                      "CronJob",
                                      "StatefulSet",
                                      "DaemonSet",
                                      "Zeta",
                                      "Alpha",
                                      "CustomResourceDefinition",
                                      "PersistentVolumeClaim",
                                      "NetworkPolicy",
                                      "PriorityClass",
                                      "APIService",
                                      "",
                                      "MutatingWebhookConfiguration",
                                      "ValidatingWebhookConfiguration",
                                      "configmap",
                                      "List",
                                      "HorizontalPodAutoscaler",
                                      "IngressClass",
                                      "StorageClass",
                                      "ResourceQuota",
                                      "LimitRange",
                                      "PodDisruptionBudget",
                                      "ReplicaSet"};

std::string annotations(Random& random) {
  if (!random.chance(30)) return "";
  std::string text = "  annotations:\n";
  if (random.chance(80)) {
    text += "    " + random.one_of({"helm.sh/hook", "\"helm.sh/hook\""}) + ": " +
            random.one_of({"pre-install", "post-install", "test", "test-success",
                           "pre-install,post-upgrade", "crd-install", "unknown",
                           "pre-install, unknown", "\" Pre-Install \"", "pre-delete", "\"\"", "1",
                           "true", "post-rollback", "pre-install,pre-install", "test-failure"}) +
            "\n";
  }
  if (random.chance(50)) {
    text +=
        "    helm.sh/hook-weight: " +
        random.one_of({"\"5\"", "\"-5\"", "\"+1\"", "\"a\"", "\"\"", "1", "\"1.5\"", "\" 1\""}) +
        "\n";
  }
  if (random.chance(30))
    text += "    helm.sh/hook-delete-policy: " +
            random.one_of({"hook-succeeded", "before-hook-creation,hook-failed", "x"}) + "\n";
  if (random.chance(30)) text += "    other: \"x\"\n";
  return text;
}

std::string object(Random& random) {
  std::string text;
  if (random.chance(6)) text += "# leading remark\n";
  if (random.chance(95)) text += "apiVersion: v1\n";
  if (random.chance(95))
    text += random.one_of({"kind", "kind", "kind", "Kind"}) + ": " +
            std::string(random.one_of(kinds)) + "\n";
  if (random.chance(92)) {
    text += "metadata:\n";
    if (random.chance(92))
      text += "  name: " + random.one_of({"a", "b", "c", "\"1\"", "1", "true", "x.y"}) + "\n";
    text += annotations(random);
  }
  if (random.chance(40)) {
    text += random.one_of({"data:\n  a: |\n    x\n    --- y\n\n", "data:\n  a: |+\n    x\n\n\n",
                           "data: {a: \"---\"}\n", "spec:\n\n\n  a: 1\n",
                           "data:\n  k: |-\n    one\n    ---\n    two\n",
                           "data:\n  a: >\n    x\n\n    y\n", "# tail\n", "data:\n  a: |\n    x",
                           "  \n", "spec: {a: [1, 2]}  \n"});
  }
  return text;
}

std::string piece(Random& random) {
  if (random.chance(80)) return object(random);
  return random.one_of({"# only a remark\n",
                        "",
                        "\n",
                        "  \n",
                        "\t\n",
                        "null\n",
                        "{}\n",
                        "text\n",
                        "- a\n- b\n",
                        "a: b: c\n",
                        "kind: [a]\n",
                        "apiVersion: v1\nkind: Pod\nmetadata: []\n",
                        "metadata: {annotations: {a: 1}}\n",
                        "metadata: {annotations: {a: null}}\n",
                        "metadata: {annotations: []}\n",
                        "metadata:\n  annotations:\n",
                        "kind: 1\n",
                        "kind: null\n",
                        "apiVersion: {}\n",
                        "metadata: {name: [a]}\n",
                        "[]\n",
                        "...\n",
                        "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"j\"}}\n",
                        "\xEF\xBB\xBFkind: Pod\n",
                        "kind: Pod\r\nmetadata:\r\n  name: w\r\n",
                        "metadata: {annotations: {helm.sh/hook: {a: 1}}}\n",
                        "metadata: {annotations: {helm.sh/hook: null}}\n"});
}

std::string separator(Random& random) {
  return random.one_of({"---\n", "---\n", "---\n", "---\n", "\n---\n", "---\n\n", "--- \n",
                        "---\t\n", "--- # remark\n", "---\n---\n", "\n\n---\n\n\n", " ---\n",
                        "----\n", "---", "---kind: Pod\n", "\r\n---\r\n", "---\n# c\n---\n",
                        "...\n---\n", "---  \n \n"});
}

std::string text_of_file(Random& random) {
  std::string text = random.chance(35) ? separator(random) : "";
  const std::size_t count = 1 + random.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += separator(random);
    text += piece(random);
  }
  if (random.chance(15)) text += separator(random);
  if (random.chance(20)) text += random.one_of({"\n", "\n\n", "  ", "\t", "\r\n", "# end"});
  if (random.chance(8) && text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Case make_manifests_case(Random& random) {
  Case made;
  made.topic = "manifests";
  made.operation = Operation::manifests;
  made.error_match = ErrorMatch::fails;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    std::string name = "templates/" +
                       random.one_of({"a", "b", "c/d", "z", "_x", "A", "a.b", "10", "9"}) +
                       random.one_of({".yaml", ".yaml", ".txt", ".tpl", ""});
    made.files[name] = text_of_file(random);
  }
  if (random.chance(15))
    made.files["templates/NOTES.txt"] =
        random.one_of({"hello\n", "{{ .Release.Name }}", "", "---\na"});
  if (random.chance(12))
    made.files["crds/" + random.one_of({"a.yaml", "b/c.yml", "d.json", "e.txt", "F.YAML"})] =
        object(random);
  if (random.chance(10)) {
    made.files["charts/sub/Chart.yaml"] = "apiVersion: v2\nname: sub\nversion: 0.1.0\n";
    made.files["charts/sub/templates/s.yaml"] = text_of_file(random);
    if (random.chance(40)) made.files["charts/sub/crds/s.yaml"] = object(random);
    if (random.chance(30)) made.files["charts/sub/templates/NOTES.txt"] = "sub notes";
  }
  made.include_crds = random.chance(50);
  return made;
}

}  // namespace reconcile::fuzz
