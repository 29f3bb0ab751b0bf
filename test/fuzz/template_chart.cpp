#include "test/fuzz/template_chart.hpp"

namespace reconcile::fuzz {
namespace {

constexpr const char* values = R"(text: "hello world"
empty: ""
unicode: "Größe 東京 🙂"
lines: "a\nb\n  c\n"
number: 5
zero: 0
negative: -3
float: 1.5
million: 1000000
big: 12345678901
tiny: 0.0000015
digits: "10"
version: "1.2.3"
yes: true
no: false
flag: true
off: false
nothing: null
list: [1, "a", null, true, 2.5, [x], {k: v}]
names: [beta, alpha, gamma, alpha]
numbers: [3, 1, 2]
none: []
map: {a: 1, b: two, c: {d: [1, 2], e: null}, z: null, f: false}
labels: {app.kubernetes.io/name: x, tier: "1"}
hollow: {}
nested: {x: {y: {z: deep}}}
)";

constexpr const char* partials = R"({{- define "plain" -}}P[{{ . }}]{{- end -}}
{{ define "app.name" }}{{ .Chart.Name }}-{{ .Release.Name }}{{ end }}
{{- define "twice" }}{{ template "plain" . }}{{ template "plain" . }}{{ end }}
{{- define "labels" }}
app: {{ .Values.text | quote }}
tier: x
{{ end }}
{{- define "hollow" }}{{/* nothing */}} {{ end }}
{{- define "keyed" }}{{ .a }}/{{ .b.c }}{{ end }}
)";

}  // namespace

Case chart_around(Random& random, helm::Profile profile, std::string topic, std::string body) {
  Case made;
  made.topic = std::move(topic);
  made.profile = profile;
  made.files["values.yaml"] = values;
  made.files["templates/_partials.tpl"] = partials;
  made.files["templates/a.txt"] = std::move(body);
  made.files["data/a.txt"] = "first\nsecond\n";
  made.files["data/b.bin"] = std::string("\0\xff\x01", 3);
  made.values.push_back({helm::ValuesForm::set, "given=7,wide=9007199254740993,word=x1", ""});
  if (random.chance(20))
    made.values.push_back({helm::ValuesForm::set_json, "json={\"a\":[1,null]}", ""});
  made.release.name = "rel";
  made.release.namespace_name = "space";
  return made;
}

}  // namespace reconcile::fuzz
