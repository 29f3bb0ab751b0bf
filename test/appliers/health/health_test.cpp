#include "reconcile/appliers/health.hpp"

#include <catch2/catch.hpp>

#include "reconcile/appliers/live_state.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

struct Row {
  const char* api_version;
  const char* kind;
  const char* json;
  const char* expected;
};
const Row rows[] = {
    {"v1", "ConfigMap", R"({"metadata":{}})", "Current"},
    {"v1", "ConfigMap", R"({"metadata":{"deletionTimestamp":"x"}})",
     "Terminating: scheduled for deletion"},
    {"v1", "Namespace", R"({"status":{"phase":"Active"}})", "Current"},
    {"v1", "Namespace", R"({})", "InProgress: Namespace is not active"},
    {"v1", "Service", R"({"spec":{"type":"LoadBalancer"}})", "InProgress: ClusterIP not set"},
    {"v1", "Service", R"({"spec":{"type":"ClusterIP"}})", "Current"},
    {"v1", "PersistentVolumeClaim", R"({"status":{"phase":"Pending"}})",
     "InProgress: PVC is not bound, phase: Pending"},
    {"apps/v1", "Deployment", R"({"metadata":{"generation":2},"status":{"observedGeneration":1}})",
     "InProgress: generation 2, observed 1"},
    {"apps/v1", "Deployment", R"({"spec":{"replicas":2},"status":{"replicas":1}})",
     "InProgress: Replicas: 1/2"},
    {"apps/v1", "Deployment",
     R"({"spec":{"replicas":1},"status":{"replicas":1,"updatedReplicas":1}})",
     "InProgress: Available: 0/1"},
    {"apps/v1", "Deployment",
     R"({"spec":{"replicas":1,"progressDeadlineSeconds":9},"status":{"replicas":1,)"
     R"("updatedReplicas":1,"availableReplicas":1,"readyReplicas":1,
        "conditions":[{"type":"Available","status":"True"},{"type":"Progressing",)"
     R"("status":"True","reason":"NewReplicaSetAvailable"}]}})",
     "Current"},
    {"apps/v1", "Deployment",
     R"({"spec":{"replicas":1,"progressDeadlineSeconds":9},"status":{"replicas":1,)"
     R"("updatedReplicas":1,"availableReplicas":1,"readyReplicas":1,
        "conditions":[{"type":"Available","status":"True"},{"type":"Progressing",)"
     R"("status":"Unknown","reason":"NewReplicaSetAvailable"}]}})",
     "InProgress: ReplicaSet not available"},
    {"apps/v1", "Deployment",
     R"({"spec":{"replicas":1,"progressDeadlineSeconds":2147483647},"status":{"replicas":1,)"
     R"("updatedReplicas":1,"availableReplicas":1,"readyReplicas":1,
        "conditions":[{"type":"Available","status":"True"}]}})",
     "Current"},
    {"apps/v1", "Deployment",
     R"({"status":{"conditions":[{"type":"Progressing","status":"False",)"
     R"("reason":"ProgressDeadlineExceeded","message":"m"}]}})",
     "Failed: Progress deadline exceeded: m"},
    {"apps/v1", "Deployment", R"({"spec":{"replicas":0},"status":{"replicas":2}})",
     "InProgress: Pending termination: 2"},
    {"apps/v1", "StatefulSet",
     R"({"spec":{"replicas":3},"status":{"replicas":3,"readyReplicas":2}})",
     "InProgress: Ready: 2/3"},
    {"apps/v1", "StatefulSet",
     R"({"spec":{"replicas":1},"status":{"replicas":1,"readyReplicas":1,)"
     R"("currentReplicas":1,"currentRevision":"a","updateRevision":"b"}})",
     "InProgress: Waiting for the updated revision"},
    {"apps/v1", "StatefulSet",
     R"({"spec":{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":0}}},)"
     R"("status":{"replicas":3,"readyReplicas":3,"updatedReplicas":2}})",
     "InProgress: Updated: 2/3"},
    {"apps/v1", "StatefulSet",
     R"({"spec":{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":0}}},)"
     R"("status":{"replicas":3,"readyReplicas":3,"updatedReplicas":3,)"
     R"("currentRevision":"a","updateRevision":"b"}})",
     "Current"},
    {"apps/v1", "DaemonSet", R"({"status":{}})", "InProgress: Not observed yet"},
    {"apps/v1", "DaemonSet",
     R"({"status":{"observedGeneration":1,"desiredNumberScheduled":1,)"
     R"("currentNumberScheduled":1,"updatedNumberScheduled":1,)"
     R"("numberAvailable":1,"numberReady":1}})",
     "Current"},
    {"v1", "Pod",
     R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})",
     "Current"},
    {"v1", "Pod",
     R"({"status":{"phase":"Running",)"
     R"("containerStatuses":[{"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})",
     "Failed: Containers in CrashLoop state"},
    {"batch/v1", "Job", R"({"status":{"conditions":[{"type":"Complete","status":"True"}]}})",
     "Current"},
    {"batch/v1", "Job",
     R"({"status":{"conditions":[{"type":"Failed","status":"True",)"
     R"("reason":"BackoffLimitExceeded"}]}})",
     "Failed: Job failed: BackoffLimitExceeded"},
    {"batch/v1", "Job", R"({"spec":{"suspend":true}})", "Current"},
    {"batch/v1", "Job", R"({"status":{"startTime":"x","active":1}})",
     "InProgress: Job in progress"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", R"({})",
     "InProgress: Install in progress"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition",
     R"({"status":{"conditions":[{"type":"Established","status":"True"}]}})", "Current"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition",
     R"({"status":{"conditions":[{"type":"NamesAccepted","status":"False",)"
     R"("reason":"Taken","message":"m"}]}})",
     "Failed: Taken: m"},
    {"x.y/v1", "Any", R"({})", "Current"},
    {"x.y/v1", "Any",
     R"({"status":{"conditions":[{"type":"Ready","status":"False","message":"no"}]}})",
     "InProgress: no"},
    {"x.y/v1", "Any",
     R"({"status":{"conditions":[{"type":"Stalled","status":"True","reason":"R"}]}})", "Failed: R"},
    {"x.y/v1", "Any",
     R"({"metadata":{"generation":2},"status":{"conditions":[{"type":"Ready",)"
     R"("status":"True","observedGeneration":1}]}})",
     "InProgress: condition Ready is of an older generation"},
    {"cert-manager.io/v1", "Certificate", R"({})", "InProgress: condition Ready not reported yet"},
    {"cert-manager.io/v1", "Certificate",
     R"({"status":{"conditions":[{"type":"Ready","status":"True"}]}})", "Current"},
    {"external-secrets.io/v1", "SecretStore",
     R"({"status":{"conditions":[{"type":"Ready","status":"False",)"
     R"("reason":"InvalidProviderConfig"}]}})",
     "Failed: InvalidProviderConfig"},
    {"s3.aws.upbound.io/v1beta1", "Bucket", R"({"metadata":{"generation":2}})", "Current"},
    {"s3.aws.upbound.io/v1beta1", "Bucket",
     R"({"metadata":{"generation":2},"status":{"conditions":[)"
     R"({"type":"Ready","status":"True","observedGeneration":2},)"
     R"({"type":"Synced","status":"True","observedGeneration":1}]}})",
     "InProgress: condition Synced is of an older generation"},
    {"s3.aws.crossplane.io/v1beta1", "Bucket",
     R"({"metadata":{"generation":2},"status":{"conditions":[)"
     R"({"type":"Ready","status":"True","observedGeneration":1},)"
     R"({"type":"Synced","status":"True","observedGeneration":2}]}})",
     "InProgress: condition Ready is of an older generation"},
    {"pkg.crossplane.io/v1", "Provider",
     R"({"status":{"conditions":[{"type":"Healthy","status":"True"}]}})",
     "InProgress: condition Installed not reported yet"},
    {"pkg.crossplane.io/v1beta1", "DeploymentRuntimeConfig", R"({"spec":{}})", "Current"},
    {"database.example.org/v1", "PostgreSQLInstance",
     R"({"spec":{"compositeDeletePolicy":"Background"}})",
     "InProgress: condition Ready not reported yet"},
    {"database.example.org/v1", "XPostgreSQLInstance",
     R"({"spec":{"crossplane":{"compositionUpdatePolicy":"Automatic"}},"status":{"conditions":[)"
     R"({"type":"Ready","status":"True"},{"type":"Synced","status":"False",)"
     R"("reason":"ReconcileError"}]}})",
     "InProgress: ReconcileError"},
    {"s3.aws.upbound.io/v1beta1", "Bucket", R"({"spec":{"forProvider":{}}})",
     "InProgress: condition Ready not reported yet"},
    {"database.example.org/v1", "PostgreSQLInstance",
     R"({"spec":{"compositionRef":{"name":"x"}},"status":{"conditions":[)"
     R"({"type":"Ready","status":"True"},{"type":"Synced","status":"True"}]}})",
     "Current"},
    {"cilium.io/v2", "CiliumNetworkPolicy", R"({"spec":{}})", "Current"},
    {"cilium.io/v2", "CiliumNetworkPolicy",
     R"({"status":{"conditions":[{"type":"Valid","status":"True","message":"m"}]}})", "Current"},
    {"cilium.io/v2", "CiliumNetworkPolicy",
     R"({"status":{"conditions":[{"type":"Valid","status":"False","message":"m"}]}})", "Failed: m"},
    {"cilium.io/v2", "CiliumClusterwideNetworkPolicy",
     R"({"status":{"conditions":[{"type":"Valid","status":"False","message":"m"}]}})", "Failed: m"},
    {"networking.istio.io/v1", "VirtualService", R"({"spec":{}})", "Current"},
    {"networking.istio.io/v1", "VirtualService",
     R"({"status":{"conditions":[{"type":"Reconciled","status":"False",)"
     R"("reason":"stillPropagating","message":"61/122 complete"}]}})",
     "InProgress: stillPropagating: 61/122 complete"},
    {"networking.istio.io/v1", "VirtualService",
     R"({"status":{"conditions":[{"type":"PassedAnalysis","status":"False",)"
     R"("reason":"errorsFound"}]}})",
     "InProgress: errorsFound"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector", R"({"spec":{"mode":"deployment"}})",
     "InProgress: status not reported yet"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"deployment"},"status":{"version":"1","scale":{"statusReplicas":"2/2"}}})",
     "Current"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"deployment"},"status":{"version":"1","scale":{"statusReplicas":"1/2"}}})",
     "InProgress: its expression current is false"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"deployment"},"status":{"version":"1","scale":{"statusReplicas":"0/0"}}})",
     "InProgress: its expression current is false"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"replicas":0},"status":{"version":"1","scale":{"statusReplicas":"0/0"}}})",
     "Current"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"daemonset"},"status":{"version":"1","scale":{"statusReplicas":"0/0"}}})",
     "Current"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"sidecar"},"status":{"version":"1"}})", "Current"},
    {"opentelemetry.io/v1beta1", "OpenTelemetryCollector",
     R"({"spec":{"mode":"sidecar"},"status":{"version":"1","conditions":[{"type":"Ready",)"
     R"("status":"False"}]}})",
     "InProgress: its expression inProgress is true"},
    {"opentelemetry.io/v1alpha1", "Instrumentation", R"({"spec":{}})", "Current"},
};

}  // namespace

TEST_CASE("judges objects as kstatus does", "[appliers][health]") {
  for (const Row& row : rows) {
    INFO(row.kind << " " << row.json);
    const model::Document object = model::parse_json(row.json);
    const Health health =
        assess_health(model::Gvk::from_api_version(row.api_version, row.kind), object.root());
    std::string text(to_string(health.state));
    if (!health.message.empty()) text += ": " + health.message;
    CHECK(text == row.expected);
  }
  CHECK(assess_health({"", "v1", "X"}, {}).state == HealthState::not_found);
}

TEST_CASE("a status tells its age by the generation that it, or each condition, speaks of",
          "[appliers][health]") {
  const std::pair<const char*, bool> statuses[] = {
      {"{}", false},
      {R"({"phase":"Up"})", true},
      {R"({"phase":"Up","observedGeneration":1})", false},
      {R"({"phase":"Up","observedGeneration":"1"})", true},
      {R"({"conditions":[{"type":"Ready","observedGeneration":1}]})", false},
      {R"({"conditions":[{"type":"Ready","observedGeneration":0}]})", true},
      {R"({"conditions":[{"type":"Synced","observedGeneration":1},{"type":"Ready"}]})", true},
  };
  for (const auto& [status, may_be_old] : statuses) {
    INFO(status);
    const model::Document object =
        model::parse_json(R"({"metadata":{"generation":2},"status":)" + std::string(status) + "}");
    CHECK(status_may_be_old({"x.y", "v1", "Any"}, object.root()) == may_be_old);
    CHECK_FALSE(status_may_be_old({"apps", "v1", "Deployment"}, object.root()));
  }
}

TEST_CASE("a unit is as healthy as its worst object", "[appliers][health]") {
  std::vector<LiveRecord> records(5);
  for (std::size_t i = 0; i < records.size(); ++i)
    records[i].id = {"apps", "Deployment", "a", "d" + std::to_string(i)};
  for (LiveRecord& record : records) record.health = {HealthState::current, ""};
  CHECK(summarize_health(records).state == HealthState::current);
  for (LiveRecord& record : records) record.health = {HealthState::in_progress, "slow"};
  records[4].health = {HealthState::failed, "broken"};
  CHECK(summarize_health(records) == Health{HealthState::failed, "Deployment/a/d4: broken"});
  records[4].health = {HealthState::in_progress, "slow"};
  CHECK(summarize_health(records).message ==
        "Deployment/a/d0: slow; Deployment/a/d1: slow; Deployment/a/d2: slow; and 2 more");
}
