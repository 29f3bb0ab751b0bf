#include "engine/api/resource.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Of requests made here while the API server takes no annotation.
constexpr std::size_t replaced_requests_max = 16;

[[noreturn]] void wrong_field(std::string_view field, std::string_view expected,
                              const std::string& found) {
  throw Error(ErrorCode::invalid_input, "expected " + std::string(expected) + " in " +
                                            std::string(field) + ", found " + found);
}

std::string text_of(Value map, std::string_view key, std::string_view field) {
  const Value value = map[key];
  if (value.is_null()) return {};
  if (!value.is_string()) wrong_field(field, "a string", std::string(to_string(value.kind())));
  return std::string(value.text());
}

std::string required_text(Value map, std::string_view key, std::string_view field) {
  std::string text = text_of(map, key, field);
  if (text.empty()) wrong_field(field, "a text", "nothing");
  return text;
}

bool flag_of(Value map, std::string_view key, std::string_view field, bool fallback) {
  const Value value = map[key];
  if (value.is_null()) return fallback;
  if (!value.boolean()) wrong_field(field, "true or false", std::string(to_string(value.kind())));
  return *value.boolean();
}

nanoseconds duration_of(Value map, std::string_view key, std::string_view field,
                        nanoseconds fallback) {
  const std::string text = text_of(map, key, field);
  if (text.empty()) return fallback;
  try {
    return model::parse_duration(text);
  } catch (const Error& error) {
    throw Error(error.code(), error.message() + " in " + std::string(field));
  }
}

/// A path of the API ("./clusters/dev", "/apps") as one of the tree. Throws where it climbs out.
std::string tree_path(std::string_view text, std::string_view field) {
  while (text.starts_with('/')) text.remove_prefix(1);
  try {
    return model::normalise_path(text);
  } catch (const Error& error) {
    throw Error(error.code(), error.message() + " in " + std::string(field));
  }
}

/// Flux's default: the interval less 30 s, at least 30 s.
nanoseconds default_timeout(nanoseconds interval) {
  return std::max<nanoseconds>(interval - seconds(30), seconds(30));
}

void read_driving(Value spec, UnitSpec& unit) {
  unit.interval = duration_of(spec, "interval", "spec.interval", std::chrono::minutes(5));
  unit.retry_interval = duration_of(spec, "retryInterval", "spec.retryInterval", unit.interval);
  unit.retries_exactly = !spec["retryInterval"].is_null();
  unit.timeout = duration_of(spec, "timeout", "spec.timeout", default_timeout(unit.interval));
  unit.suspend = flag_of(spec, "suspend", "spec.suspend", false);
}

void read_depends_on(Value spec, appliers::UnitKind kind, const std::string& own_namespace,
                     UnitSpec& unit) {
  const Value list = spec["dependsOn"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string space = text_of(list.at(i), "namespace", "spec.dependsOn[].namespace");
    const std::string name = required_text(list.at(i), "name", "spec.dependsOn[].name");
    unit.depends_on.push_back({kind, space.empty() ? own_namespace : space, name});
    const std::string expression = text_of(list.at(i), "readyExpr", "spec.dependsOn[].readyExpr");
    unit.ready_expressions.emplace_back();
    if (expression.empty()) continue;
    try {
      unit.ready_expressions.back() =
          cel::Expression::compile(expression, {{"self", "dep"}, "bool"});
    } catch (const Error& error) {
      if (!unit.invalid_expression.empty()) continue;
      unit.invalid_expression = "failed to evaluate dependency " + name + ": " + error.message();
    }
  }
}

void read_health_expressions(Value spec, UnitSpec& unit) {
  try {
    unit.health_expressions = appliers::HealthExpressions::read(spec["healthCheckExprs"]);
  } catch (const Error& error) {
    unit.invalid_expression = error.message();
  }
}

/// spec.healthChecks, without the unit itself: it would wait for its own end.
void read_health_checks(Value spec, const ResourceMeta& own, UnitSpec& unit) {
  const Value list = spec["healthChecks"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    HealthCheck check;
    const std::string version = text_of(item, "apiVersion", "spec.healthChecks[].apiVersion");
    check.gvk = model::Gvk::from_api_version(
        version.empty() ? "v1" : version, required_text(item, "kind", "spec.healthChecks[].kind"));
    check.id = {check.gvk.group, check.gvk.kind,
                text_of(item, "namespace", "spec.healthChecks[].namespace"),
                required_text(item, "name", "spec.healthChecks[].name")};
    const bool is_own = check.gvk.kind == kustomization_kind.kind && check.id.name == own.name &&
                        check.id.namespace_name == own.namespace_name;
    if (!is_own) unit.health_checks.push_back(std::move(check));
  }
}

void read_source(Value reference, const std::string& own_namespace, std::string_view field,
                 UnitSpec& unit) {
  const std::string prefix(field);
  unit.source.kind = required_text(reference, "kind", prefix + ".kind");
  unit.source.name = required_text(reference, "name", prefix + ".name");
  const std::string space = text_of(reference, "namespace", prefix + ".namespace");
  unit.source.namespace_name = space.empty() ? own_namespace : space;
  if (unit.source.kind != git_repository_kind.kind) {
    unit.source_problem =
        "source kind " + unit.source.kind + " is not supported, expected GitRepository";
  }
}

/// The first of `fields` that `spec` sets.
std::string first_set(Value spec, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    const Value value = spec[field];
    const bool is_set = value.is_map() || value.is_list() ? !value.empty() : !value.is_null();
    if (is_set) return "spec." + std::string(field);
  }
  return {};
}

std::shared_ptr<const appliers::FieldRules> read_ignore(Value list, const std::string& field) {
  try {
    return appliers::FieldRules::read_ignore(list);
  } catch (const Error& error) {
    throw Error(error.code(), field + ": " + error.message());
  }
}

void read_drift_mode(Value spec, UnitSpec& unit) {
  const std::string mode = text_of(spec["driftDetection"], "mode", "spec.driftDetection.mode");
  if (mode.empty()) return;
  const auto read = appliers::parse_drift_mode(mode);
  if (!read) wrong_field("spec.driftDetection.mode", "enabled, warn or disabled", mode);
  unit.drift_mode = *read;
}

/// A copy of what people write: an inventory and its managed fields are ten times as large.
model::Document without_state(const model::Document& object) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::make_map();
  for (std::size_t i = 0; i < object.root().size(); ++i) {
    const std::string_view key = object.root().key_at(i);
    if (key == "status") continue;
    model::Node& copy =
        model::set(*arena, *root, key, model::copy_node(*arena, object.root().value_at(i)));
    if (key == "metadata") model::erase(copy, "managedFields");
  }
  return {arena, Value(root)};
}

}  // namespace

const model::Gvk git_repository_kind{"source.toolkit.fluxcd.io", "v1", "GitRepository"};
const model::Gvk kustomization_kind{"kustomize.toolkit.fluxcd.io", "v1", "Kustomization"};
const model::Gvk helm_release_kind{"helm.toolkit.fluxcd.io", "v2", "HelmRelease"};

ResourceMeta ResourceMeta::read(Value object) {
  const Value metadata = object["metadata"];
  ResourceMeta meta;
  meta.namespace_name = metadata["namespace"].text();
  meta.name = metadata["name"].text();
  meta.uid = metadata["uid"].text();
  meta.resource_version = metadata["resourceVersion"].text();
  meta.generation = metadata["generation"].integer().value_or(0);
  meta.deleting = metadata.contains("deletionTimestamp");
  const Value finalizers = metadata["finalizers"];
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    meta.finalizers.emplace_back(finalizers.at(i).text());
    meta.has_finalizer = meta.has_finalizer || finalizers.at(i).text() == finalizer;
  }
  const Value annotations = metadata["annotations"];
  meta.requested_at = annotations[engine::requested_at].text();
  const std::string_view plan = annotations[plan_annotation_name].text();
  if (!meta.requested_at.empty() && plan.starts_with(meta.requested_at + " ")) meta.plan = plan;
  meta.prune_allowed =
      !meta.requested_at.empty() && annotations[allow_prune].text() == meta.requested_at;
  meta.last_handled = object["status"]["lastHandledReconcileAt"].text();
  meta.policy = appliers::read_policy(object);
  meta.atomic = annotations[atomic_annotation].text() == "true";
  return meta;
}

void ResourceMeta::request_here(const std::string& request) {
  if (request == requested_at) return;
  if (replaced_requests.size() == replaced_requests_max)
    replaced_requests.erase(replaced_requests.begin());
  replaced_requests.push_back(std::exchange(requested_at, request));
  plan.clear();
  prune_allowed = false;
}

void ResourceMeta::keep_request(const ResourceMeta& before) {
  if (uid != before.uid ||
      std::ranges::find(before.replaced_requests, requested_at) == before.replaced_requests.end())
    return;
  requested_at = before.requested_at;
  plan.clear();
  prune_allowed = false;
  replaced_requests = before.replaced_requests;
}

GitRepositorySpec GitRepositorySpec::read(Value spec) {
  GitRepositorySpec read;
  read.url = required_text(spec, "url", "spec.url");
  const Value reference = spec["ref"];
  read.branch = text_of(reference, "branch", "spec.ref.branch");
  read.tag = text_of(reference, "tag", "spec.ref.tag");
  read.semver = text_of(reference, "semver", "spec.ref.semver");
  read.commit = text_of(reference, "commit", "spec.ref.commit");
  read.ref_name = text_of(reference, "name", "spec.ref.name");
  read.secret_name = text_of(spec["secretRef"], "name", "spec.secretRef.name");
  read.ignore = text_of(spec, "ignore", "spec.ignore");
  read.interval = duration_of(spec, "interval", "spec.interval", read.interval);
  read.timeout = duration_of(spec, "timeout", "spec.timeout", read.timeout);
  read.suspend = flag_of(spec, "suspend", "spec.suspend", false);
  std::string field = first_set(
      spec, {"verify", "include", "sparseCheckout", "proxySecretRef", "serviceAccountName"});
  if (flag_of(spec, "recurseSubmodules", "spec.recurseSubmodules", false))
    field = "spec.recurseSubmodules";
  const std::string provider = text_of(spec, "provider", "spec.provider");
  if (!provider.empty() && provider != "generic") field = "spec.provider " + provider;
  if (!field.empty()) {
    throw Error(ErrorCode::unsupported, field + " is not supported yet, nothing is fetched");
  }
  return read;
}

UnitSpec read_kustomization(const model::Document& object) {
  const Value spec = object["spec"];
  const std::string own_namespace(object["metadata"]["namespace"].text());
  UnitSpec unit;
  unit.object = without_state(object);
  read_source(spec["sourceRef"], own_namespace, "spec.sourceRef", unit);
  unit.path = tree_path(text_of(spec, "path", "spec.path"), "spec.path");
  unit.unsupported_field = first_set(spec, {"serviceAccountName", "kubeConfig", "decryption"});
  read_health_expressions(spec, unit);
  read_driving(spec, unit);
  unit.prune = flag_of(spec, "prune", "spec.prune", false);
  unit.force = flag_of(spec, "force", "spec.force", false);
  unit.wait = flag_of(spec, "wait", "spec.wait", false);
  if (!unit.wait) read_health_checks(spec, ResourceMeta::read(object.root()), unit);
  unit.deletion_policy = text_of(spec, "deletionPolicy", "spec.deletionPolicy");
  unit.ignore = read_ignore(spec["ignore"], "spec.ignore");
  read_depends_on(spec, appliers::UnitKind::kustomization, own_namespace, unit);
  return unit;
}

UnitSpec read_helm_release(const model::Document& object) {
  const Value spec = object["spec"];
  const std::string own_namespace(object["metadata"]["namespace"].text());
  UnitSpec unit;
  unit.object = without_state(object);
  const Value chart = spec["chart"]["spec"];
  if (chart.present()) {
    read_source(chart["sourceRef"], own_namespace, "spec.chart.spec.sourceRef", unit);
    unit.path =
        tree_path(required_text(chart, "chart", "spec.chart.spec.chart"), "spec.chart.spec.chart");
  } else {
    const Value reference = spec["chartRef"];
    if (!reference.is_map()) wrong_field("spec.chart or spec.chartRef", "a chart", "neither");
    read_source(reference, own_namespace, "spec.chartRef", unit);
    unit.source_problem = "chartRef of kind " + unit.source.kind +
                          " is not supported, expected spec.chart with a GitRepository";
  }
  unit.unsupported_field = first_set(spec, {"serviceAccountName", "kubeConfig"});
  read_health_expressions(spec, unit);
  read_driving(spec, unit);
  read_drift_mode(spec, unit);
  unit.ignore = read_ignore(spec["driftDetection"]["ignore"], "spec.driftDetection.ignore");
  // A release waits for its objects unless told otherwise, as helm-controller does.
  unit.wait = !flag_of(spec["install"], "disableWait", "spec.install.disableWait", false);
  read_depends_on(spec, appliers::UnitKind::helm_release, own_namespace, unit);
  return unit;
}

bool removes_objects(const UnitSpec& spec) {
  if (spec.suspend || spec.deletion_policy == "Orphan") return false;
  return spec.prune || spec.deletion_policy == "Delete" ||
         spec.deletion_policy == "WaitForTermination";
}

}  // namespace reconcile::engine
