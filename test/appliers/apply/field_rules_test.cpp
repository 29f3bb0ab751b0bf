#include "reconcile/appliers/field_rules.hpp"

#include <catch2/catch.hpp>

#include "appliers/apply/label_selector.hpp"
#include "reconcile/model/arena.hpp"
#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

/// The pointers of the fields that `rules` leave to others in an object.
std::string left(const FieldRules& rules, const std::string& json) {
  std::vector<diff::LeftField> fields;
  rules.fields_of(test::object(json), fields);
  std::string text;
  for (const diff::LeftField& field : fields) {
    text += text.empty() ? "" : " ";
    for (const std::string& step : field.steps) text += "/" + step;
  }
  return text;
}

std::shared_ptr<const FieldRules> ignore(const std::string& json) {
  return FieldRules::read_ignore(model::parse_json(json).root());
}

std::string deployment(const std::string& name, const std::string& metadata = "",
                       const std::string& spec = R"("replicas":2)") {
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + name +
         R"(","namespace":"a")" + metadata + R"(},"spec":{)" + spec + "}}";
}

bool selects(const std::string& selector, const std::string& labels) {
  return LabelSelector(selector).matches(model::parse_json(labels).root());
}

/// The body of the request `line`; fails where there is none.
model::Document body_of(const Agent& agent, const std::string& line) {
  for (std::size_t i = agent.cluster.log.size(); i-- > 0;)
    if (agent.cluster.log[i] == line) return model::parse_json(agent.cluster.bodies[i]);
  FAIL("no request " << line);
  return {};
}

/// `object` with spec.replicas set by `manager`, as an Update leaves the owners.
std::string scaled(const model::Document& object, int replicas, const std::string& manager) {
  model::Arena arena;
  model::Node root = model::copy_node(arena, object.root());
  model::set(arena, *model::find(root, "spec"), "replicas", model::make_integer(replicas));
  const model::Document entries = model::parse_json(
      R"([{"manager":"reconcile","operation":"Apply","apiVersion":"apps/v1","fieldsV1":)"
      R"({"f:metadata":{"f:labels":{"f:kustomize.toolkit.fluxcd.io/name":{},)"
      R"("f:kustomize.toolkit.fluxcd.io/namespace":{}}},"f:spec":{"f:paused":{}}}},)"
      R"({"manager":")" +
      manager +
      R"(","operation":"Update","apiVersion":"apps/v1","fieldsV1":{"f:spec":{"f:replicas":{}}}}])");
  model::set(arena, *model::find(root, "metadata"), "managedFields",
             model::copy_node(arena, entries.root()));
  return model::write_json(model::Value(&root));
}

const std::string both = R"("replicas":2,"paused":false)";

struct Ruled : Agent {
  FieldRules co_managed = FieldRules::built_in();
  std::shared_ptr<const FieldRules> ignored;

  PreparedUnit prepared_by_rules(const std::vector<model::Object>& rendered) {
    PrepareOptions options;
    options.secret_key = live->secret_key();
    options.co_managed = &co_managed;
    options.ignore = ignored.get();
    return prepare(test::unit, rendered, cluster, options);
  }
  PassResult apply(const std::vector<model::Object>& rendered, const PassOptions& options = {}) {
    cluster.log.clear();
    cluster.bodies.clear();
    return UnitApplier(cluster, *live, clock).apply(prepared_by_rules(rendered), *store, options);
  }
  /// Plays a write of spec.replicas and the watch that tells of it.
  LiveVerdict scale(int replicas, const std::string& manager) {
    cluster.put(scaled(cluster.object("Deployment/a/web"), replicas, manager));
    return live
        ->observe(WatchEventType::modified, {"apps", "v1", "Deployment"},
                  cluster.object("Deployment/a/web").root())
        .verdict;
  }
  diff::ObjectChange revert(const model::Object& rendered) {
    cluster.log.clear();
    cluster.bodies.clear();
    const PreparedUnit prepared = prepared_by_rules({rendered});
    const model::Document seen = cluster.object("Deployment/a/web");
    return UnitApplier(cluster, *live, clock)
        .revert(prepared, prepared.objects.front(), seen.root());
  }
};

}  // namespace

TEST_CASE("reads label selectors as Kubernetes writes them", "[appliers][field_rules]") {
  const std::string labels = R"({"app":"web","tier":"front"})";
  CHECK(selects("", labels));
  CHECK(selects("app=web,tier==front", labels));
  CHECK(selects("app in (api, web),!gone,tier", labels));
  CHECK(selects("app!=api,zone notin (a,b)", labels));
  CHECK_FALSE(selects("app=api", labels));
  CHECK_FALSE(selects("app notin (web)", labels));
  CHECK_FALSE(selects("gone", labels));
  CHECK_FALSE(selects("!app", labels));
  CHECK_FALSE(selects("app=web", "{}"));
  for (const char* wrong : {"=a", "a in b", "a within (b)", "a b", "in (a)"})
    CHECK_THROWS_WITH(LabelSelector(wrong), Catch::Contains("expected a label selector"));
}

TEST_CASE("an ignore rule selects by anchored expressions, labels and annotations",
          "[appliers][field_rules]") {
  const auto rules = ignore(
      R"([{"paths":["/spec/replicas"],"target":{"kind":"Deploy.*","name":"web","group":"apps",)"
      R"("labelSelector":"scale=auto"}},{"paths":["/data"],"target":{"kind":"Config"}}])");
  const std::string labels = R"(,"labels":{"scale":"auto"})";
  CHECK(left(*rules, deployment("web", labels)) == "/spec/replicas");
  CHECK(left(*rules, deployment("web2", labels)).empty());
  CHECK(left(*rules, deployment("web")).empty());
  CHECK(left(*rules, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}})").empty());
  // Without a target all objects; the field need not be there.
  CHECK(left(*ignore(R"([{"paths":["/a","/b"]}])"), deployment("x", "", "")) == "/a /b");
  CHECK(ignore("[]") == nullptr);
  CHECK_THROWS_WITH(ignore(R"([{"paths":["/a"]},{"paths":["b"]}])"),
                    Catch::StartsWith("ignore rule 2: expected a JSON pointer"));
  CHECK_THROWS(ignore(R"([{"paths":[]}])"));
  CHECK_THROWS(ignore(R"([{"paths":["/a"],"target":{"name":"("}}])"));
}

TEST_CASE("the rules that ship are read, and only concern fields that Git sets",
          "[appliers][field_rules]") {
  const FieldRules& rules = FieldRules::built_in();
  CHECK(left(rules, deployment("web")).find("/spec/replicas") == 0);
  CHECK(left(rules, deployment("web", "", R"("paused":true)")).empty());
  CHECK(left(rules, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}})").empty());
  CHECK(left(rules, R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},)"
                    R"("spec":{"selector":{"app":"web"}}})") ==
        "/spec/selector/rollouts-pod-template-hash /spec/selector");
  CHECK(left(rules, R"({"apiVersion":"infrastructure.cluster.x-k8s.io/v1","kind":"AWSCluster",)"
                    R"("metadata":{"name":"x"},"spec":{"controlPlaneEndpoint":{"host":""}}})") ==
        "/spec/controlPlaneEndpoint");
  CHECK(left(rules, R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",)"
                    R"("metadata":{"name":"x"},"aggregationRule":{},"rules":[]})") == "/rules");
}

TEST_CASE("a file of rules that is wrong says where", "[appliers][field_rules]") {
  CHECK_THROWS_WITH(FieldRules::read_co_managed("a: 1\n", "mine.yaml"),
                    "mine.yaml, rule 1: expected a list in coManaged");
  CHECK_THROWS_WITH(
      FieldRules::read_co_managed(
          "coManaged:\n- kinds: [X]\n  anybody: true\n  paths: [/a]\n- kinds: [X]\n  paths: [/a]\n",
          "mine.yaml"),
      "mine.yaml, rule 2: expected a list of texts in fieldManagers");
  FieldRules rules = FieldRules::built_in();
  rules.add(FieldRules::read_co_managed(
      "coManaged:\n- kinds: [ConfigMap]\n  anybody: true\n  paths: [/data/leader]\n", "mine.yaml"));
  CHECK(left(rules, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},)"
                    R"("data":{"leader":""}})") == "/data/leader");
}

TEST_CASE("a co-manager's writes are not undone, a person's are", "[appliers][field_rules]") {
  Ruled agent;
  const model::Object web = test::object(deployment("web", "", both));
  agent.apply({web});
  CHECK(agent.scale(0, "flagger") == LiveVerdict::drifted);
  const diff::ObjectChange taken = agent.revert(web);
  CHECK(taken.action == diff::Action::unchanged);
  CHECK(agent.text() == "get Deployment/a/web\n");
  CHECK(agent.scale(5, "flagger") == LiveVerdict::equal);
  agent.apply({web});
  CHECK(agent.cluster.log.empty());

  // A change of Git reads the object first and leaves the field out.
  agent.apply({test::object(deployment("web", "", R"("replicas":2,"paused":true)"))});
  CHECK(agent.text() == "get Deployment/a/web\napply Deployment/a/web\n");
  const model::Document body = body_of(agent, "apply Deployment/a/web");
  CHECK(body["spec"]["paused"].boolean() == true);
  CHECK_FALSE(body["spec"].contains("replicas"));
}

TEST_CASE("what a person does to a co-managed field is drift", "[appliers][field_rules]") {
  Ruled agent;
  const model::Object web = test::object(deployment("web", "", both));
  agent.apply({web});
  CHECK(agent.scale(9, "kubectl-edit") == LiveVerdict::drifted);
  CHECK(agent.revert(web).action == diff::Action::configured);
  CHECK(body_of(agent, "apply Deployment/a/web")["spec"]["replicas"].integer() == 2);
}

TEST_CASE("an ignored field is set once and then left to anybody", "[appliers][field_rules]") {
  Ruled agent;
  agent.ignored = ignore(R"([{"paths":["/spec/replicas"],"target":{"kind":"Deployment"}}])");
  const model::Object web = test::object(deployment("web", "", both));
  agent.apply({web});
  CHECK(body_of(agent, "apply Deployment/a/web")["spec"]["replicas"].integer() == 2);
  CHECK(agent.scale(9, "kubectl-edit") == LiveVerdict::equal);
  agent.apply({web});
  CHECK(agent.cluster.log.empty());
  agent.apply({test::object(deployment("web", "", R"("replicas":3,"paused":true)"))});
  CHECK_FALSE(body_of(agent, "apply Deployment/a/web")["spec"].contains("replicas"));
  SECTION("until the rule goes") {
    agent.ignored = nullptr;
    agent.co_managed = FieldRules();
    agent.apply({web});
    CHECK(body_of(agent, "apply Deployment/a/web")["spec"]["replicas"].integer() == 2);
  }
}

TEST_CASE("the replicas of what an autoscaler of the unit scales are its own",
          "[appliers][field_rules]") {
  const std::string hpa =
      R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":)"
      R"({"name":"web","namespace":"a"},"spec":{"scaleTargetRef":)"
      R"({"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}})";
  const std::string scaled_object =
      R"({"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":)"
      R"({"name":"web","namespace":"a"},"spec":{"scaleTargetRef":{"name":"web"}}})";
  for (const std::string& scaler : {hpa, scaled_object}) {
    Ruled agent;
    agent.co_managed = FieldRules();
    agent.cluster.serve({"autoscaling", "v2", "HorizontalPodAutoscaler"}, true);
    agent.cluster.serve({"keda.sh", "v1alpha1", "ScaledObject"}, true);
    const PreparedUnit prepared =
        agent.prepared_by_rules({test::object(deployment("web", "", both)),
                                 test::object(deployment("api", "", both)), test::object(scaler)});
    for (const PreparedObject& object : prepared.objects)
      CHECK((object.left != nullptr) ==
            (object.object.gvk().kind == "Deployment" && object.object.id().name == "web"));
  }
}

TEST_CASE("other rules apply the object anew", "[appliers][field_rules]") {
  Ruled agent;
  agent.co_managed = FieldRules();
  const model::Object web = test::object(deployment("web", "", both));
  const model::Hash128 before = agent.prepared_by_rules({web}).objects.front().digest;
  agent.ignored = ignore(R"([{"paths":["/spec/replicas"]}])");
  CHECK(agent.prepared_by_rules({web}).objects.front().digest != before);
}

TEST_CASE("an atomic unit rehearses what it will send", "[appliers][field_rules][rehearsal]") {
  Ruled agent;
  PassOptions atomic;
  atomic.atomic = true;
  agent.apply({test::object(deployment("web", "", both))}, atomic);
  agent.scale(5, "flagger");
  const model::Object changed =
      test::object(deployment("web", "", R"("replicas":2,"paused":true)"));
  CHECK(agent.apply({changed}, atomic).ok());
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < agent.cluster.log.size(); ++i)
    if (agent.cluster.log[i].starts_with("apply Deployment/a/web"))
      sent.push_back(agent.cluster.bodies[i]);
  REQUIRE(sent.size() == 2);
  CHECK(sent[0] == sent[1]);
  CHECK_FALSE(model::parse_json(sent[0])["spec"].contains("replicas"));
}
