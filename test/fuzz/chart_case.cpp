// Whole charts: which `define` wins, what library charts give, what subcharts see, capabilities and
// the release; the order of execution shows where values are changed.
#include "test/fuzz/generators.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view names[] = {"one", "two", "app.name", "lib.name"};

std::string definition(Random& random, const std::string& place) {
  const std::string name(random.one_of(names));
  const std::string body = random.chance(12) ? random.one_of({"", " \n", "{{/* empty */}}"})
                                             : place + "({{ .Chart.Name }} {{ .Template.Name }})";
  return "{{ define \"" + name + "\" }}" + body + "{{ end }}\n";
}

std::string use(Random& random) {
  const std::string name = "\"" + std::string(random.one_of(names)) + "\"";
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      return "{{ include " + name + " . }}\n";
    case 3:
      return "{{ template " + name + " . }}\n";
    case 4:
      return "{{ tpl `{{ include " + name + " . }}` . }}\n";
    case 5:
      return "{{ tpl `{{ define " + name + " }}in tpl{{ end }}{{ include " + name +
             " . }}` . }}{{ include " + name + " . }}\n";
    case 6:
      return "{{ $_ := set .Values \"seen\" (printf \"%s,%s\" (.Values.seen | default \"\") "
             ".Template.Name) }}{{ .Values.seen }}\n";
    case 7:
      return "{{ .Template.Name }} {{ .Template.BasePath }} {{ .Chart.Name }} {{ .Chart.IsRoot }} "
             "{{ .Chart.Version }} {{ .Chart.Type }}\n";
    case 8:
      return "{{ range $name, $sub := .Subcharts }}{{ $name }}:{{ $sub.Chart.Name }}:{{ toJson "
             "$sub.Values }} {{ end }}\n";
    case 9:
      return "{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Version }} {{ "
             ".Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }} {{ "
             ".Capabilities.KubeVersion.GitVersion }} {{ semverCompare \">=1.20-0\" "
             ".Capabilities.KubeVersion.Version }}\n";
    case 10:
      return "{{ .Capabilities.APIVersions.Has " +
             random.one_of({"\"apps/v1\"", "\"apps/v1/Deployment\"", "\"x.io/v1\"",
                            "\"x.io/v1/Kind\"", "\"v1\"", "\"policy/v1beta1\""}) +
             " }} {{ len .Capabilities.APIVersions }}\n";
    case 11:
      return "{{ toJson .Release }} {{ .Release.IsInstall }} {{ .Release.Service }}\n";
    case 12:
      return "{{ toYaml .Chart }}\n";
    case 13:
      return "{{ block " + name + " . }}block {{ .Chart.Name }}{{ end }}\n";
    case 14:
      return "{{ .Chart.AppVersion }}|{{ .Chart.Annotations }}|{{ .Chart.Keywords }}|{{ "
             ".Chart.Home }}|{{ .Chart.KubeVersion }}|{{ .Chart.Deprecated }}\n";
    default:
      return "{{ .Values.a | default \"none\" }} {{ .Values.global }} {{ .Values }}\n";
  }
}

std::string template_text(Random& random, const std::string& place) {
  std::string text;
  const std::size_t definitions = random.below(3);
  for (std::size_t i = 0; i < definitions; ++i) text += definition(random, place);
  const std::size_t uses = random.below(4);
  for (std::size_t i = 0; i < uses; ++i) text += use(random);
  return text;
}

std::string metadata(Random& random, const std::string& name) {
  std::string text = "apiVersion: " + random.one_of({"v2", "v2", "v2", "v1"}) + "\nname: " + name +
                     "\nversion: 0.1.0\n";
  if (random.chance(25))
    text += "appVersion: " +
            random.one_of({"\"1.0\"", "1.0", "v2", "1.10", "\"\"", "'1'", "2001-01-01"}) + "\n";
  if (random.chance(12))
    text +=
        "annotations:\n  b: \"x\"\n  a: " + random.one_of({"\"y\"", "1", "true", "null"}) + "\n";
  if (random.chance(10)) text += "keywords: [k, \"l m\"]\nhome: https://a.b\n";
  if (random.chance(10))
    text += "kubeVersion: " +
            random.one_of({"\">=1.20.0-0\"", "\">=1.99\"", "\"*\"", "\"<1.30.0\"", "\"x y\""}) +
            "\n";
  if (random.chance(8)) text += "description: \"a\\tb\\u0000c\"\n";
  if (random.chance(5)) text += "deprecated: true\n";
  if (random.chance(5)) text += "maintainers:\n- name: m\n  email: m@n\n";
  if (random.chance(4))
    text += random.one_of({"icon: x\n", "sources: [a, b]\n", "engine: gotpl\n", "unknown: 1\n",
                           "type: application\n"});
  return text;
}

void add_chart(Random& random, Files& files, const std::string& folder, const std::string& name,
               const std::string& more, bool is_library) {
  files[folder + "Chart.yaml"] =
      metadata(random, name) + more + (is_library ? "type: library\n" : "");
  if (random.chance(60)) {
    files[folder + "values.yaml"] = random.one_of(
        {"a: 1\n", "a: x\nglobal: {g: 1}\n", "{}\n", "", "a: null\n", "global: {h: 2}\nseen: s\n"});
  }
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string file = random.one_of({"_a.tpl", "_z.tpl", "a.txt", "m.yaml", "z.txt",
                                            "d/a.txt", "d/_b.tpl", "NOTES.txt", "A.yaml"});
    files[folder + "templates/" + file] = template_text(random, name + "/" + file);
  }
}

}  // namespace

Case make_chart_case(Random& random) {
  Case made;
  made.topic = "chart";
  made.error_match = ErrorMatch::place;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  std::string dependencies;
  if (random.chance(60)) {
    const bool is_library = random.chance(30);
    add_chart(random, made.files, "charts/lib/", "lib", "", is_library);
    dependencies += "- {name: lib, version: 0.1.0" +
                    random.one_of({"", "", ", alias: other", ", condition: lib.on"}) + "}\n";
  }
  if (random.chance(50)) {
    std::string more;
    if (random.chance(40)) {
      add_chart(random, made.files, "charts/sub/charts/deep/", "deep", "", random.chance(20));
      more = "dependencies:\n- {name: deep, version: \"*\"}\n";
    }
    add_chart(random, made.files, "charts/sub/", "sub", more, false);
    dependencies += "- {name: sub, version: \">0\"}\n";
  }
  if (!dependencies.empty()) dependencies = "dependencies:\n" + dependencies;
  add_chart(random, made.files, "", "app", dependencies, false);
  if (random.chance(40))
    made.kube_version = random.one_of({"1.29.3", "v1.31.0", "v1.29.3-gke.1", "1.30", "1",
                                       "v1.33.4+k3s1", "x", "1.2.3.4", "v1.31.0-rc.1+b"});
  if (random.chance(30)) made.api_versions = {"x.io/v1", "x.io/v1/Kind"};
  made.release.is_upgrade = random.chance(20);
  // What is checked before templates are executed is checked by the whole render alone.
  for (const auto& [path, text] : made.files) {
    if (text.find("kubeVersion:") == std::string::npos) continue;
    made.operation = Operation::manifests;
    made.error_match = ErrorMatch::fails;
  }
  if (random.chance(30)) made.release.namespace_name = "ns";
  if (random.chance(20)) made.release.name = random.one_of({"r", "a.b", "a-b-c", "x1"});
  if (random.chance(30))
    made.values.push_back({helm::ValuesForm::set,
                           random.one_of({"a=2", "lib.a=3", "sub.a=4", "global.g=5", "lib.on=false",
                                          "other.a=6", "sub.deep.a=7"}),
                           ""});
  return made;
}

}  // namespace reconcile::fuzz
