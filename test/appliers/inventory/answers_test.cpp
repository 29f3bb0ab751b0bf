#include "reconcile/appliers/answers.hpp"

#include <catch2/catch.hpp>

#include "reconcile/appliers/stages.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

TEST_CASE("judges answers by code, reason and message", "[appliers][inventory]") {
  struct Row {
    int code;
    const char* reason;
    const char* message;
    AnswerClass answer;
  };
  const Row rows[] = {
      {200, "", "", AnswerClass::done},
      {201, "", "", AnswerClass::done},
      {0, "", "connection refused", AnswerClass::retry},
      {400, "BadRequest", "strict decoding error", AnswerClass::permanent},
      {401, "Unauthorized", "", AnswerClass::permanent},
      {403, "Forbidden", "exceeded quota: q", AnswerClass::permanent},
      {403, "Forbidden",
       "unable to create new content in namespace a because it is being terminated",
       AnswerClass::wait_until_gone},
      {404, "NotFound", "namespaces \"a\" not found", AnswerClass::not_found},
      {404, "NotFound", "the server could not find the requested resource", AnswerClass::no_kind},
      {404, "NoKind", "", AnswerClass::no_kind},
      {404, "NoKindMatch", "no matches for kind", AnswerClass::no_kind},
      {409, "Conflict", "the object has been modified", AnswerClass::conflict},
      {409, "AlreadyExists", "object is being deleted: x", AnswerClass::wait_until_gone},
      {422, "Invalid", "spec.selector: Invalid value: {}: field is immutable",
       AnswerClass::recreate},
      {422, "Invalid", "spec.replicas: Invalid value: -1", AnswerClass::permanent},
      {429, "TooManyRequests", "", AnswerClass::retry},
      {500, "InternalError", "etcdserver: leader changed", AnswerClass::retry},
      {500, "",
       "failed to create typed patch object (a/b; v1, Kind=X): .spec.x: field not declared",
       AnswerClass::permanent},
      {503, "ServiceUnavailable", "", AnswerClass::retry},
      {504, "Timeout", "", AnswerClass::retry},
  };
  for (const Row& row : rows) {
    ClusterAnswer answer;
    answer.code = row.code;
    answer.reason = row.reason;
    answer.message = row.message;
    INFO(row.code << " " << row.message);
    CHECK(to_string(classify(answer)) == to_string(row.answer));
  }
}

TEST_CASE("waits grow, Retry-After is honoured, both are bounded", "[appliers][inventory]") {
  const RetryPolicy policy;
  ClusterAnswer answer;
  CHECK(policy.delay(1, answer).count() == 200);
  CHECK(policy.delay(3, answer).count() == 800);
  CHECK(policy.delay(60, answer).count() == 10'000);
  answer.retry_after = std::chrono::hours(1);
  CHECK(policy.delay(1, answer).count() == 30'000);
}

TEST_CASE("orders objects as Flux does", "[appliers][inventory]") {
  const model::ObjectId order[] = {
      {"apiextensions.k8s.io", "CustomResourceDefinition", "", "b"},
      {"", "Namespace", "", "a"},
      {"rbac.authorization.k8s.io", "ClusterRole", "", "a"},
      {"storage.k8s.io", "StorageClass", "", "a"},
      {"x.y", "OtherClass", "", "a"},
      {"rbac.authorization.k8s.io", "ClusterRoleBinding", "", "a"},
      {"", "ServiceAccount", "a", "a"},
      {"", "ConfigMap", "a", "a"},
      {"", "ConfigMap", "a", "b"},
      {"", "ConfigMap", "b", "a"},
      {"", "Service", "a", "a"},
      {"apps", "Deployment", "a", "a"},
      {"policy", "PodDisruptionBudget", "a", "a"},
      {"apps", "DaemonSet", "a", "a"},
      {"networking.k8s.io", "Ingress", "a", "a"},
      {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", "", "a"},
      {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "", "a"},
  };
  for (std::size_t i = 0; i + 1 < std::size(order); ++i) {
    INFO(order[i].display() << " before " << order[i + 1].display());
    CHECK(applies_before(order[i], order[i + 1]));
    CHECK_FALSE(applies_before(order[i + 1], order[i]));
  }
  const StageOptions custom{.custom_kinds = {{"x.y", "Early"}}};
  CHECK(stage_of({"x.y", "Early", "a", "a"}, custom) == Stage::custom);
  CHECK(stage_of({"x.y", "Early", "a", "a"}) == Stage::rest);
}
