#include <catch2/catch.hpp>
#include <string>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile;
using namespace reconcile::helm;
using reconcile::helm::testing::Files;
using reconcile::helm::testing::printed;
using reconcile::helm::testing::rendered;
using reconcile::helm::testing::request_of;

namespace {

const Files family = {
    {"templates/a.yaml", "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\n"},
    {"templates/b.yaml", "kind: ConfigMap\nmetadata: {name: b}\n---\nkind: Secret\n"},
    {"templates/hook.yaml",
     "kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n"},
    {"templates/tests/t.yaml",
     "kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n"},
    {"templates/NOTES.txt", "Thanks, {{ .Release.Name }}.\n"},
    {"templates/_helpers.tpl", "{{ define \"x\" }}top{{ end }}"},
    {"crds/crd.yaml", "kind: CustomResourceDefinition\n"},
    {"crds/README.md", "no manifest"},
};

constexpr const char* jobs =
    "---\n# Source: app/templates/tests/t.yaml\n"
    "kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n\n"
    "---\n# Source: app/templates/hook.yaml\n"
    "kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n\n";
constexpr const char* objects =
    "---\n# Source: app/templates/b.yaml\nkind: Secret\n\n"
    "---\n# Source: app/templates/b.yaml\nkind: ConfigMap\nmetadata: {name: b}\n\n"
    "---\n# Source: app/templates/a.yaml\nkind: Service\nmetadata:\n  name: release-name\n";

class FakeCluster final : public ClusterLookup {
 public:
  model::Document lookup(std::string_view api_version, std::string_view kind,
                         std::string_view namespace_name, std::string_view name) override {
    if (kind == "Broken") throw model::Error(model::ErrorCode::unavailable, "no cluster");
    if (name == "gone") return {};
    return model::parse_json(R"({"found":")" + std::string(api_version) + " " + std::string(kind) +
                             " " + std::string(namespace_name) + R"("})");
  }
};

}  // namespace

TEST_CASE("prints manifests in install order, then hooks", "[renderers][helm][render]") {
  RenderRequest request = request_of(family);
  CHECK(rendered(request) == std::string(objects) + jobs);
  request.no_hooks = true;
  CHECK(rendered(request) == objects);
  request.include_crds = true;
  CHECK(rendered(request) ==
        "---\n# Source: app/crds/crd.yaml\nkind: CustomResourceDefinition\n\n" +
            std::string(objects));
  request.no_hooks = false;
  request.skip_tests = true;
  CHECK(rendered(request).find("tests/t.yaml") == std::string::npos);
  CHECK(render(request).notes == "Thanks, release-name.\n");
}

TEST_CASE("prints one blank line for an empty release", "[renderers][helm][render]") {
  CHECK(rendered(request_of({{"templates/a.yaml", "{{ if false }}a: 1{{ end }}\n"}})) == "\n");
}

TEST_CASE("shows only the templates asked for", "[renderers][helm][render]") {
  RenderRequest request = request_of(family);
  request.show_only = {"templates/a.yaml", "templates/tests/*"};
  CHECK(rendered(request) ==
        "---\n# Source: app/templates/a.yaml\nkind: Service\nmetadata:\n  name: release-name\n\n"
        "---\n# Source: app/templates/tests/t.yaml\n"
        "kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n\n\n");
  request.show_only = {"templates/nothing.yaml"};
  CHECK(rendered(request) == "Error: could not find template templates/nothing.yaml in chart");
}

TEST_CASE("executes deeper and later files first, so the top chart's definitions win",
          "[renderers][helm][render]") {
  Files files = family;
  files["charts/sub/Chart.yaml"] = "apiVersion: v2\nname: sub\nversion: 1.0.0\n";
  files["charts/sub/templates/_x.tpl"] = "{{ define \"x\" }}sub{{ end }}";
  files["charts/sub/templates/s.yaml"] =
      "kind: ConfigMap\nx: {{ include \"x\" . }}\nname: {{ .Template.Name }}\n"
      "base: {{ .Template.BasePath }}\nfile: {{ .Files.Get \"data.txt\" }}\nroot: {{ .Chart.IsRoot "
      "}}\n";
  files["charts/sub/data.txt"] = "of-sub";
  const std::string text = rendered(request_of(files));
  CHECK(text.find("x: top\nname: app/charts/sub/templates/s.yaml\n"
                  "base: app/charts/sub/templates\nfile: of-sub\nroot: false\n") !=
        std::string::npos);
}

TEST_CASE("tells templates of release, chart, capabilities and files",
          "[renderers][helm][render]") {
  struct Row {
    const char* expression;
    const char* helm4;
    const char* helm3;
  };
  constexpr Row rows[] = {
      {".Release | toRawJson",
       R"({"IsInstall":true,"IsUpgrade":false,"Name":"release-name","Namespace":"default",)"
       R"("Revision":1,"Service":"Helm"})",
       R"({"IsInstall":true,"IsUpgrade":false,"Name":"release-name","Namespace":"default",)"
       R"("Revision":1,"Service":"Helm"})"},
      {".Chart.Name", "app", "app"},
      {".Chart.Version", "1.2.3", "1.2.3"},
      {".Capabilities.KubeVersion", "v1.37.0", "v1.37.0"},
      {".Capabilities.KubeVersion.Minor", "37", "37"},
      {".Capabilities.HelmVersion.Version", "v4.3", "v3.22.0"},
      {"len .Capabilities.APIVersions", "57", "57"},
      {".Capabilities.APIVersions.Has \"apps/v1\"", "true", "true"},
      {".Capabilities.APIVersions.Has \"apps/v1/Deployment\"", "false", "false"},
      {".Files.Get \"f/a.txt\" | quote", R"("one\ntwo\n")", R"("one\ntwo\n")"},
      {".Files.Get \"missing\"", "", ""},
      {".Files.Lines \"f/a.txt\"", "[one two]", "[one two]"},
      {"(.Files.Glob \"f/*\").AsConfig | quote", R"("a.txt: |\n  one\n  two")",
       R"("a.txt: |\n  one\n  two")"},
      {"(.Files.Glob \"f/*\").AsSecrets", "a.txt: b25lCnR3bwo=", "a.txt: b25lCnR3bwo="},
      {"(.Files.Glob \"g/*\").AsConfig", "{}", "{}"},
      {"typeOf .Values", "common.Values", "chartutil.Values"},
      {"lookup \"v1\" \"Pod\" \"a\" \"b\"", "map[]", "map[]"},
      {".Values.missing", "", ""},
      {"tpl \"{{ .Chart.Name }}\" .", "app", "app"},
  };
  const Files files = {{"f/a.txt", "one\ntwo\n"}};
  for (const Row& row : rows) {
    INFO(row.expression);
    CHECK(printed(row.expression, files) == row.helm4);
    CHECK(printed(row.expression, files, Profile::helm3) == row.helm3);
  }
}

TEST_CASE("looks objects up where there is a cluster", "[renderers][helm][render]") {
  FakeCluster cluster;
  const auto with = [&cluster](const std::string& expression) {
    RenderRequest request = request_of({{"templates/t.yaml", "a: {{ " + expression + " }}\n"}});
    request.cluster = &cluster;
    return rendered(request);
  };
  CHECK(with("(lookup \"v1\" \"Pod\" \"ns\" \"x\").found").find("a: v1 Pod ns\n") !=
        std::string::npos);
  CHECK(with("lookup \"v1\" \"Pod\" \"ns\" \"gone\" | len").find("a: 0\n") != std::string::npos);
  CHECK(with("lookup \"v1\" \"Broken\" \"ns\" \"x\"").find("no cluster") != std::string::npos);
}

TEST_CASE("holds release names to Helm's rule", "[renderers][helm][render]") {
  struct Row {
    const char* name;
    bool valid;
  };
  constexpr Row rows[] = {
      {"a", true},
      {"a-b.c-d", true},
      {"0", true},
      {"", false},
      {"A", false},
      {"-a", false},
      {"a-", false},
      {"a..b", false},
      {"a.-b", false},
      {"a-.b", false},
      {".a", false},
      {"a.", false},
      {"a_b", false},
      {"a b", false},
      {"a--b", true},
      {"a123456789012345678901234567890123456789012345678901.", false},
      {"a1234567890123456789012345678901234567890123456789012", true},
      {"a12345678901234567890123456789012345678901234567890123", false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    RenderRequest request = request_of({});
    request.release.name = row.name;
    CHECK((rendered(request) == "\n") == row.valid);
  }
}

TEST_CASE("validates values against the schemas of all charts", "[renderers][helm][schema]") {
  Files files = {{"values.schema.json", R"({"properties":{"a":{"type":"string"}}})"},
                 {"charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"},
                 {"charts/sub/values.schema.json", R"({"required":["b"]})"}};
  RenderRequest request = request_of(files, {{ValuesForm::set, "a=1", ""}});
  CHECK(rendered(request) ==
        "Error: values don't meet the specifications of the schema(s) in the following "
        "chart(s):\napp:\n- at '/a': got number, want string\nsub:\n- at '': missing property "
        "'b'\n");
  request.skip_schema_validation = true;
  CHECK(rendered(request) == "\n");
  CHECK(rendered(request_of(files, {{ValuesForm::set, "a=x,sub.b=1", ""}})) == "\n");
}

TEST_CASE("gives the manifests as objects", "[renderers][helm][render]") {
  RenderRequest request = request_of(
      {{"templates/a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"},
       {"templates/l.yaml",
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: p}}]\n"},
       {"templates/c.yaml", "# only a comment\n"}});
  request.want_objects = true;
  CHECK(render(request).render.objects.size() == 2);
}

TEST_CASE("gives the same bytes for the same request", "[renderers][helm][render]") {
  const RenderRequest request = request_of(family);
  CHECK(rendered(request) == rendered(request));
}

TEST_CASE("executes a name template with Sprig's functions", "[renderers][helm][render]") {
  const RenderRequest request = request_of({});
  CHECK(render_name_template("a-{{ \"B\" | lower }}-{{ trunc 2 \"xyz\" }}", request) == "a-b-xy");
  CHECK_THROWS_AS(render_name_template("{{ nothing }}", request), model::Error);
}
