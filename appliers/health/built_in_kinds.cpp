// The other built-in kinds as kstatus judges them (cli-utils v0.37); Job as Flux 2.9 overrides it.
#include <array>

#include "appliers/health/conditions.hpp"

namespace reconcile::appliers {

namespace {

Health always_current(model::Value) {
  return current();
}

Health service_health(model::Value object) {
  const model::Value spec = object["spec"];
  if (spec["type"].text() == "LoadBalancer" && spec["clusterIP"].text().empty())
    return in_progress("ClusterIP not set");
  return current();
}

Health volume_claim_health(model::Value object) {
  const std::string_view phase = object["status"]["phase"].text();
  if (phase == "Bound") return current();
  return in_progress("PVC is not bound, phase: " + std::string(phase));
}

Health namespace_health(model::Value object) {
  const std::string_view phase = object["status"]["phase"].text();
  return phase == "Active" ? current() : in_progress("Namespace is not active");
}

/// The waiting reason of the first container that crashes; empty where none does.
std::string_view crash_reason(model::Value object) {
  for (const std::string_view list_name : {"initContainerStatuses", "containerStatuses"}) {
    const model::Value list = object["status"][list_name];
    for (std::size_t i = 0; i < list.size(); ++i)
      if (const auto reason = list.at(i)["state"]["waiting"]["reason"].text();
          reason == "CrashLoopBackOff")
        return reason;
  }
  return {};
}

/// Stricter than kstatus, to which a pod that failed is done, and which looks for crashes only
/// where all init containers ended. It has a clock too: there an unschedulable pod fails after 15
/// seconds.
Health pod_health(model::Value object) {
  const std::string_view phase = object["status"]["phase"].text();
  if (phase == "Succeeded") return current();
  if (phase == "Failed")
    return failed("Pod failed: " + short_text(object["status"]["message"].text()));
  if (!crash_reason(object).empty()) return failed("Containers in CrashLoop state");
  if (phase == "Running" && condition_status(object, "Ready") == "True") return current();
  return in_progress(phase.empty() ? "Pod has no phase" : "Pod is " + std::string(phase));
}

Health job_health(model::Value object) {
  if (condition_status(object, "Complete") == "True") return current();
  if (const model::Value failure = find_condition(object, "Failed");
      failure["status"].text() == "True")
    return failed("Job failed: " + condition_text(failure));
  if (object["spec"]["suspend"].boolean().value_or(false)) return current();
  if (object["status"]["startTime"].text().empty()) return in_progress("Job not started");
  return in_progress("Job in progress");
}

Health definition_health(model::Value object) {
  const model::Value names = find_condition(object, "NamesAccepted");
  if (names["status"].text() == "False") return failed(condition_text(names));
  const model::Value established = find_condition(object, "Established");
  if (established["status"].text() == "True") return current();
  if (established["status"].text() == "False" && established["reason"].text() != "Installing")
    return failed(condition_text(established));
  return in_progress("Install in progress");
}

struct KindRule {
  std::string_view group;
  std::string_view kind;
  HealthRule rule;
};

constexpr std::array<KindRule, 14> kind_rules = {{
    {"", "Service", service_health},
    {"", "Pod", pod_health},
    {"", "Secret", always_current},
    {"", "ConfigMap", always_current},
    {"", "Namespace", namespace_health},
    {"", "PersistentVolumeClaim", volume_claim_health},
    {"apps", "StatefulSet", stateful_set_health},
    {"apps", "DaemonSet", daemon_set_health},
    {"apps", "Deployment", deployment_health},
    {"apps", "ReplicaSet", replica_set_health},
    {"policy", "PodDisruptionBudget", always_current},
    {"batch", "CronJob", always_current},
    {"batch", "Job", job_health},
    {"apiextensions.k8s.io", "CustomResourceDefinition", definition_health},
}};

}  // namespace

HealthRule find_built_in_rule(std::string_view group, std::string_view kind) noexcept {
  for (const KindRule& row : kind_rules)
    if (row.kind == kind && row.group == group) return row.rule;
  return nullptr;
}

}  // namespace reconcile::appliers
