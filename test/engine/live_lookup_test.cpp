#include "engine/pipeline/live_lookup.hpp"

#include <catch2/catch.hpp>

#include "engine/pipeline/pass.hpp"
#include "engine/pipeline/unit_digests.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKey;
using appliers::UnitKind;

namespace {

const UnitKey web{UnitKind::helm_release, "team", "web"};

/// What a cluster holds, and what was asked of it.
struct FakeCluster {
  LookupPort port() {
    return [this](const LookupQuery& query, const std::vector<std::string>& namespaces) {
      asked.push_back(query.kind + "/" + query.namespace_name + "/" + query.name);
      seen_namespaces = namespaces;
      if (!failure.empty()) throw model::Error(model::ErrorCode::unavailable, failure);
      const auto found = objects.find(asked.back());
      return found == objects.end() ? model::Document() : model::parse_json(found->second);
    };
  }
  std::map<std::string, std::string> objects;
  std::vector<std::string> asked;
  std::vector<std::string> seen_namespaces;
  std::string failure;
};

std::shared_ptr<const model::FileTree> chart(const std::string& expression) {
  return model::memory_tree(
      {{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
       {"charts/web/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  v: " + expression +
            "\n"}});
}

UnitSpec spec_of(const std::string& fields = "") {
  return read_helm_release(model::parse_json(
      R"({"metadata":{"name":"web","namespace":"team"},"spec":{"chart":{"spec":{)"
      R"("chart":"charts/web","sourceRef":{"kind":"GitRepository","name":"r"}}})" +
      fields + "}}"));
}

std::string rendered(FakeCluster& cluster, const std::string& expression,
                     const std::string& fields = "") {
  RenderPorts ports;
  ports.lookup = cluster.port();
  const UnitRender render = render_unit(web, spec_of(fields), chart(expression), ports);
  return std::string(render.objects.at(0)["data"]["v"].text());
}

constexpr const char* secret =
    R"({"kind":"Secret","metadata":{"name":"s","resourceVersion":"7"},"data":{"p":"cHc="},)"
    R"("count":1000000,"part":0.5})";

}  // namespace

TEST_CASE("a chart looks up objects, lists and what is not there", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.objects["Secret/team/s"] = secret;
  cluster.objects["Pod/team/"] = R"({"kind":"PodList","items":[{"metadata":{"name":"a"}}]})";
  CHECK(rendered(cluster, R"({{ (lookup "v1" "Secret" "team" "s").data.p | b64dec | quote }})") ==
        "pw");
  CHECK(rendered(cluster, R"({{ range (lookup "v1" "Pod" "team" "").items }}{{ .metadata.name }})"
                          "{{ end }}") == "a");
  CHECK(rendered(cluster, R"({{ lookup "v1" "Secret" "team" "none" | toJson | quote }})") == "{}");
  CHECK(cluster.seen_namespaces == std::vector<std::string>{"team"});
}

TEST_CASE("whole numbers of live objects stay whole", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.objects["Secret/team/s"] = secret;
  CHECK(rendered(cluster, R"({{ with lookup "v1" "Secret" "team" "s" }}{{ .count }} {{ .part }} )"
                          R"({{ kindOf .count }}{{ end }})") == "1000000 0.5 int64");
}

TEST_CASE("a unit may look into its own and its release's namespace", "[engine][lookup]") {
  FakeCluster cluster;
  rendered(cluster, R"({{ lookup "v1" "Secret" "x" "s" | len | quote }})",
           R"(,"targetNamespace":"shop")");
  CHECK(cluster.seen_namespaces == std::vector<std::string>{"team", "shop"});
}

TEST_CASE("a lookup that fails is an error of the template", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.failure = "connection refused";
  CHECK_THROWS_WITH(rendered(cluster, R"({{ lookup "v1" "Secret" "team" "s" }})"),
                    Catch::Contains("web/templates/map.yaml:5:8") &&
                        Catch::Contains("error calling lookup: connection refused"));
}

TEST_CASE("one render asks each question once and notes the answers", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.objects["Secret/team/s"] = secret;
  RecordedLookup lookup(cluster.port(), {"team"});
  lookup.lookup("v1", "Secret", "team", "s");
  lookup.lookup("v1", "Secret", "team", "s");
  lookup.lookup("v1", "Secret", "team", "none");
  CHECK(cluster.asked.size() == 2);
  const std::vector<LookupNote> notes = lookup.notes();
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].digest.empty());
  CHECK(notes[1].digest.size() == 64);
  CHECK(lookups_hold(notes, cluster.port(), {"team"}));
  CHECK_FALSE(lookups_hold(notes, {}, {"team"}));
  CHECK(lookups_digest({}).empty());
  CHECK(lookups_digest(notes) != lookups_digest({notes[0]}));
}

TEST_CASE("another resource version alone is no change, data is", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.objects["Secret/team/s"] = secret;
  RecordedLookup lookup(cluster.port(), {"team"});
  lookup.lookup("v1", "Secret", "team", "s");
  std::string& text = cluster.objects["Secret/team/s"];
  text.replace(text.find("\"7\""), 3, "\"8\"");
  CHECK(lookups_hold(lookup.notes(), cluster.port(), {"team"}));
  text.replace(text.find("cHc="), 4, "eHk=");
  CHECK_FALSE(lookups_hold(lookup.notes(), cluster.port(), {"team"}));
  cluster.objects.clear();
  CHECK_FALSE(lookups_hold(lookup.notes(), cluster.port(), {"team"}));
}

TEST_CASE("what a watch knows is not asked", "[engine][lookup]") {
  FakeCluster cluster;
  cluster.objects["Secret/team/s"] = secret;
  RecordedLookup lookup(cluster.port(), {"team"});
  lookup.lookup("v1", "Secret", "team", "s");
  lookup.lookup("v1", "Secret", "team", "none");
  const std::vector<LookupNote> notes = lookup.notes();
  cluster.asked.clear();
  std::optional<std::string> known = lookup_object_digest(model::parse_json(secret).root());
  const KnownLookup watch = [&](const LookupNote& note) {
    return note.query.name == "none" ? std::nullopt : known;
  };
  CHECK(lookups_hold(notes, cluster.port(), {"team"}, watch));
  CHECK(cluster.asked == std::vector<std::string>{"Secret/team/none"});
  known = "";
  CHECK_FALSE(lookups_hold(notes, cluster.port(), {"team"}, watch));
}

TEST_CASE("a list is digested by its objects, in whatever order they come", "[engine][lookup]") {
  FakeCluster cluster;
  const std::string a = R"({"metadata":{"namespace":"team","name":"a","resourceVersion":"1"}})";
  const std::string b = R"({"metadata":{"namespace":"team","name":"b"},"data":{"k":"v"}})";
  cluster.objects["Pod/team/"] = R"({"kind":"PodList","items":[)" + a + "," + b + "]}";
  RecordedLookup lookup(cluster.port(), {"team"});
  lookup.lookup("v1", "Pod", "team", "");
  std::map<std::string, std::string> digests;
  for (const std::string& text : {b, a}) {
    const model::Document object = model::parse_json(text);
    digests.emplace(lookup_object_name(object.root()), lookup_object_digest(object.root()));
  }
  CHECK(lookup.notes().at(0).digest == lookup_list_digest(digests));
  digests.erase("team/b");
  CHECK(lookup.notes().at(0).digest != lookup_list_digest(digests));
}

TEST_CASE("a render tells the lookups of others' objects", "[engine][lookup]") {
  FakeCluster cluster;
  RenderPorts ports;
  ports.lookup = cluster.port();
  ports.is_cluster_scoped = [](const model::Gvk& gvk) { return gvk.kind == "ClusterRole"; };
  const auto render = [&](const std::string& looked, const std::string& fields = "") {
    const auto tree = model::memory_tree(
        {{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
         {"charts/web/templates/all.yaml",
          "{{ $x := " + looked +
              " }}\napiVersion: v1\nkind: Secret\nmetadata: {name: web}\n---\n"
              "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
              "metadata: {name: web}\n"}});
    return render_unit(web, spec_of(fields), tree, ports);
  };
  const std::string role = R"(lookup "rbac.authorization.k8s.io/v1" "ClusterRole" )";
  CHECK(render(R"(lookup "v1" "Secret" "team" "web")").lookups.empty());
  CHECK(render(R"(lookup "v1" "Secret" "team" "web")").looked_up);
  CHECK(render(role + R"("" "web")").lookups.empty());
  CHECK(render(role + R"("elsewhere" "web")").lookups.empty());
  CHECK(render(R"(lookup "v1" "Secret" "team" "other")").lookups.size() == 1);
  // The unit's own namespace is not the release's here: somebody else's object of the same name.
  const std::string moved = R"(,"targetNamespace":"shop")";
  CHECK(render(R"(lookup "v1" "Secret" "team" "web")", moved).lookups.size() == 1);
  CHECK(render(R"(lookup "v1" "Secret" "shop" "web")", moved).lookups.empty());
  CHECK_FALSE(render(R"("nothing")").looked_up);
}

TEST_CASE("the render's own objects do not count in a list", "[engine][lookup]") {
  FakeCluster cluster;
  RenderPorts ports;
  ports.lookup = cluster.port();
  ports.is_cluster_scoped = [](const model::Gvk& gvk) { return gvk.kind == "ClusterRole"; };
  const auto digest_with = [&](const std::string& kind, const std::string& items) {
    const std::string version = kind == "Secret" ? "v1" : "rbac.authorization.k8s.io/v1";
    const std::string space = kind == "Secret" ? "team" : "";
    cluster.objects[kind + "/" + space + "/"] = R"({"kind":"List","items":[)" + items + "]}";
    const auto tree = model::memory_tree(
        {{"charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
         {"charts/web/templates/all.yaml",
          "{{ $x := lookup \"" + version + "\" \"" + kind + "\" \"" + space +
              "\" \"\" }}\napiVersion: v1\nkind: Secret\nmetadata: {name: web}\n---\n"
              "apiVersion: v1\nkind: Secret\nmetadata: {name: far, namespace: shop}\n---\n"
              "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
              "metadata: {name: web}\n"}});
    const std::vector<LookupNote> notes = render_unit(web, spec_of(), tree, ports).lookups;
    REQUIRE(notes.size() == 1);
    CHECK(lookups_hold(notes, ports.lookup, {"team"}));
    return notes.front().digest;
  };
  const auto object = [](const std::string& space, const std::string& name) {
    return R"({"metadata":{"namespace":")" + space + R"(","name":")" + name + R"("}})";
  };
  const std::string web_secret = object("team", "web");
  const std::string none = digest_with("Secret", "");
  CHECK(digest_with("Secret", web_secret) == none);
  CHECK(digest_with("Secret", object("shop", "far")) == none);
  CHECK(digest_with("Secret", object("team", "far")) != none);
  CHECK(digest_with("Secret", object("team", "other")) != none);
  CHECK(digest_with("Secret", web_secret + "," + object("team", "other")) ==
        digest_with("Secret", object("team", "other")));
  const std::string role = R"({"metadata":{"name":"web"}})";
  CHECK(digest_with("ClusterRole", role) == digest_with("ClusterRole", ""));
}

TEST_CASE("a pass renders a release anew where what it looked up has changed",
          "[engine][lookup][pass]") {
  FakeCluster live;
  live.objects["Secret/team/s"] = secret;
  test::FakeClock clock;
  test::FakeCluster cluster{clock};
  appliers::LiveState state{"key"};
  appliers::UnitApplier applier{cluster, state, clock};
  RenderedUnits rendered_units{state};
  appliers::InventoryStore inventory{cluster, web};
  PassServices services{cluster,
                        state,
                        applier,
                        rendered_units,
                        [](const UnitKey&, const std::set<model::Gvk>&,
                           const appliers::ContentTrees&) { return std::set<model::Gvk>(); },
                        {}};
  services.ports.lookup = live.port();
  std::vector<LookupNote> watched;
  services.ports.watch_lookups = [&](const UnitKey&, const std::vector<LookupNote>& notes) {
    watched = notes;
  };
  PassRequest request;
  request.unit = web;
  request.spec = spec_of();
  request.generation = 1;
  request.artifact.digest = "sha256:1";
  request.inventory = &inventory;
  const auto run = [&](const std::string& expression) {
    live.asked.clear();
    request.artifact.tree = chart(expression);
    return run_pass(request, services);
  };
  const std::string looks = R"({{ (lookup "v1" "Secret" "team" "s").data.p | quote }})";
  CHECK_FALSE(run(looks).render_reused);
  CHECK(run(looks).render_reused);
  CHECK(live.asked == std::vector<std::string>{"Secret/team/s"});
  live.objects.clear();
  CHECK_FALSE(run(looks).render_reused);
  REQUIRE(watched.size() == 1);
  CHECK(watched[0].query.kind == "Secret");

  // Its own object is no news to the unit, though it makes it anew each time.
  live.objects["Secret/team/s"] = secret;
  const std::string own =
      R"({{ with lookup "v1" "ConfigMap" "team" "web" }}{{ .data.v }}{{ end }})";
  request.render_anew = true;
  run(own);
  CHECK(live.asked == std::vector<std::string>{"ConfigMap/team/web"});
  request.render_anew = false;
  live.objects["ConfigMap/team/web"] = R"({"kind":"ConfigMap","data":{"v":"ours"}})";
  CHECK(run(own).render_reused);
  CHECK(live.asked.empty());
  CHECK(watched.empty());

  request.render_anew = true;
  run("constant");
  request.render_anew = false;
  CHECK(run("constant").render_reused);
  CHECK(live.asked.empty());
}
