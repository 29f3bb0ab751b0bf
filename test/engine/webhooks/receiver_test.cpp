#include "engine/controllers/receiver_controller.hpp"

#include <catch2/catch.hpp>

#include "engine/api/condition.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/engine_api.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

const std::string status_path = "/receivers/push/status";
const SecretName secret{"space", "webhook"};
const std::string resources =
    R"("resources":[{"kind":"GitRepository","name":"repo"}],"secretRef":{"name":"webhook"})";

struct ReceiverWorld {
  ~ReceiverWorld() { tokens.stop(); }

  void upsert(const std::string& spec, int generation = 1, const std::string& metadata = "",
              const std::string& status = "") {
    receivers.upsert(model::parse_json(
        R"({"metadata":{"name":"push","namespace":"space","uid":"u","generation":)" +
        std::to_string(generation) + metadata + R"(},"spec":{)" + spec + "}" +
        (status.empty() ? "" : R"(,"status":)" + status) + "}"));
  }
  void token(const std::string& text) { receivers.on_token(secret, {text, {}}); }
  /// The status as it was written last; the queue is drained.
  model::Document status() {
    REQUIRE(statuses.drain(20s));
    const auto writes = api.writes_to(status_path);
    return writes.empty() ? model::parse_json("{}") : model::parse_json(writes.back().body);
  }
  std::string condition(const std::string& type) {
    const model::Document patch = status();
    const Conditions conditions = Conditions::read(patch["status"]["conditions"]);
    const Condition* found = conditions.find(type);
    if (found == nullptr) return {};
    return std::string(to_string(found->status)) + " " + found->reason + ": " + found->message;
  }
  std::shared_ptr<const WebhookEntry> served(const std::string& token) {
    return table.find(webhook_path(token, "push", "space"));
  }

  test::FakeClock clock;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
  io::Metrics metrics;
  WorkPool pool{"webhook", 2};
  StatusQueue statuses{client};
  WebhookTable table;
  TokenWatches tokens{client, executor, pool, [](const SecretName&, const SecretToken&) {}};
  TriggerServices trigger{
      executor, client, pool, metrics,
      [](const ReceiverResource&, const std::string&) { return TriggeredHere::no; }};
  ReceiverServices services{trigger, statuses, tokens, table};
  ReceiverController receivers{services};
};

const std::string github = R"("type":"github",)" + resources;

}  // namespace

TEST_CASE("a receiver is served with its token's path", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github + R"(,"events":["push"])");
  CHECK_FALSE(world.served("secret"));
  CHECK_FALSE(world.status()["status"].present());
  world.token("secret");
  const auto entry = world.served("secret");
  REQUIRE(entry);
  CHECK(entry->obstacle.empty());
  CHECK(entry->policy.type == WebhookType::github);
  CHECK(entry->policy.events == std::vector<std::string>{"push"});
  const std::string path = webhook_path("secret", "push", "space");
  CHECK(world.condition("Ready") == "True Succeeded: Receiver initialized for path: " + path);
  CHECK(world.status()["status"]["webhookPath"].text() == path);
  CHECK(world.status()["status"]["observedGeneration"].integer() == 1);
  CHECK(world.condition("Reconciling").empty());
}

TEST_CASE("a token that rotates moves the path", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github);
  world.token("first");
  world.token("second");
  CHECK_FALSE(world.served("first"));
  CHECK(world.served("second"));
  CHECK(world.status()["status"]["webhookPath"].text() == webhook_path("second", "push", "space"));
  CHECK(world.table.size() == 1);
}

TEST_CASE("a token that is missing takes the path away", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github);
  world.token("secret");
  world.receivers.on_token(secret, {{}, "unable to read token"});
  CHECK_FALSE(world.served("secret"));
  CHECK(world.condition("Ready") == "False TokenNotFound: unable to read token");
  CHECK(world.condition("Reconciling") == "True ProgressingWithRetry: Reconciliation in progress");
  CHECK(world.status()["status"]["webhookPath"].is_null());
  world.token("secret");
  CHECK(world.served("secret"));
  CHECK(world.condition("Reconciling").empty());
}

TEST_CASE("a suspended receiver keeps its path and its status", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github);
  world.token("secret");
  CHECK(world.served("secret"));
  world.status();
  const std::size_t writes = world.api.writes_to(status_path).size();
  world.upsert(github + R"(,"suspend":true)", 2);
  REQUIRE(world.served("secret"));
  CHECK(world.served("secret")->obstacle == "suspended");
  world.status();
  CHECK(world.api.writes_to(status_path).size() == writes);
  world.upsert(github, 3);
  CHECK(world.served("secret")->obstacle.empty());
}

TEST_CASE("a suspended receiver is known by its status after a restart",
          "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github + R"(,"suspend":true)", 1, "",
               R"({"webhookPath":")" + webhook_path("secret", "push", "space") + "\"}");
  REQUIRE(world.served("secret"));
  CHECK(world.served("secret")->obstacle == "suspended");
}

TEST_CASE("a status that says it all is not written again", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  const std::string path = webhook_path("secret", "push", "space");
  world.upsert(github, 1, "",
               R"({"observedGeneration":1,"webhookPath":")" + path +
                   R"(","conditions":[{"type":"Ready","status":"True","reason":"Succeeded",)"
                   R"("message":"Receiver initialized for path: )" +
                   path +
                   R"(","observedGeneration":1,"lastTransitionTime":"2025-01-01T00:00:00Z"}]})");
  world.token("secret");
  CHECK(world.served("secret"));
  world.status();
  CHECK(world.api.writes().empty());
}

TEST_CASE("a request is answered in the status", "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github);
  world.token("secret");
  world.upsert(github, 1, R"(,"annotations":{"reconcile.fluxcd.io/requestedAt":"now"})");
  CHECK(world.status()["status"]["lastHandledReconcileAt"].text() == "now");
}

TEST_CASE("what is not built, or wrong, is refused with its reason",
          "[engine][controllers][receiver]") {
  const std::string prefix = "Reconciliation failed terminally due to configuration error: ";
  const std::string list = R"("resources":[{"kind":"GitRepository","name":"repo"}])";
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"("type":"gcr",)" + resources,
       "FieldNotSupported: " + prefix +
           "spec.type gcr asks another server to validate tokens, which is not supported yet"},
      {R"("type":"generic-oidc",)" + list,
       "FieldNotSupported: " + prefix +
           "spec.type generic-oidc asks another server to validate tokens, which is not "
           "supported yet"},
      {github + R"(,"resourceFilter":"res.x")",
       "InvalidCELExpression: " + prefix +
           "invalid resourceFilter expression: CEL expression output type mismatch: expected "
           "bool, got dyn"},
      {R"("type":"github","secretRef":{"name":"webhook"},"resources":[)"
       R"({"kind":"GitRepository","name":"repo","filter":"1"}])",
       "InvalidCELExpression: " + prefix +
           "invalid filter expression for resources[0] (kind=\"GitRepository\", name=\"repo\"): "
           "CEL expression output type mismatch: expected bool, got int"},
      {R"("type":"github",)" + list,
       "ValidationFailed: " + prefix + "secretRef is required when type is not generic-oidc"},
      {R"("type":"gitea",)" + resources, "ValidationFailed: " + prefix + "expected one of " +
                                             webhook_type_names() +
                                             " in spec.type, found \"gitea\""},
      {R"("type":"github","interval":"soon",)" + resources, "ValidationFailed: "},
  };
  for (const auto& [spec, problem] : rows) {
    ReceiverWorld world;
    world.upsert(github);
    world.token("secret");
    world.upsert(spec, 2);
    CHECK_THAT(world.condition("Ready"), Catch::StartsWith("False " + problem));
    CHECK_THAT(world.condition("Stalled"), Catch::StartsWith("True " + problem));
    CHECK(world.status()["status"]["observedGeneration"].integer() == 2);
    // The path it had answers 503, as Flux's does.
    REQUIRE(world.served("secret"));
    CHECK(world.served("secret")->obstacle == "not ready");
    world.upsert(github, 3);
    world.token("secret");
    CHECK(world.condition("Stalled").empty());
    CHECK(world.served("secret")->obstacle.empty());
  }
}

TEST_CASE("a receiver that goes takes its path along, and Flux's finalizer",
          "[engine][controllers][receiver]") {
  ReceiverWorld world;
  world.upsert(github);
  world.token("secret");
  world.upsert(github, 1,
               R"(,"resourceVersion":"7","deletionTimestamp":"2026-01-01T00:00:00Z",)"
               R"("finalizers":["a/b","finalizers.fluxcd.io"])");
  CHECK_FALSE(world.served("secret"));
  world.status();
  const auto writes = world.api.writes_to("/receivers/push");
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].body == R"({"metadata":{"resourceVersion":"7","finalizers":["a/b"]}})");
  world.receivers.remove("space", "push");
  CHECK(world.table.size() == 0);
}

TEST_CASE("reads resources as Flux does", "[engine][api][receiver]") {
  const auto read = [](const std::string& item) {
    return ReceiverSpec::read(
               model::parse_json(R"({"type":"github","resources":[)" + item + "]}").root(), "own")
        .resources.at(0);
  };
  const ReceiverResource plain = read(R"({"kind":"GitRepository","name":"a"})");
  CHECK(plain.gvk.api_version() == "source.toolkit.fluxcd.io/v1");
  CHECK(plain.namespace_name == "own");
  CHECK(plain.problem.empty());
  CHECK(read(R"({"kind":"ImageRepository","name":"a"})").gvk.api_version() ==
        "image.toolkit.fluxcd.io/v1");
  CHECK(read(R"({"kind":"Kustomization","name":"a"})").problem ==
        "apiVersion must be specified for kind \"Kustomization\"");
  const ReceiverResource given =
      read(R"({"kind":"Kustomization","apiVersion":"kustomize.toolkit.fluxcd.io/v1","name":"a",)"
           R"("namespace":"other"})");
  CHECK(given.display() == "Kustomization/other/a");
  CHECK(given.problem.empty());
  const ReceiverResource all =
      read(R"({"kind":"GitRepository","name":"*","matchLabels":{"b":"2","a":"1"}})");
  CHECK(all.label_selector == "a=1,b=2");
  CHECK(read(R"({"kind":"GitRepository","name":"*"})").problem ==
        "matchLabels field not set when using wildcard '*' as name");
  CHECK_THROWS_AS(read(R"({"kind":"GitRepository"})"), model::Error);
  CHECK_THROWS_AS(read(R"({"name":"a"})"), model::Error);
  CHECK_THROWS_AS(read(R"({"kind":7,"name":"a"})"), model::Error);
}
