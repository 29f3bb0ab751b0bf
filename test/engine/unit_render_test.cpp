#include "engine/pipeline/unit_render.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/pipeline/object_marks.hpp"
#include "engine/pipeline/release_values.hpp"
#include "engine/pipeline/unit_digests.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKind;

namespace {

const std::string config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const std::string chart_yaml = "apiVersion: v2\nname: web\nversion: 1.2.3\n";
const std::string values_template =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
    "data:\n  v: {{ .Values.v | quote }}\n  ns: {{ .Release.Namespace }}\n"
    "  list: {{ .Values.list | toJson | quote }}\n";

std::map<std::string, std::string> chart_files() {
  return {{"charts/web/Chart.yaml", chart_yaml},
          {"charts/web/values.yaml", "v: default\nlist: []\n"},
          {"charts/web/templates/map.yaml", values_template}};
}

UnitRender kustomization(std::map<std::string, std::string> files, const std::string& spec) {
  const UnitSpec unit = read_kustomization(
      model::parse_json(R"({"metadata":{"name":"apps","namespace":"team"},"spec":{)"
                        R"("sourceRef":{"kind":"GitRepository","name":"r"},)" +
                        spec + "}}"));
  return render_unit({UnitKind::kustomization, "team", "apps"}, unit,
                     model::memory_tree(std::move(files)), {});
}

UnitSpec release_spec(const std::string& spec, const std::string& chart = "") {
  return read_helm_release(model::parse_json(
      R"({"metadata":{"name":"web","namespace":"team"},"spec":{"chart":{"spec":{)"
      R"("chart":"charts/web","sourceRef":{"kind":"GitRepository","name":"r"})" +
      (chart.empty() ? "" : "," + chart) + "}}" + (spec.empty() ? "" : "," + spec) + "}}"));
}

UnitRender release(std::map<std::string, std::string> files, const std::string& spec,
                   const std::string& chart = "", const RenderPorts& ports = {}) {
  return render_unit({UnitKind::helm_release, "team", "web"}, release_spec(spec, chart),
                     model::memory_tree(std::move(files)), ports);
}

template <typename Render>
std::string message_of(Render render) {
  try {
    render();
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

RenderPorts ports_with(const std::map<std::string, std::string>& texts) {
  RenderPorts ports;
  ports.config = [texts](const std::string& kind, const std::string& space,
                         const std::string& name) -> std::optional<ConfigData> {
    const std::string prefix = kind + "/" + space + "/" + name + "/";
    ConfigData data;
    for (const auto& [path, text] : texts) {
      if (path.starts_with(prefix)) data.emplace(path.substr(prefix.size()), text);
    }
    if (data.empty()) return std::nullopt;
    return data;
  };
  return ports;
}

}  // namespace

TEST_CASE("builds a directory without kustomization", "[engine][pipeline][unit_render]") {
  const UnitRender render =
      kustomization({{"apps/a.yaml", config_map}, {"other/b.yaml", "not: read"}},
                    R"("path":"./apps","targetNamespace":"shop")");
  REQUIRE(render.objects.size() == 1);
  CHECK(render.objects[0].id().display() == "ConfigMap/shop/a");
  CHECK_FALSE(render.read_set.empty());
}

TEST_CASE("renders the charts of a kustomization that are in the source",
          "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["apps/kustomization.yaml"] =
      "namespace: shop\nhelmGlobals: {chartHome: ../charts}\n"
      "helmCharts: [{name: web, releaseName: r, valuesInline: {v: mine}}]\n";
  const UnitRender render = kustomization(files, R"("path":"./apps")");
  REQUIRE(render.objects.size() == 1);
  CHECK(render.objects[0].id().name == "r");
  CHECK(render.objects[0]["data"]["v"].text() == "mine");
  CHECK(render.objects[0]["data"]["ns"].text() == "shop");
  CHECK(render.remotes.empty());
  const auto reads = [&](const std::string& path) {
    return std::any_of(render.read_set.begin(), render.read_set.end(),
                       [&](const auto& entry) { return entry.path == path; });
  };
  CHECK(reads("charts/web/templates/map.yaml"));
  CHECK(reads("charts/web/values.yaml"));
}

TEST_CASE("asks other machines only where that is allowed", "[engine][pipeline][unit_render]") {
  const auto refused = [](const std::string& text) {
    return message_of([&] {
      (void)kustomization({{"kustomization.yaml", text}}, R"("path":"./")");
    });
  };
  CHECK_THAT(refused("resources: ['https://me:secret@host/org/repo//base?ref=v1']"),
             Catch::Contains("https://me:***@host/org/repo//base?ref=v1") &&
                 Catch::Contains("--remote-bases") && !Catch::Contains("secret"));
  CHECK_THAT(refused("resources: [https://host/a.yaml]"),
             Catch::Contains("https://host/a.yaml") && Catch::Contains("--remote-bases"));
  CHECK_THAT(
      refused("helmCharts: [{name: far, repo: 'https://host/charts', version: 1.0.0}]"),
      Catch::Contains("\"far\" of https://host/charts") && Catch::Contains("--remote-bases"));
}

TEST_CASE("sets common metadata over what objects have", "[engine][pipeline][unit_render]") {
  const UnitRender render =
      kustomization({{"a.yaml",
                      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
                      "  labels: {team: x, kept: 'yes'}\n"}},
                    R"("commonMetadata":{"labels":{"team":"y"},"annotations":{"n":"1"}})");
  const model::Value metadata = render.objects[0]["metadata"];
  CHECK(metadata["labels"]["team"].text() == "y");
  CHECK(metadata["labels"]["kept"].text() == "yes");
  CHECK(metadata["annotations"]["n"].text() == "1");
  CHECK_THAT(message_of([] {
               kustomization({{"a.yaml", config_map}}, R"("commonMetadata":{"labels":{"team":7}})");
             }),
             Catch::Contains("spec.commonMetadata.labels.team, found integer"));
}

TEST_CASE("says what a build failed at", "[engine][pipeline][unit_render]") {
  CHECK_THAT(message_of([] {
               kustomization({{"a.yaml", config_map}}, R"("path":"apps")");
             }),
             Catch::StartsWith("kustomize build failed: ") && Catch::Contains("\"apps\""));
  CHECK_THAT(message_of([] {
               kustomization({{"a.yaml", "a: [\n"}}, R"("path":"")");
             }),
             Catch::Contains("a.yaml"));
  CHECK_THAT(message_of([] {
               kustomization({{"kustomization.yaml", "nonsense: true\n"}}, R"("path":"")");
             }),
             Catch::Contains("nonsense"));
}

TEST_CASE("renders a chart with the marks of a release", "[engine][pipeline][unit_render]") {
  const UnitRender render = release(chart_files(), R"("values":{"v":"inline"})");
  REQUIRE(render.objects.size() == 1);
  const model::Object& object = render.objects[0];
  CHECK(object.id().display() == "ConfigMap/team/web");
  CHECK(object["data"]["v"].text() == "inline");
  const model::Value metadata = object["metadata"];
  CHECK(metadata["labels"]["app.kubernetes.io/managed-by"].text() == "Helm");
  CHECK(metadata["annotations"]["meta.helm.sh/release-name"].text() == "web");
  CHECK(metadata["annotations"]["meta.helm.sh/release-namespace"].text() == "team");
  CHECK(render.cluster_values.empty());
}

TEST_CASE("names a release as Flux does", "[engine][pipeline][unit_render]") {
  const auto name = [](const std::string& spec) {
    return release(chart_files(), spec).objects[0].id().display();
  };
  CHECK(name("") == "ConfigMap/team/web");
  CHECK(name(R"("targetNamespace":"shop")") == "ConfigMap/shop/shop-web");
  CHECK(name(R"("targetNamespace":"shop","releaseName":"own")") == "ConfigMap/shop/own");
}

TEST_CASE("reads the values of a release in Flux's order", "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["values/prod.yaml"] = "v: file\n";
  const std::string chart = R"("valuesFiles":["values/prod.yaml"])";
  CHECK(release(files, "", chart).objects[0]["data"]["v"].text() == "file");
  const RenderPorts ports = ports_with({{"ConfigMap/team/c/values.yaml", "v: from\n"},
                                        {"Secret/team/s/token", "{a,b}"},
                                        {"Secret/team/s/quoted", "'12'"}});
  const std::string from = R"("valuesFrom":[{"kind":"ConfigMap","name":"c"})";
  CHECK(release(files, from + "]", chart, ports).objects[0]["data"]["v"].text() == "from");
  CHECK(release(files, from + R"(],"values":{"v":"inline"})", chart, ports)
            .objects[0]["data"]["v"]
            .text() == "inline");
  const std::string target =
      from + R"(,{"kind":"Secret","name":"s","valuesKey":"token","targetPath":"list"},)"
             R"({"kind":"Secret","name":"s","valuesKey":"quoted","targetPath":"v"}])";
  const UnitRender render = release(files, target, chart, ports);
  CHECK(render.objects[0]["data"]["list"].text() == R"(["a","b"])");
  CHECK(render.objects[0]["data"]["v"].text() == "12");
}

TEST_CASE("valuesFiles stand for the chart's own values", "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["values/prod.yaml"] = "v: file\nother: {a: 1, b: null}\n";
  files["values/more.yaml"] = "other: {a: 2}\n";
  files["charts/web/templates/map.yaml"] =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
      "data: {all: {{ .Values | toJson | quote }}}\n";
  const auto all = [&](const std::string& chart, const std::string& spec = "") {
    return std::string(release(files, spec, chart).objects[0]["data"]["all"].text());
  };
  CHECK(all("") == R"({"list":[],"v":"default"})");
  CHECK(all(R"("valuesFiles":["values/prod.yaml","values/more.yaml"])") ==
        R"({"other":{"a":2},"v":"file"})");
  CHECK(all(R"("valuesFiles":["none.yaml"],"ignoreMissingValuesFiles":true)",
            R"("values":{"v":"inline"})") == R"({"v":"inline"})");
}

TEST_CASE("an assignment stays in an inline map and yields beside it",
          "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["charts/web/values.yaml"] = "";
  files["charts/web/templates/map.yaml"] =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
      "data: {all: {{ .Values | toJson | quote }}}\n";
  const RenderPorts ports = ports_with({{"Secret/team/s/five", "5"},
                                        {"Secret/team/s/quotes", "\"'x'\""},
                                        {"Secret/team/s/text", "a,b=[c]\\{d}"},
                                        {"ConfigMap/team/c/values.yaml", "m: {w: 2}\n"}});
  const auto target = [](const std::string& key, const std::string& path,
                         const std::string& more = "") {
    return R"({"kind":"Secret","name":"s","valuesKey":")" + key + R"(","targetPath":")" + path +
           "\"" + more + "}";
  };
  const auto all = [&](const std::string& from, const std::string& values) {
    return std::string(
        release(files, R"("valuesFrom":[)" + from + R"(],"values":)" + values, "", ports)
            .objects[0]["data"]["all"]
            .text());
  };
  const std::string map = R"({"kind":"ConfigMap","name":"c"},)";
  CHECK(all(target("five", "m.x"), R"({"m":{"x":1}})") == R"({"m":{"x":5}})");
  CHECK(all(target("five", "top"), R"({"top":1})") == R"({"top":1})");
  CHECK(all(map + target("five", "m.x"), R"({"m":{"x":1}})") == R"({"m":{"w":2,"x":1}})");
  CHECK(all(map + target("five", "m.z"), R"({"m":{"x":1}})") == R"({"m":{"w":2,"x":1,"z":5}})");
  CHECK(all(target("quotes", "q"), "{}") == R"({"q":"x"})");
  CHECK(all(target("text", R"(a\\.b)", R"(,"literal":true)"), "{}") == R"({"a.b":"a,b=[c]\\{d}"})");
}

TEST_CASE("names values that are missing", "[engine][pipeline][unit_render]") {
  CHECK_THAT(
      message_of([] {
        release(chart_files(), R"("valuesFrom":[{"kind":"Secret","name":"s","valuesKey":"k"}])");
      }),
      Catch::Equals("helm template failed: expected the Secret/team/s that spec.valuesFrom names, "
                    "found none"));
  CHECK_THAT(message_of([] {
               release(chart_files(),
                       R"("valuesFrom":[{"kind":"Secret","name":"s","valuesKey":"k"}])", "",
                       ports_with({{"Secret/team/s/other", "x"}}));
             }),
             Catch::Contains("expected values in Secret/team/s key k, found none"));
  CHECK_THAT(message_of([] { release(chart_files(), R"("valuesFrom":[{"kind":"Pod"}])"); }),
             Catch::Contains("expected ConfigMap or Secret in spec.valuesFrom[].kind"));
  CHECK_THAT(message_of([] { release(chart_files(), "", R"("valuesFiles":["gone.yaml"])"); }),
             Catch::Contains("gone.yaml"));
  CHECK_NOTHROW(
      release(chart_files(), R"("valuesFrom":[{"kind":"Secret","name":"s","optional":true}])"));
  const UnitRender render =
      release(chart_files(), "", R"("valuesFiles":["gone.yaml"],"ignoreMissingValuesFiles":true)");
  CHECK(render.read_set.contains({renderers::ReadSetKind::absent, "gone.yaml", ""}));
}

TEST_CASE("knows which values of a release are of Secrets", "[engine][pipeline][unit_render]") {
  const auto secrets = [](const std::string& text, const std::string& more = "") {
    return release(chart_files(),
                   R"("valuesFrom":[{"kind":"ConfigMap","name":"c"},)"
                   R"({"kind":"Secret","name":"s")" +
                       more + "}]",
                   "",
                   ports_with({{"ConfigMap/team/c/values.yaml", "v: open\n"},
                               {"Secret/team/s/values.yaml", text}}))
        .secret_values;
  };
  const auto target = [&](const std::string& text, const std::string& more = "") {
    return secrets(text, R"(,"targetPath":"w")" + more);
  };
  using Texts = std::vector<std::string>;
  CHECK(secrets("a: hunter2\nb: [{c: 0012}, true, null, '']\n") == Texts{"hunter2", "0012", ""});
  CHECK(target("hunter2") == Texts{"hunter2", "hunter2"});
  CHECK(target("{one,two}") == Texts{"{one,two}", "one", "two"});
  CHECK(target("'one,w=two'") == Texts{"one,w=two", "one", "two", "w"});
  CHECK(target("{one,two}", R"(,"literal":true)") == Texts{"{one,two}"});
}

TEST_CASE("errors of a release do not repeat values of Secrets",
          "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["charts/web/templates/map.yaml"] = "{{ fail (printf \"no host %s\" .Values.host) }}";
  const auto error = [&](const std::string& text) {
    return message_of([&] {
      release(files, R"("valuesFrom":[{"kind":"Secret","name":"s"}])", "",
              ports_with({{"Secret/team/s/values.yaml", text}}));
    });
  };
  CHECK_THAT(error("host: hunter2\n"), Catch::Contains("no host ***"));
  CHECK_THAT(error("host: hunter2\n"), !Catch::Contains("hunter2"));
  CHECK(error("host: !!int hunter2\n") ==
        "helm template failed: expected YAML in Secret/team/s key values.yaml, found text that is "
        "none");
}

TEST_CASE("sees that values of the cluster changed", "[engine][pipeline][unit_render]") {
  const std::string from = R"("valuesFrom":[{"kind":"ConfigMap","name":"c","optional":true}])";
  const RenderPorts one = ports_with({{"ConfigMap/team/c/values.yaml", "v: 1\n"}});
  const RenderPorts two = ports_with({{"ConfigMap/team/c/values.yaml", "v: 2\n"}});
  const UnitRender render = release(chart_files(), from, "", one);
  CHECK(render.cluster_values == cluster_values_digest(release_spec(from), one));
  CHECK(render.cluster_values != cluster_values_digest(release_spec(from), two));
  CHECK(render.cluster_values != cluster_values_digest(release_spec(from), {}));
  CHECK(cluster_values_digest(release_spec(""), one).empty());
}

TEST_CASE("a digest of values tells nothing of Secrets", "[engine][pipeline][unit_render]") {
  const auto digest = [](const std::string& kind, const std::string& value,
                         const std::string& key) {
    const std::string from = R"("valuesFrom":[{"kind":")" + kind + R"(","name":"c"}])";
    const RenderPorts ports = ports_with({{kind + "/team/c/values.yaml", "v: " + value + "\n"}});
    return release_config_digest(release_spec(from), release(chart_files(), from, "", ports), key);
  };
  CHECK_THAT(digest("ConfigMap", "1", "k"), Catch::StartsWith("sha256:"));
  CHECK(digest("ConfigMap", "1", "k") == digest("ConfigMap", "1", ""));
  CHECK(digest("ConfigMap", "1", "") != digest("ConfigMap", "2", ""));

  CHECK_THAT(digest("Secret", "1", "k"), Catch::StartsWith("hmac-sha256:"));
  CHECK(digest("Secret", "1", "k") == digest("Secret", "1", "k"));
  CHECK(digest("Secret", "1", "k") != digest("Secret", "2", "k"));
  CHECK(digest("Secret", "1", "k") != digest("Secret", "1", "other"));
  CHECK(digest("Secret", "1", "") == digest("Secret", "2", ""));
}

TEST_CASE("lists hooks in place of running them", "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["charts/web/templates/hook.yaml"] =
      "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n"
      "  annotations: {helm.sh/hook: 'pre-install,pre-upgrade'}\n";
  const UnitRender render = release(files, "");
  CHECK(render.objects.size() == 1);
  REQUIRE(render.hooks.size() == 1);
  CHECK(render.hooks[0].object == "Job/migrate");
  CHECK(render.hooks[0].events == "pre-install,pre-upgrade");
  CHECK(render.hooks[0].path == "web/templates/hook.yaml");
}

TEST_CASE("installs a chart's definitions unless told otherwise",
          "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["charts/web/crds/c.yaml"] =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
      "metadata: {name: as.b.c}\n";
  const UnitRender render = release(files, "");
  REQUIRE(render.objects.size() == 2);
  // Helm puts no marks on definitions.
  CHECK_FALSE(render.objects[0]["metadata"].contains("labels"));
  CHECK(release(files, R"("install":{"crds":"Skip"})").objects.size() == 1);
  CHECK(release(files, R"("install":{"skipCRDs":true})").objects.size() == 1);
}

TEST_CASE("tells a chart what the cluster serves", "[engine][pipeline][unit_render]") {
  std::map<std::string, std::string> files = chart_files();
  files["charts/web/templates/map.yaml"] =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
      "  version: {{ .Capabilities.KubeVersion.Version }}\n"
      "  has: {{ .Capabilities.APIVersions.Has \"example.org/v1\" | quote }}\n";
  RenderPorts ports;
  ports.capabilities = [] { return ClusterCapabilities{"v1.36.3", {"v1", "example.org/v1"}}; };
  const UnitRender render = release(files, "", "", ports);
  CHECK(render.objects[0]["data"]["version"].text() == "v1.36.3");
  CHECK(render.objects[0]["data"]["has"].text() == "true");
}
