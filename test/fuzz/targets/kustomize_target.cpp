#include <map>
#include <string>
#include <utility>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "test/fuzz/targets/targets.hpp"

namespace reconcile::fuzz {
namespace {

using Files = std::map<std::string, std::string>;

constexpr std::size_t depth_max = 8;
constexpr std::size_t objects_max = 2000;
constexpr std::size_t bytes_max = 1U << 20U;

// Objects with what patches and field paths have to meet: lists by one key and by two, plain lists,
// quoted texts, texts that hold YAML and JSON, anchors.
constexpr std::string_view objects_text =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  namespace: ns\n"
    "  labels: {app: web, a.b/c: d}\n  annotations: {n: 1, x: ~}\nspec:\n  replicas: 2\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata:\n      labels: {app: web}\n"
    "    spec:\n      initContainers: []\n      containers:\n      - name: main\n"
    "        image: repo/app:1.2@sha256:00\n        args: [--a, \"b\", 'c']\n"
    "        env: [{name: A, value: '1'}, {name: B, valueFrom: {fieldRef: {fieldPath: x}}}]\n"
    "        ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]\n"
    "      - {name: side, image: side}\n"
    "      volumes: [{name: v, configMap: {name: cfg}}]\n"
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\ndata:\n"
    "  json: '{\"a\": {\"b\": [1, \"x\"]}}'\n  yaml: |\n    a: # why\n      b: [1, x]\n  '80': t\n"
    "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: app}\n"
    "spec: {l: [1, two, [3], {name: four, v: &v 4}], m: {a/b: 1, c~d: *v, e.f: null}}\n";

void build(Files files) {
  kustomize::BuildRequest request;
  request.path = "top";
  request.limits = {depth_max, objects_max, bytes_max};
  try {
    request.tree = model::memory_tree(std::move(files));
    (void)kustomize::build(request);
  } catch (const model::Error&) {
    return;
  }
}

/// Whether a file can lie at `path`.
bool is_path(std::string_view path) {
  constexpr std::string_view known =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
  return !path.empty() && path.find_first_not_of(known) == std::string_view::npos &&
         path.front() != '/' && path.back() != '/' && path.find("//") == std::string_view::npos &&
         path.find("..") == std::string_view::npos;
}

/// Objects and what is applied to them: the first part, and those behind a line "%%" as objects in
/// place of the fixed ones.
void apply(std::string_view input, std::string kustomization, const std::string& file) {
  const std::vector<std::string_view> parts = parts_of(input);
  Files files;
  files["top/kustomization.yaml"] = "resources: [objects.yaml]\n" + std::move(kustomization);
  files["top/" + file] = parts[0];
  files["top/objects.yaml"] = parts.size() > 1 ? parts[1] : objects_text;
  build(std::move(files));
}

}  // namespace

void run_kustomization(std::string_view input) {
  Files files;
  files["top/objects.yaml"] = objects_text;
  files["base/kustomization.yaml"] =
      "resources: [o.yaml]\nnamePrefix: b-\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n";
  files["base/o.yaml"] =
      "apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {ports: []}\n";
  const std::vector<std::string_view> parts = parts_of(input);
  files["top/kustomization.yaml"] = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t end = parts[i].find('\n');
    if (end == std::string_view::npos) continue;
    const std::string_view path = parts[i].substr(0, end);
    if (is_path(path)) files["top/" + std::string(path)] = parts[i].substr(end + 1);
  }
  build(std::move(files));
}

void run_merge_patch(std::string_view input) {
  apply(input, "patches: [{path: p.yaml, target: {kind: Deployment|Widget}}]\n", "p.yaml");
  apply(input, "patches: [{path: p.yaml, options: {allowNameChange: true}}]\n", "p.yaml");
}

void run_json_patch(std::string_view input) {
  apply(input, "patches: [{path: p.yaml, target: {kind: Deployment}}]\n", "p.yaml");
  apply(input, "patches: [{path: p.yaml, target: {kind: Widget}}]\n", "p.yaml");
}

void run_replacements(std::string_view input) {
  apply(input, "replacements: [{path: r.yaml}]\n", "r.yaml");
}

}  // namespace reconcile::fuzz
