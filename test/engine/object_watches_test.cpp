#include "engine/controllers/object_watches.hpp"

#include <catch2/catch.hpp>

#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/fake_cluster.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKey;
using appliers::UnitKind;

namespace {

const UnitKey apps{UnitKind::kustomization, "flux-system", "apps"};
const model::Gvk config_map_kind{"", "v1", "ConfigMap"};
const model::Gvk definition_kind{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
const model::Gvk thing_kind{"example.org", "v1", "Thing"};
const model::ObjectId map_x{"", "ConfigMap", "a", "x"};

io::ServerResponse ok(std::string body) {
  io::ServerResponse response;
  response.status = 200;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

io::ServerResponse list_of(const model::Gvk& gvk, const std::string& items,
                           const std::string& version = "200") {
  return ok(R"({"kind":")" + gvk.kind + R"(List","apiVersion":")" + gvk.api_version() +
            R"(","metadata":{"resourceVersion":")" + version + R"("},"items":[)" + items + "]}");
}

/// The object's JSON with another text in one place.
std::string with(std::string json, const std::string& before, const std::string& after) {
  return json.replace(json.find(before), before.size(), after);
}

/// As if it had been written at another resource version.
std::string at_version(const std::string& json, const std::string& version) {
  const std::string own(model::parse_json(json)["metadata"]["resourceVersion"].text());
  return with(json, R"("resourceVersion":")" + own + '"', R"("resourceVersion":")" + version + '"');
}

/// What the server holds comes from a fake cluster that the objects were applied to.
struct Net {
  explicit Net(const model::Clock& executor_clock = model::system_clock())
      : executor{{.workers = 2, .clock = &executor_clock}} {
    api.set_script([this](const io::ServerRequest& request) { return answer(request); });
    const std::vector<model::Object> objects{
        model::Object(model::parse_json(
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a"},)"
            R"("data":{"k":"1"}})")),
        model::Object(model::parse_json(
            R"({"apiVersion":"example.org/v1","kind":"Thing","metadata":{"name":"x",)"
            R"("namespace":"a"},"data":{"k":"1"}})"))};
    cluster.serve(thing_kind, true);
    appliers::PreparedUnit prepared =
        appliers::prepare(apps, objects, cluster, {.secret_key = live.secret_key()});
    appliers::LiveState other{"key"};
    appliers::UnitApplier applier(cluster, other, clock);
    appliers::InventoryStore inventory(cluster, apps);
    applier.apply(prepared, inventory);
    auto render = std::make_shared<Rendered>();
    render->prepared = std::move(prepared);
    render->index();
    rendered.store(apps, {}, render);
  }
  ~Net() { watches.stop(); }

  std::optional<io::ServerResponse> answer(const io::ServerRequest& request) {
    if (request.query_value("watch")) return std::nullopt;
    if (request.path == "/api/v1/configmaps")
      return list_of(config_map_kind, listed.get(), list_version.get());
    if (request.path == "/apis/example.org/v1/things") return list_of(thing_kind, listed.get());
    if (request.path == "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
      return list_of(definition_kind, definition(1));
    if (request.path != "/apis") return std::nullopt;
    const auto group = [](const model::Gvk& gvk, const std::string& plural, const char* scope) {
      return R"({"metadata":{"name":")" + gvk.group + R"("},"versions":[{"version":"v1",)" +
             R"("resources":[{"resource":")" + plural + R"(","responseKind":{"group":")" +
             gvk.group + R"(","version":"v1","kind":")" + gvk.kind + R"("},"scope":")" + scope +
             R"(","verbs":["get","list","watch","patch"]}],"freshness":"Current"}]})";
    };
    return ok(
        R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},)"
        R"("items":[)" +
        group(definition_kind, "customresourcedefinitions", "Cluster") + "," +
        group(thing_kind, "things", "Namespaced") + "]}");
  }
  /// Metadata of that of Thing, which no unit has.
  static std::string definition(int generation) {
    return R"({"metadata":{"name":"things.example.org","generation":)" +
           std::to_string(generation) + "}}";
  }
  static constexpr std::chrono::milliseconds quarter{250};

  std::string stored(const std::string& key = "ConfigMap/a/x") const {
    return model::write_json(cluster.object(key).root());
  }
  void edit(const std::string& value, const std::string& key = "ConfigMap/a/x") {
    cluster.put(test::FakeCluster::edited(cluster.object(key), "k", value), "kubectl-edit");
  }
  /// Makes every watch list again.
  void expire() {
    api.compact();
    api.send_raw(R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},)"
                 R"("status":"Failure",)"
                 R"("message":"too old","reason":"Expired","code":410}})"
                 "\n");
  }
  std::set<model::Gvk> ensure() { return watches.ensure(apps, {config_map_kind}); }

  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  test::Watched<std::string> listed;
  test::Watched<std::string> list_version{"200"};
  test::Watched<std::vector<std::string>> drifts;  ///< "ConfigMap/a/x" or "ConfigMap/a/x gone"
  io::Executor executor;
  test::FakeApiServer api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.config()};
  appliers::LiveState live{"key"};
  RenderedUnits rendered{live};
  io::Metrics metrics;
  ObjectWatches watches{
      client,
      live,
      rendered,
      {[this](const UnitKey&, const model::ObjectId& id, const model::Document& object) {
         drifts.change([&](std::vector<std::string>& told) {
           told.push_back(id.display() + (object.root().present() ? "" : " gone"));
         });
       },
       [](const UnitKey&) {}},
      nullptr,
      {&executor,
       &metrics,
       std::chrono::hours(1),
       {quarter, 2 * quarter, 4 * quarter, 8 * quarter}}};
};

}  // namespace

TEST_CASE("adopts what a first list shows as wanted", "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  const auto record = net.live.find(map_x);
  REQUIRE(record);
  CHECK(record->unit == apps);
  CHECK_FALSE(record->drifted);
  CHECK(net.live.is_settled(apps, map_x, net.rendered.find(apps)->find(map_x)->digest));
  CHECK(net.drifts.get().empty());
  CHECK(net.watches.size() == 1);
}

TEST_CASE("what a list shows of a unit that has not rendered is adopted once it has",
          "[engine][controllers][object_watches]") {
  Net net;
  const std::shared_ptr<const Rendered> render = net.rendered.find(apps);
  net.rendered.erase(apps);
  net.listed.set(net.stored());
  net.watches.ensure({UnitKind::kustomization, "flux-system", "other"}, {config_map_kind});
  CHECK(net.live.size() == 0);
  const std::uint64_t lists = net.client.counts()[{kube::RequestPurpose::watch, kube::Verb::list}];
  net.rendered.store(apps, {}, render);
  net.ensure();
  CHECK(net.live.is_settled(apps, map_x, render->find(map_x)->digest));
  CHECK(net.client.counts()[{kube::RequestPurpose::watch, kube::Verb::list}] == lists);
  CHECK(net.drifts.get().empty());
}

TEST_CASE("an object that is no JSON keeps nobody from adopting the others of its unit",
          "[engine][controllers][object_watches]") {
  Net net;
  const std::shared_ptr<const Rendered> render = net.rendered.find(apps);
  net.rendered.erase(apps);
  net.listed.set(R"({"metadata":{"name":"broken","namespace":"a","labels":)"
                 R"({"kustomize.toolkit.fluxcd.io/name":"apps",)"
                 R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"}},"data":nul},)" +
                 net.stored());
  net.watches.ensure({UnitKind::kustomization, "flux-system", "other"}, {config_map_kind});
  net.rendered.store(apps, {}, render);
  net.ensure();
  CHECK(net.live.is_settled(apps, map_x, render->find(map_x)->digest));
  CHECK(net.live.size() == 1);
}

TEST_CASE("does not adopt what differs, is not wanted or not ours",
          "[engine][controllers][object_watches]") {
  Net net;
  net.edit("other");
  net.listed.set(net.stored() + R"(,{"metadata":{"name":"y","namespace":"a","labels":)"
                                R"({"kustomize.toolkit.fluxcd.io/name":"apps",)"
                                R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"}}},)"
                                R"({"metadata":{"name":"z","namespace":"a"}})");
  net.ensure();
  CHECK(net.live.size() == 0);
  CHECK(net.drifts.get().empty());
}

TEST_CASE("a kind that is not served any more is not waited for",
          "[engine][controllers][object_watches]") {
  test::Watched<int> asked;
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  net.api.set_script([&](const io::ServerRequest& request) -> std::optional<io::ServerResponse> {
    if (request.path != "/api/v1/configmaps") return std::nullopt;
    asked.change([](int& count) { ++count; });
    io::ServerResponse response;
    response.status = 404;
    response.headers = {{"Content-Type", "text/plain"}};
    response.body = "404 page not found\n";
    return response;
  });
  net.api.cut_watches();
  REQUIRE(asked.wait([](int count) { return count >= 2; }));
  CHECK(net.watches.hears());
}

TEST_CASE("tells of drift and of deletion", "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  net.edit("drifted");
  net.api.send_raw(R"({"type":"MODIFIED","object":)" + net.stored() + "}\n");
  CHECK(net.drifts.wait([](const std::vector<std::string>& told) {
    return told == std::vector<std::string>{"ConfigMap/a/x"};
  }));
  net.edit("once more");
  net.api.send_raw(R"({"type":"DELETED","object":)" + net.stored() + "}\n");
  CHECK(net.drifts.wait([](const std::vector<std::string>& told) {
    return told.size() == 2 && told[1] == "ConfigMap/a/x gone";
  }));
}

TEST_CASE("a relist tells of what went unseen", "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  net.listed.set("");
  net.expire();
  CHECK(net.drifts.wait([](const std::vector<std::string>& told) {
    return told == std::vector<std::string>{"ConfigMap/a/x gone"};
  }));
  CHECK(net.live.find(map_x)->drifted);
}

TEST_CASE("what a restored store holds is judged by content",
          "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(at_version(net.stored(), "150"));
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  REQUIRE(net.live.is_settled(apps, map_x, net.rendered.find(apps)->find(map_x)->digest));
  net.listed.set(at_version(with(net.stored(), R"("k":"1")", R"("k":"old")"), "40"));
  SECTION("where its versions are lower than known") {
    net.list_version.set("50");
  }
  SECTION("where they go on from a higher one") {
    net.list_version.set("1000000050");
  }
  net.expire();
  CHECK(net.drifts.wait([](const std::vector<std::string>& told) {
    return told == std::vector<std::string>{"ConfigMap/a/x"};
  }));
  CHECK(net.metrics.expose().find("reconcile_audit_mismatches_total") == std::string::npos);
}

TEST_CASE("a list from before our last write is no restored store",
          "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(at_version(net.stored(), "250"));
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  net.listed.set(at_version(with(net.stored(), R"("k":"1")", R"("k":"old")"), "190"));
  net.expire();
  REQUIRE(net.api.wait_watches(2));
  CHECK(net.client.count(kube::RequestPurpose::renewal) == 2);
  CHECK(net.drifts.get().empty());
}

TEST_CASE("an audit finds what no event told of and counts it",
          "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  net.watches.audit();
  REQUIRE(net.api.wait_watches(2));
  CHECK(net.drifts.get().empty());
  net.edit("unseen");
  net.listed.set(net.stored());
  net.watches.audit();
  CHECK(net.drifts.wait([](const std::vector<std::string>& told) {
    return told == std::vector<std::string>{"ConfigMap/a/x"};
  }));
  CHECK_THAT(net.metrics.expose(), Catch::Contains("reconcile_audit_mismatches_total 1"));
}

TEST_CASE("what a server still lists by the old definition is looked at again",
          "[engine][controllers][object_watches]") {
  Net net;
  const std::string thing = "Thing/a/x";
  net.listed.set(net.stored(thing));
  net.watches.ensure(apps, {thing_kind});
  // One of them is of definitions, also of those that no unit has.
  REQUIRE(net.api.wait_watches(2));
  CHECK(net.watches.size() == 1);
  net.api.send_raw(R"({"type":"MODIFIED","object":)" + Net::definition(2) + "}\n");
  // The list right after the change.
  REQUIRE(net.api.wait_watches(3));
  CHECK(net.live.find({"example.org", "Thing", "a", "x"})->drifted == false);
  net.edit("by the new definition", thing);
  net.listed.set(net.stored(thing));
  CHECK(net.drifts.wait(
      [&](const std::vector<std::string>& told) { return !told.empty() && told.back() == thing; }));
}

TEST_CASE("definitions are watched where kinds may be custom only",
          "[engine][controllers][object_watches]") {
  Net net;
  net.ensure();
  REQUIRE(net.api.wait_watches(1));
  for (const std::string& request : net.api.requests())
    CHECK(request.find("customresourcedefinitions") == std::string::npos);
}

TEST_CASE("names the kinds that no watch tells of", "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  SECTION("none where all are fresh") {
    CHECK(net.ensure().empty());
  }
  SECTION("those that the server does not serve") {
    const model::Gvk unknown{"example.org", "v1", "Unknown"};
    CHECK(net.watches.ensure(apps, {unknown}) == std::set<model::Gvk>{unknown});
    CHECK(net.watches.size() == 0);
  }
  SECTION("those that it refuses") {
    net.api.set_script([](const io::ServerRequest& request) -> std::optional<io::ServerResponse> {
      if (request.path != "/api/v1/configmaps") return std::nullopt;
      return io::ServerResponse{.status = 403, .headers = {}, .body = "no", .stream = {}};
    });
    CHECK(net.ensure() == std::set<model::Gvk>{config_map_kind});
    CHECK(net.ensure() == std::set<model::Gvk>{config_map_kind});
  }
}

TEST_CASE("a watch that is not fresh is listed again before a pass relies on it",
          "[engine][controllers][object_watches]") {
  test::FakeClock stands;
  Net net(stands);
  net.listed.set(net.stored());
  CHECK(net.ensure().empty());
  CHECK(net.ensure().empty());
  CHECK(net.client.count(kube::RequestPurpose::renewal) == 0);
  net.edit("unseen");
  net.listed.set(net.stored());
  stands.advance(std::chrono::seconds(151));
  CHECK(net.ensure().empty());
  CHECK(net.live.find(map_x)->drifted);
  SECTION("what is gone shows as well") {
    net.listed.set("");
    stands.advance(std::chrono::seconds(151));
    CHECK(net.ensure().empty());
    CHECK(net.drifts.get().back() == "ConfigMap/a/x gone");
  }
}

TEST_CASE("one watch serves all units of a kind", "[engine][controllers][object_watches]") {
  Net net;
  net.listed.set(net.stored());
  net.ensure();
  net.watches.ensure({UnitKind::kustomization, "flux-system", "other"}, {config_map_kind});
  CHECK(net.watches.size() == 1);
  net.watches.ensure({UnitKind::helm_release, "flux-system", "web"}, {config_map_kind});
  CHECK(net.watches.size() == 2);
  net.watches.stop();
  CHECK(net.watches.size() == 0);
}
