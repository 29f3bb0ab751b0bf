// Units applied to a real API server.
#include <catch2/catch.hpp>

#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#include "test/integration/appliers/cluster_connection.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

/// An agent with one unit in a namespace of its own.
struct RealAgent {
  explicit RealAgent(const std::string& name)
      : cluster(name + '-' + model::hex_encode(model::random_bytes(4))),
        unit{UnitKind::kustomization, cluster.space, "apps"} {
    options.prune_approved = true;
  }

  void restart() {
    live = std::make_unique<LiveState>();
    store.reset();
  }

  PreparedUnit prepared(const std::vector<model::Object>& rendered) {
    return prepare(unit, rendered, port, {.default_namespace = cluster.space});
  }

  PassResult pass(const std::vector<model::Object>& rendered) {
    if (!store)
      store = std::make_unique<InventoryStore>(
          port, unit, InventoryStoreOptions{.namespace_name = cluster.space});
    UnitApplier applier(port, *live, model::system_clock());
    return applier.apply(prepared(rendered), *store, options);
  }

  model::Document get(const std::string& name, const model::Gvk& gvk = {"", "v1", "ConfigMap"}) {
    const kube::Response response =
        cluster.client.send(kube::Request::get(gvk, cluster.space, name));
    return response.ok() ? response.document() : model::Document();
  }

  /// A merge patch of a ConfigMap, as a person with `manager` makes it.
  void patch(const std::string& name, const std::string& json, const std::string& manager) {
    cluster.client
        .send(kube::Request::patch(kube::Verb::merge_patch, {"", "v1", "ConfigMap"}, cluster.space,
                                   name, json, manager))
        .require_ok("patching " + name);
  }

  std::uint64_t requests() { return cluster.client.count(kube::RequestPurpose::pass); }

  test::ClusterConnection cluster;
  UnitKey unit;
  KubeClusterPort port{cluster.client};
  std::unique_ptr<LiveState> live = std::make_unique<LiveState>();
  std::unique_ptr<InventoryStore> store;
  PassOptions options;
};

model::Object object(const std::string& json) {
  return model::Object(model::parse_json(json));
}

model::Object config_map(const std::string& name, const std::string& rest) {
  return object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + "\"}," +
                rest + "}");
}

std::string data(const std::string& value) {
  return R"("data":{"k":")" + value + "\"}";
}

model::Object deployment() {
  return object(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},)"
                R"("spec":{
    "replicas":1,"selector":{"matchLabels":{"app":"d"}},)"
                R"("template":{"metadata":{"labels":{"app":"d"}},
    "spec":{"containers":[{"name":"c","image":"registry.example/c:1",)"
                R"("ports":[{"containerPort":80}],
    "resources":{"limits":{"cpu":"1000m"}},"args":["-x"]}],"tolerations":[],)"
                R"("nodeSelector":{}}}}})");
}

}  // namespace

TEST_CASE("applies, settles, and finds the same after a restart", "[appliers][.integration]") {
  RealAgent agent("pass-settles");
  const std::vector<model::Object> rendered = {config_map("a", data("1")), deployment()};
  const PassResult first = agent.pass(rendered);
  INFO(diff::to_text(first.changes));
  CHECK(first.ok());
  CHECK(first.changes.count(diff::Action::created) == 2);
  const std::uint64_t before = agent.requests();
  CHECK(agent.pass(rendered).settled);
  CHECK(agent.requests() == before);
  const model::Document live = agent.get("d", {"apps", "v1", "Deployment"});
  const PreparedUnit prepared = agent.prepared({deployment()});
  const model::Document desired = prepared.objects[0].object.document();
  CHECK(diff::proves_unchanged(desired.root(), live.root()));
  agent.restart();
  const PassResult again = agent.pass(rendered);
  CHECK(diff::to_text(again.changes).empty());
  CHECK(again.inventory.entries.size() == 2);
}

TEST_CASE("a structure that becomes empty is there after one pass", "[appliers][.integration]") {
  RealAgent agent("pass-empties");
  const auto with_lifecycle = [](const std::string& lifecycle) {
    std::string text = model::write_json(deployment().root());
    const std::string from = R"("name":"c",)";
    text.insert(text.find(from), R"("lifecycle":)" + lifecycle + ",");
    return std::vector<model::Object>{object(text)};
  };
  REQUIRE(agent.pass(with_lifecycle(R"({"preStop":{"sleep":{"seconds":1}}})")).ok());
  REQUIRE(agent.pass(with_lifecycle("{}")).ok());
  const model::Document live = agent.get("d", {"apps", "v1", "Deployment"});
  const model::Value container = live["spec"]["template"]["spec"]["containers"].at(0);
  CHECK(container["lifecycle"].is_map());
  CHECK(container["lifecycle"].empty());
  agent.restart();
  CHECK(diff::to_text(agent.pass(with_lifecycle("{}")).changes).empty());
}

TEST_CASE("finds and reverts what a person edited", "[appliers][.integration]") {
  RealAgent agent("pass-reverts");
  const std::vector<model::Object> rendered = {config_map("a", data("1"))};
  agent.pass(rendered);
  agent.patch("a", R"({"data":{"k":"9","mine":"kept"}})", "kubectl-edit");
  const model::Document event = agent.get("a");
  CHECK(agent.live->observe(WatchEventType::modified, {"", "v1", "ConfigMap"}, event.root())
            .verdict == LiveVerdict::drifted);
  UnitApplier applier(agent.port, *agent.live, model::system_clock());
  const PreparedUnit prepared = agent.prepared(rendered);
  const std::string plan = diff::to_text(applier.plan(prepared, agent.store->load()));
  CHECK(plan.find("data.k: \"9\" -> \"1\" (drift, kubectl-edit Update at ") != std::string::npos);
  const diff::ObjectChange change =
      applier.revert(prepared, prepared.objects.front(), event.root());
  CHECK(change.action == diff::Action::configured);
  CHECK(change.reason == diff::Reason::drift);
  REQUIRE(change.fields.size() == 1);
  CHECK(change.fields[0].owner->manager == "kubectl-edit");
  CHECK(agent.get("a")["data"]["k"].text() == "1");
  CHECK(agent.get("a")["data"]["mine"].text() == "kept");
  const std::uint64_t before = agent.requests();
  CHECK(agent.pass(rendered).ok());
  CHECK(agent.requests() == before);
}

TEST_CASE("an edit back and forth is disowned and owned again", "[appliers][.integration]") {
  RealAgent agent("pass-disowned");
  const std::vector<model::Object> rendered = {config_map("a", data("1"))};
  agent.pass(rendered);
  agent.patch("a", R"({"data":{"k":"9"}})", "kubectl-edit");
  agent.patch("a", R"({"data":{"k":"1"}})", "kubectl-edit");
  const model::Document event = agent.get("a");
  CHECK(agent.live->observe(WatchEventType::modified, {"", "v1", "ConfigMap"}, event.root())
            .verdict != LiveVerdict::equal);
  CHECK(agent.pass(rendered).changes.count(diff::Action::configured) == 1);
  // Owned again, beside the person, whose ownership of an equal value an apply cannot end.
  const model::Document live = agent.get("a");
  const auto entry = diff::find_apply_entry(live.root());
  REQUIRE(entry);
  CHECK(entry->fields["f:data"].contains("f:k"));
}

TEST_CASE("takes over what kubectl applied before", "[appliers][.integration]") {
  RealAgent agent("pass-takes-over");
  kube::Request create = kube::Request::create(
      object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":")" +
             agent.cluster.space + R"("},"data":{"k":"1","old":"1"}})"),
      "kubectl-client-side-apply");
  agent.cluster.client.send(create).require_ok("creating");
  agent.patch("a", R"({"data":{"edited":"1"}})", "kubectl-edit");
  CHECK(agent.pass({config_map("a", data("1"))}).ok());
  const model::Document live = agent.get("a");
  CHECK_FALSE(live["data"].contains("old"));
  CHECK(live["data"].contains("edited"));
}

TEST_CASE("prunes and removes with a real server", "[appliers][.integration]") {
  RealAgent agent("pass-prunes");
  agent.pass({config_map("a", data("1")), config_map("b", data("1")), deployment()});
  const PassResult result = agent.pass({config_map("a", data("1"))});
  const std::string& space = agent.cluster.space;
  CHECK(diff::to_text(result.changes) == "deleted Deployment/" + space + "/d (obsolete)\n" +
                                             "deleted ConfigMap/" + space + "/b (obsolete)\n");
  CHECK_FALSE(agent.get("b").present());
  UnitApplier applier(agent.port, *agent.live, model::system_clock());
  CHECK(applier.remove_all(*agent.store, agent.unit, agent.options).remaining.empty());
  CHECK_FALSE(agent.get("a").present());
  CHECK_FALSE(agent.get(agent.store->secret_name(), {"", "v1", "Secret"}).present());
}

TEST_CASE("recreates an immutable object only with force", "[appliers][.integration]") {
  RealAgent agent("pass-immutable");
  const std::string immutable = R"(,"immutable":true)";
  agent.pass({config_map("a", data("1") + immutable)});
  const PassResult refused = agent.pass({config_map("a", data("2") + immutable)});
  REQUIRE(refused.failures.size() == 1);
  CHECK(refused.failures[0].message.find("immutable") != std::string::npos);
  agent.options.force = true;
  CHECK(agent.pass({config_map("a", data("2") + immutable)}).ok());
  CHECK(agent.get("a")["data"]["k"].text() == "2");
}

TEST_CASE("reports what quota, admission and schema refuse, and goes on",
          "[appliers][.integration]") {
  RealAgent agent("pass-refused");
  const model::Object space = object(
      R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + agent.cluster.space + R"(",
      "labels":{"pod-security.kubernetes.io/enforce":"restricted"}}})");
  CHECK(agent.pass({space}).ok());
  const model::Object pod = object(
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[
      {"name":"c","image":"x","securityContext":{"privileged":true}}]}})");
  const model::Object unknown = object(
      R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"nonsense":1}})");
  const model::Object no_kind =
      object(R"({"apiVersion":"x.example/v1","kind":"W","metadata":{"name":"w",)"
             R"("namespace":"a"}})");
  const std::uint64_t before = agent.requests();
  const PassResult result = agent.pass({space, pod, unknown, no_kind, config_map("a", data("1"))});
  CHECK(result.failures.size() == 3);
  CHECK(agent.get("a").present());
  CHECK(agent.requests() - before < 12);
  for (const ObjectFailure& failure : result.failures) {
    INFO(failure.id.display() << ": " << failure.message);
    CHECK(failure.answer != AnswerClass::retry);
  }
  CHECK_FALSE(result.pruned);
}

TEST_CASE("waits for a namespace that is being deleted, within a bound",
          "[appliers][.integration]") {
  RealAgent agent("pass-terminating");
  agent.pass({object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held",
    "finalizers":["x.example/hold"]}})")});
  agent.cluster.client.send(
      kube::Request::remove({"", "v1", "Namespace"}, "", agent.cluster.space));
  agent.options.gone_wait_max = std::chrono::milliseconds(300);
  const PassResult result =
      agent.pass({object(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held",
    "finalizers":["x.example/hold"]}})"),
                  config_map("new", data("1"))});
  agent.patch("held", R"({"metadata":{"finalizers":null}})", "test");
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].answer == AnswerClass::wait_until_gone);
}
