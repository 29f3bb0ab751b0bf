#include "test/integration/others/admission_server.hpp"

#include <stdexcept>

#include "reconcile/kube/client.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/cluster.hpp"

namespace reconcile::test {
namespace {

const char* const mutating = "MutatingWebhookConfiguration";
const char* const validating = "ValidatingWebhookConfiguration";
/// A write of such an object asks whether the API server calls.
const char* const probe_name = "admission-probe";

model::Gvk configuration(const std::string& kind) {
  return {"admissionregistration.k8s.io", "v1", kind};
}

}  // namespace

AdmissionServer::AdmissionServer(std::string space, Judge judge)
    : space_(std::move(space)),
      judge_(std::move(judge)),
      server_([this](const HttpsRequest& request) { return answer(request); }) {
}

AdmissionServer::~AdmissionServer() {
  try {
    unregister();
  } catch (const std::exception&) {
    // The cluster is not there: neither are the configurations.
  }
}

void AdmissionServer::set_judge(Judge judge) {
  const std::lock_guard lock(mutex_);
  judge_ = std::move(judge);
}

std::pair<int, std::string> AdmissionServer::answer(const HttpsRequest& request) {
  const model::Document review = model::parse_json(request.body);
  const model::Value asked = review["request"];
  std::string response = R"({"uid":")" + std::string(asked["uid"].text()) + R"(","allowed":)";
  if (asked["name"].text() == probe_name) {
    ++probes_;
    response += "true";
  } else {
    ++reviews_;
    Judge judge;
    {
      const std::lock_guard lock(mutex_);
      judge = judge_;
    }
    const Verdict verdict = judge(asked["object"]);
    response += verdict.refusal.empty() ? "true" : R"(false,"status":{"code":403,"message":)";
    if (!verdict.refusal.empty()) {
      model::write_json_string(verdict.refusal, response);
      response += "}";
    }
    if (!verdict.operations.empty())
      response += R"(,"patchType":"JSONPatch","patch":")" +
                  model::base64_encode("[" + verdict.operations + "]") + "\"";
  }
  return {200, R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":)" +
                   response + "}}"};
}

void AdmissionServer::mutate(const std::string& resources) {
  enter(mutating, resources);
}

void AdmissionServer::validate(const std::string& resources) {
  enter(validating, resources);
}

void AdmissionServer::enter(const std::string& kind, const std::string& resources) {
  Cluster::instance().apply(
      "apiVersion: admissionregistration.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " +
      space_ + "}\nwebhooks:\n- name: test.example.com\n  admissionReviewVersions: [v1]\n" +
      "  sideEffects: None\n  failurePolicy: Fail\n  timeoutSeconds: 5\n" +
      "  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + space_ +
      "}}\n  clientConfig: {url: '" + server_.url("/admit") + "', caBundle: " +
      server_.ca_bundle() + "}\n  rules: [{apiGroups: ['*'], apiVersions: ['*'], " +
      "operations: [CREATE, UPDATE], resources: [configmaps, " + resources + "]}]\n");
  if (!eventually([&] { return is_called(); }))
    throw std::runtime_error("the API server does not call the webhook");
}

void AdmissionServer::unregister() {
  set_away(false);
  for (const char* kind : {mutating, validating})
    Cluster::instance().remove(configuration(kind), "", space_);
  if (!eventually([&] { return !is_called(); }))
    throw std::runtime_error("the API server still calls the webhook");
}

/// By a dry run of an object of the kind that is always among the resources.
bool AdmissionServer::is_called() {
  const std::size_t before = probes_;
  const model::Object probe(
      model::parse_json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" +
                        std::string(probe_name) + R"(","namespace":")" + space_ + R"("}})"));
  Cluster::instance()
      .client()
      .send(kube::Request::apply(probe, "test", kube::Conflicts::force, kube::DryRun::all))
      .require_ok("asking whether the webhook is called");
  return probes_ != before;
}

}  // namespace reconcile::test
