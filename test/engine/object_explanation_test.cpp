#include "engine/cli/object_explanation.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

const model::WallTime now = model::parse_rfc3339("2026-02-01T12:00:00Z");

const char* const live = R"({
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "web", "namespace": "shop", "generation": 2, "managedFields": [
    {"manager": "reconcile", "operation": "Apply", "apiVersion": "apps/v1",
     "time": "2026-01-30T08:00:00Z",
     "fieldsV1": {"f:spec": {"f:replicas": {}, "f:paused": {}}}},
    {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "apps/v1",
     "time": "2026-01-31T08:00:00Z", "fieldsV1": {"f:spec": {"f:paused": {}}}},
    {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
     "time": "2026-02-01T08:00:00Z", "fieldsV1": {"f:status": {}}}]},
  "spec": {"replicas": 2, "paused": false},
  "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2,
    "availableReplicas": 2, "conditions": [
    {"type": "Available", "status": "True", "lastTransitionTime": "2026-01-30T09:00:00Z"},
    {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
     "lastTransitionTime": "2026-01-31T09:00:00Z"}]}})";

ObjectExplanation example() {
  ObjectExplanation explanation;
  explanation.id = {"apps", "Deployment", "shop", "web"};
  explanation.api_version = "apps/v1";
  const model::Document document = model::parse_json(live);
  explain_live(document.root(), {"apps", "v1", "Deployment"}, now, explanation);
  return explanation;
}

/// The end of a Deployment's explanation: its health, and what stands below.
std::string health_line(const std::string& conditions, int available) {
  const std::string count = std::to_string(available);
  const model::Document document = model::parse_json(
      R"({"metadata": {"generation": 1}, "spec": {"replicas": 2}, "status": {"replicas": 2,)"
      R"("observedGeneration": 1, "updatedReplicas": 2, "readyReplicas": 2,)"
      R"("availableReplicas": )" +
      count + R"(, "conditions": [)" + conditions + "]}}");
  ObjectExplanation explanation;
  explain_live(document.root(), {"apps", "v1", "Deployment"}, now, explanation);
  const std::string text = to_text(explanation, false);
  return text.substr(text.find("Health"));
}

}  // namespace

TEST_CASE("tells who wrote an object and how it is", "[engine][cli][explain]") {
  ObjectExplanation explanation = example();
  CHECK(to_text(explanation, false) ==
        "Object        Deployment/shop/web (apps/v1)\n"
        "Unit          none: no unit applies it\n"
        "Applied       2026-01-30T08:00:00Z\n"
        "Last change   kubectl-edit Update at 2026-01-31T08:00:00Z\n"
        "Written by    kube-controller-manager Update of status at 2026-02-01T08:00:00Z\n"
        "Written by    kubectl-edit Update at 2026-01-31T08:00:00Z\n"
        "Written by    reconcile Apply at 2026-01-30T08:00:00Z\n"
        "Shared with   kubectl-edit Update at 2026-01-31T08:00:00Z: spec.paused\n"
        "Health        Current since 2026-01-30T09:00:00Z\n");
  explanation.unit = "Kustomization/flux-system/shop";
  explanation.file = "apps/web.yaml";
  explanation.message = "stolen\x1b[2J";
  explanation.ready = "False X";
  explanation.difference = {
      {"apps", "Deployment", "shop", "web"}, diff::Action::configured, diff::Reason::drift, {}, {}};
  explanation.difference.fields.push_back(
      {{{diff::PathStepType::field, "spec"}}, "1", "2", diff::Reason::drift, std::nullopt});
  const std::string text = to_text(explanation, false);
  CHECK_THAT(text, Catch::Contains("Unit          Kustomization/flux-system/shop\n") &&
                       Catch::Contains("File          apps/web.yaml\n") &&
                       Catch::Contains("what the unit renders\n  spec: 1 -> 2 (drift)\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  const model::Document json = model::parse_json(to_json(explanation));
  CHECK(json["file"].text() == "apps/web.yaml");
  CHECK(json["lastWrite"]["manager"].text() == "kubectl-edit");
  CHECK(json["writers"].size() == 3);
  CHECK(json["shared"].at(0)["paths"].at(0)["x"].present() == false);
  CHECK(json["shared"].at(0)["count"].integer() == 1);
  CHECK(json["difference"]["fields"].at(0)["path"].text() == "spec");
  CHECK(json["health"]["state"].text() == "Current");
}

TEST_CASE("tells since when by the condition that the health rests on", "[engine][cli][explain]") {
  const std::string available =
      R"({"type": "Available", "status": "True", "lastTransitionTime": "2026-01-05T00:00:00Z"},)";
  CHECK(health_line(available + R"({"type": "Progressing", "status": "False",)"
                                R"("reason": "ProgressDeadlineExceeded",)"
                                R"("lastTransitionTime": "2026-01-21T00:00:00Z"})",
                    2)
            .starts_with("Health        Failed since 2026-01-21T00:00:00Z: "));
  const std::string progressing =
      R"({"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated",)"
      R"("lastTransitionTime": "2026-01-05T00:00:00Z"})";
  // Both have been true for long; since when it is on the way nothing says.
  CHECK(health_line(available + progressing, 1).starts_with("Health        InProgress: "));
  CHECK(health_line(available + progressing, 2) ==
        "Health        Current since 2026-01-05T00:00:00Z\n");
}

TEST_CASE("tells who holds an object and what fights over its unit", "[engine][cli][explain]") {
  const auto explained = [](const std::string& until) {
    const model::Document document = model::parse_json(
        R"({"metadata": {"annotations": {"reconcile.dev/pausedUntil": ")" + until +
        R"(", "reconcile.dev/pauseReason": "incident 7", "reconcile.dev/pauseAuthor": "ann"}}})");
    ObjectExplanation explanation;
    explain_live(document.root(), {"", "v1", "ConfigMap"}, now, explanation);
    return explanation;
  };
  ObjectExplanation explanation = explained("2026-02-01T13:00:00Z");
  explanation.suspended = true;
  explanation.unit_notes = {"Fighting ConfigMap/shop/a data.v: evil sets \"9\""};
  const std::string text = to_text(explanation, false);
  CHECK_THAT(text,
             Catch::Contains("Suspended     its unit: only a plan is applied\n"
                             "Unit note     Fighting ConfigMap/shop/a data.v: evil sets") &&
                 Catch::Contains("Paused        until 2026-02-01T13:00:00Z: incident 7 (ann)\n"));
  const model::Document json = model::parse_json(to_json(explanation));
  CHECK(json["unitSuspended"].boolean() == true);
  CHECK(json["unitNotes"].size() == 1);
  CHECK(json["paused"].text() == "until 2026-02-01T13:00:00Z: incident 7 (ann)");
  CHECK(explained("2026-02-01T11:00:00Z").paused.empty());
  CHECK_THAT(explained("tomorrow").notes.at(0), Catch::Contains("\"tomorrow\""));
}

TEST_CASE("finds the revision of an apply in the unit's history", "[engine][cli][explain]") {
  const model::Document history = model::parse_json(R"([
    {"firstReconciled": "2026-01-03T00:00:10Z", "metadata": {"revision": "main@sha1:3"}},
    {"firstReconciled": "2026-01-02T00:00:10Z", "metadata": {"revision": "main@sha1:2"}},
    {"firstReconciled": "2026-01-01T00:00:10Z", "metadata": {"revision": "main@sha1:1"}}])");
  CHECK(revision_at(history.root(), "2026-01-02T00:00:05Z") == "main@sha1:2");
  CHECK(revision_at(history.root(), "2026-01-03T00:00:10Z") == "main@sha1:3");
  // Applied long before any pass that is recorded: drift that was reverted, or an older history.
  CHECK(revision_at(history.root(), "2026-01-01T20:00:00Z").empty());
  CHECK(revision_at(history.root(), "").empty());
  CHECK(revision_at(history.root(), "nonsense").empty());
}
