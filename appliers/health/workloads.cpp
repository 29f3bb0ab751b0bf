// Deployment, StatefulSet, DaemonSet and ReplicaSet as kstatus judges them (cli-utils v0.37).
#include <limits>

#include "appliers/health/conditions.hpp"

namespace reconcile::appliers {

namespace {

/// "Ready: 1/3".
std::string share(std::string_view what, std::int64_t have, std::int64_t want) {
  return std::string(what) + ": " + std::to_string(have) + '/' + std::to_string(want);
}

/// The counters of a workload's status.
struct Replicas {
  explicit Replicas(model::Value object)
      : wanted(number_at(object, "spec", "replicas", 1)),
        total(number_at(object, "status", "replicas", 0)),
        updated(number_at(object, "status", "updatedReplicas", 0)),
        ready(number_at(object, "status", "readyReplicas", 0)),
        available(number_at(object, "status", "availableReplicas", 0)),
        current(number_at(object, "status", "currentReplicas", 0)),
        labeled(number_at(object, "status", "fullyLabeledReplicas", 0)) {}

  std::int64_t wanted;
  std::int64_t total;
  std::int64_t updated;
  std::int64_t ready;
  std::int64_t available;
  std::int64_t current;
  std::int64_t labeled;
};

/// Without a deadline the controller says nothing of progress.
bool has_deadline(model::Value deployment) {
  constexpr std::int64_t none = std::numeric_limits<std::int32_t>::max();
  return deployment["spec"]["progressDeadlineSeconds"].integer().value_or(none) != none;
}

}  // namespace

Health deployment_health(model::Value object) {
  const model::Value progressing = find_condition(object, "Progressing");
  if (progressing["reason"].text() == "ProgressDeadlineExceeded")
    return failed("Progress deadline exceeded: " + short_text(progressing["message"].text()));
  const Replicas count(object);
  if (count.wanted > count.total) return in_progress(share("Replicas", count.total, count.wanted));
  if (count.wanted > count.updated)
    return in_progress(share("Updated", count.updated, count.wanted));
  if (count.total > count.wanted)
    return in_progress("Pending termination: " + std::to_string(count.total - count.wanted));
  if (count.updated > count.available)
    return in_progress(share("Available", count.available, count.updated));
  if (count.wanted > count.ready) return in_progress(share("Ready", count.ready, count.wanted));
  if (has_deadline(object) && (progressing["status"].text() != "True" ||
                               progressing["reason"].text() != "NewReplicaSetAvailable"))
    return in_progress("ReplicaSet not available");
  if (condition_status(object, "Available") != "True")
    return in_progress("Deployment not available");
  return current();
}

Health stateful_set_health(model::Value object) {
  if (object["spec"]["updateStrategy"]["type"].text() == "OnDelete") return current();
  const Replicas count(object);
  if (count.wanted > count.total) return in_progress(share("Replicas", count.total, count.wanted));
  if (count.wanted > count.ready) return in_progress(share("Ready", count.ready, count.wanted));
  if (count.total > count.wanted)
    return in_progress("Pending termination: " + std::to_string(count.total - count.wanted));
  // The server sets 0 where nobody named one.
  const auto partition = object["spec"]["updateStrategy"]["rollingUpdate"]["partition"].integer();
  if (partition) {
    const std::int64_t wanted = count.wanted - *partition;
    if (count.updated < wanted) return in_progress(share("Updated", count.updated, wanted));
    return current();
  }
  if (count.wanted > count.current)
    return in_progress(share("Current revision", count.current, count.wanted));
  const model::Value status = object["status"];
  if (status["currentRevision"].text() != status["updateRevision"].text())
    return in_progress("Waiting for the updated revision");
  return current();
}

Health daemon_set_health(model::Value object) {
  const auto desired = object["status"]["desiredNumberScheduled"].integer();
  if (!object["status"]["observedGeneration"].integer() || !desired)
    return in_progress("Not observed yet");
  const auto count = [&](std::string_view name) { return number_at(object, "status", name, 0); };
  if (*desired > count("currentNumberScheduled"))
    return in_progress(share("Current", count("currentNumberScheduled"), *desired));
  if (*desired > count("updatedNumberScheduled"))
    return in_progress(share("Updated", count("updatedNumberScheduled"), *desired));
  if (*desired > count("numberAvailable"))
    return in_progress(share("Available", count("numberAvailable"), *desired));
  if (*desired > count("numberReady"))
    return in_progress(share("Ready", count("numberReady"), *desired));
  return current();
}

Health replica_set_health(model::Value object) {
  if (const model::Value failure = find_condition(object, "ReplicaFailure");
      failure["status"].text() == "True")
    return in_progress("Replica failure: " + condition_text(failure));
  const Replicas count(object);
  if (count.wanted > count.labeled)
    return in_progress(share("Labeled", count.labeled, count.wanted));
  if (count.wanted > count.available)
    return in_progress(share("Available", count.available, count.wanted));
  if (count.wanted > count.ready) return in_progress(share("Ready", count.ready, count.wanted));
  if (count.total > count.wanted)
    return in_progress("Pending termination: " + std::to_string(count.total - count.wanted));
  return current();
}

}  // namespace reconcile::appliers
