package main

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// tableCase is one line of the output: what the oracle and the program under test are both asked, or
// (without a request) how many cases of a table say nothing about charts, and why.
type tableCase struct {
	Table     string         `json:"table"`
	Number    int            `json:"number"`
	Request   map[string]any `json:"request,omitempty"`
	Arguments []string       `json:"arguments,omitempty"` // of `helm template`, instead of a request
	Folder    string         `json:"folder,omitempty"`    // where these run
	Golden    string         `json:"golden,omitempty"`    // the file with what they print
	Dropped   string         `json:"dropped,omitempty"`
}

// collector turns records into cases, each once.
type collector struct {
	cases       []tableCase
	seen        map[string]bool
	numbers     map[string]int
	dropped     map[[2]string]int
	constraints []string
	versions    []string
	parsed      map[string]any // the text that an execution belongs to, by package
}

func newCollector() *collector {
	return &collector{seen: map[string]bool{}, numbers: map[string]int{},
		dropped: map[[2]string]int{}, parsed: map[string]any{}}
}

func (c *collector) add(table string, request map[string]any) {
	key, err := json.Marshal(request)
	if err != nil {
		c.drop(table, "not JSON")
		return
	}
	if c.seen[string(key)] {
		return
	}
	c.seen[string(key)] = true
	c.numbers[table]++
	c.cases = append(c.cases, tableCase{Table: table, Number: c.numbers[table], Request: request})
}

func (c *collector) drop(table, reason string) { c.dropped[[2]string{table, reason}]++ }

func profileOf(name string) string {
	if strings.HasPrefix(name, helm3) {
		return "helm3"
	}
	return "helm4"
}

const chartYAML = "apiVersion: v2\nname: c\nversion: 0.1.0\n"

func renderRequest(profile string, files map[string]any, values any) map[string]any {
	request := map[string]any{"op": "render", "profile": profile, "files": files}
	if values != nil {
		request["values"] = []string{chartText(values)}
	}
	return request
}

// executed asks for the template text with the data as its dot and its `$`.
func executed(profile string, text, data any) map[string]any {
	return renderRequest(profile, map[string]any{
		"Chart.yaml":       chartYAML,
		"templates/_t.tpl": text,
		"templates/t.yaml": `{{ template "c/templates/_t.tpl" .Values.data }}`,
	}, map[string]any{"data": data})
}

var fieldName = regexp.MustCompile(`\.([A-Za-z0-9_]+)`)

// lossy says whether the text names what the data has lost on the way to JSON.
func lossy(text any, lost map[string]bool) bool {
	written, _ := text.(string)
	for _, found := range fieldName.FindAllStringSubmatch(written, -1) {
		if lost[found[1]] {
			return true
		}
	}
	return false
}

func (c *collector) collect(call record) {
	table := call.Package + " " + call.Call
	profile := profileOf(call.Package)
	first := call.Arguments[0]
	switch call.Call {
	case "parse":
		c.parsed[call.Package] = first
		c.add("text/template parse", executed(profile, first, nil))
	case "lex":
		if call.Arguments[1] == "" || call.Arguments[1] == "{{" {
			c.add("text/template lex", executed(profile, first, nil))
		} else {
			c.drop("text/template lex", "other delimiters")
		}
	case "execute":
		if lossy(c.parsed[call.Package], call.Lost) {
			c.drop("text/template execute", "methods or functions of Go structs")
		} else {
			c.add("text/template execute", executed(profile, c.parsed[call.Package], first))
		}
	case "sprig":
		c.add("sprig", executed("helm4", first, call.Arguments[1]))
		c.add("sprig", executed("helm3", first, call.Arguments[1]))
	case "constraint":
		c.constraints = append(c.constraints, fmt.Sprint(first))
	case "version":
		c.versions = append(c.versions, fmt.Sprint(first))
	case "yaml text", "yaml value":
		c.collectYAML(call)
	case "render":
		c.collectRender(table, profile, call)
	case "coalesce":
		c.collectCoalesce(table, profile, call)
	case "schema":
		c.add(table, renderRequest(profile, map[string]any{"Chart.yaml": chartYAML,
			"values.schema.json": call.Arguments[1], "templates/t.yaml": "ok"}, first))
	case "split", "sort":
		c.collectManifests(table, profile, first)
	default:
		c.collectSet(table, profile, call)
	}
}

// collectYAML has text read, and values written, by the functions of templates.
func (c *collector) collectYAML(call record) {
	text := `{{ fromYaml .text | toJson }}
{{ fromYamlArray .text | toJson }}
{{ toYaml .value }}
{{ toYamlPretty .value }}
{{ fromYaml .text | toYaml }}`
	data := map[string]any{"text": "", "value": nil}
	if call.Call == "yaml value" {
		data["value"] = call.Arguments[0]
	} else if _, isText := call.Arguments[0].(string); isText {
		data["text"] = call.Arguments[0]
	} else {
		c.drop(call.Package+" "+call.Call, "not UTF-8")
		return
	}
	c.add(call.Package+" "+call.Call, executed("helm4", text, data))
	if call.Call == "yaml text" { // the same as a values file
		request := executed("helm3", `{{ toJson . }}`, nil)
		request["files"].(map[string]any)["templates/t.yaml"] = `{{ toJson .Values }}`
		request["values"] = []any{call.Arguments[0]}
		c.add(call.Package+" "+call.Call, request)
	}
}

func (c *collector) collectCoalesce(table, profile string, call record) {
	files, _ := call.Arguments[0].(map[string]any)
	if metadata, _ := files["Chart.yaml"].(string); strings.Contains(metadata, `"type":"library"`) {
		c.drop(table, "a library, which no command renders")
		return
	}
	c.add(table, renderRequest(profile, withValuesPrinted(files), call.Arguments[1]))
}

func (c *collector) collectRender(table, profile string, call record) {
	context, _ := call.Arguments[1].(map[string]any)
	files, isChart := call.Arguments[0].(map[string]any)
	if !isChart {
		c.drop(table, "no chart")
		return
	}
	request := renderRequest(profile, files, context["Values"])
	if release, given := context["Release"].(map[string]any); given {
		if name, given := release["Name"].(string); given {
			request["release"] = map[string]any{"name": releaseName(name)}
		}
	}
	c.add(table, request)
}

var noReleaseName = regexp.MustCompile(`[^a-z0-9]+`)

// releaseName is a name that passes the checks which the engine's tests leave out.
func releaseName(name string) string {
	return strings.Trim(noReleaseName.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// withValuesPrinted adds to every chart a template that prints its values.
func withValuesPrinted(files map[string]any) map[string]any {
	printed := map[string]any{}
	for name, data := range files {
		printed[name] = data
		if path.Base(name) == "Chart.yaml" {
			printed[path.Join(path.Dir(name), "templates/printed-values.yaml")] = "{{ toJson .Values }}"
		}
	}
	return printed
}

func (c *collector) collectManifests(table, profile string, given any) {
	texts, several := given.(map[string]any)
	if !several {
		texts = map[string]any{"one.yaml": given}
	}
	files := map[string]any{"Chart.yaml": chartYAML}
	for name, text := range texts {
		base := strings.ReplaceAll(name, "/", "-")
		files["given/"+base] = text
		files["templates/"+base] = fmt.Sprintf("{{ .Files.Get %q }}", "given/"+base)
	}
	c.add(table, map[string]any{"op": "manifests", "profile": profile, "files": files})
}

// collectSet prints the values that the assignment gives, and of which type those at the top are.
func (c *collector) collectSet(table, profile string, call record) {
	request := renderRequest(profile, map[string]any{
		"Chart.yaml": chartYAML,
		"templates/t.yaml": `{{ toJson .Values }}
{{ range $key, $value := .Values }}{{ $key }} {{ typeOf $value }} {{ $value }}
{{ end }}`,
	}, call.Arguments[1])
	request["set"] = [][]any{{call.Call, call.Arguments[0]}}
	c.add(table, request)
}

// addVersions makes a grid: every constraint of the tables with every version of the tables.
func (c *collector) addVersions() {
	var valid []string
	for _, version := range distinct(c.versions) {
		if _, err := semver.NewVersion(version); err == nil {
			valid = append(valid, version)
			continue
		}
		c.add("semver versions", executed("helm4", `{{ semver .v }}`, map[string]any{"v": version}))
		c.add("semver versions", executed("helm4", `{{ semverCompare ">=1.0.0" .v }}`,
			map[string]any{"v": version}))
	}
	c.add("semver versions", executed("helm4",
		`{{ range . }}{{ $v := semver . }}{{ $v }} {{ $v.Major }} {{ $v.Minor }} {{ $v.Patch }} `+
			`{{ $v.Prerelease }} {{ $v.Metadata }} {{ $v.Original }} {{ $v.IncMinor }}
{{ end }}`, valid))
	for _, constraint := range distinct(c.constraints) {
		c.add("semver constraints", executed("helm4", `{{ range .vs }}{{ semverCompare $.c . }} {{ end }}`,
			map[string]any{"c": constraint, "vs": valid}))
	}
}

func distinct(texts []string) (once []string) {
	seen := map[string]bool{}
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			once = append(once, text)
		}
	}
	sort.Strings(once)
	return once
}
