package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

//go:embed record_case.go
var recorderText string

// hook is one upstream function whose calls are recorded, and what of them.
type hook struct {
	pkg, file, function string
	call, arguments     string
}

const (
	helm3 = "helm.sh/helm/v3/pkg/"
	helm4 = "helm.sh/helm/v4/pkg/"
)

var hooks = []hook{
	{"text/template", "template.go", "Template.Parse", "parse", "text"},
	{"text/template", "exec.go", "Template.Execute", "execute", "data"},
	{"text/template/parse", "lex.go", "lex", "lex", "input, left"},
	{"github.com/Masterminds/sprig/v3", "functions_test.go", "runtv", "sprig", "tpl, vars"},
	{"github.com/Masterminds/sprig/v3", "functions_test.go", "runRaw", "sprig", "tpl, vars"},
	{"github.com/Masterminds/semver/v3", "constraints.go", "NewConstraint", "constraint", "c"},
	{"github.com/Masterminds/semver/v3", "version.go", "NewVersion", "version", "v"},
	{"go.yaml.in/yaml/v2", "yaml.go", "Unmarshal", "yaml text", "in"},
	{"go.yaml.in/yaml/v2", "yaml.go", "Marshal", "yaml value", "in"},
	{"go.yaml.in/yaml/v3", "yaml.go", "Unmarshal", "yaml text", "in"},
	{"go.yaml.in/yaml/v3", "yaml.go", "Marshal", "yaml value", "in"},
	{helm3 + "engine", "engine.go", "Engine.Render", "render", "chrt, values"},
	{helm4 + "engine", "engine.go", "Engine.Render", "render", "chrt, values"},
	{helm3 + "chartutil", "coalesce.go", "CoalesceValues", "coalesce", "chrt, vals"},
	{helm3 + "chartutil", "coalesce.go", "MergeValues", "coalesce", "chrt, vals"},
	{helm3 + "chartutil", "dependencies.go", "processDependencyEnabled", "coalesce", "c, v"},
	{helm3 + "chartutil", "dependencies.go", "processDependencyImportValues", "coalesce", "c, nil"},
	{helm3 + "chartutil", "jsonschema.go", "ValidateAgainstSingleSchema", "schema",
		"values, schemaJSON"},
	{helm4 + "chart/common/util", "coalesce.go", "CoalesceValues", "coalesce", "chrt, vals"},
	{helm4 + "chart/common/util", "coalesce.go", "MergeValues", "coalesce", "chrt, vals"},
	{helm4 + "chart/common/util", "jsonschema.go", "ValidateAgainstSingleSchema", "schema",
		"values, schemaJSON"},
	{helm4 + "chart/v2/util", "dependencies.go", "processDependencyEnabled", "coalesce", "c, v"},
	{helm4 + "chart/v2/util", "dependencies.go", "processDependencyImportValues", "coalesce",
		"c, nil"},
	{helm3 + "strvals", "parser.go", "ParseInto", "set", "s, dest"},
	{helm3 + "strvals", "parser.go", "Parse", "set", "s, nil"},
	{helm3 + "strvals", "parser.go", "ParseIntoString", "set-string", "s, dest"},
	{helm3 + "strvals", "parser.go", "ParseString", "set-string", "s, nil"},
	{helm3 + "strvals", "parser.go", "ParseJSON", "set-json", "s, dest"},
	{helm3 + "strvals", "literal_parser.go", "ParseLiteralInto", "set-literal", "s, dest"},
	{helm3 + "strvals", "literal_parser.go", "ParseLiteral", "set-literal", "s, nil"},
	{helm4 + "strvals", "parser.go", "ParseInto", "set", "s, dest"},
	{helm4 + "strvals", "parser.go", "Parse", "set", "s, nil"},
	{helm4 + "strvals", "parser.go", "ParseIntoString", "set-string", "s, dest"},
	{helm4 + "strvals", "parser.go", "ParseString", "set-string", "s, nil"},
	{helm4 + "strvals", "parser.go", "ParseJSON", "set-json", "s, dest"},
	{helm4 + "strvals", "literal_parser.go", "ParseLiteralInto", "set-literal", "s, dest"},
	{helm4 + "strvals", "literal_parser.go", "ParseLiteral", "set-literal", "s, nil"},
	{helm3 + "releaseutil", "manifest.go", "SplitManifests", "split", "bigFile"},
	{helm3 + "releaseutil", "manifest_sorter.go", "SortManifests", "sort", "files"},
	{helm4 + "release/v1/util", "manifest.go", "SplitManifests", "split", "bigFile"},
	{helm4 + "release/v1/util", "manifest_sorter.go", "SortManifests", "sort", "files"},
}

// record is one recorded call.
type record struct {
	Package   string          `json:"-"`
	Call      string          `json:"call"`
	Arguments []any           `json:"arguments"`
	Lost      map[string]bool `json:"lost"`
}

// recordedCalls runs the tests of every hooked package, one after the other, with the hooks laid
// over the sources. A test that fails is upstream's matter: what was called counts.
func recordedCalls(work string) (records []record, err error) {
	byPackage := map[string][]hook{}
	for _, hook := range hooks {
		byPackage[hook.pkg] = append(byPackage[hook.pkg], hook)
	}
	packages := []string{}
	for name := range byPackage {
		packages = append(packages, name)
	}
	sort.Strings(packages)
	for i, name := range packages {
		folder := filepath.Join(work, fmt.Sprint(i))
		found, err := recordPackage(folder, name, byPackage[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(os.Stderr, "%s: %d calls\n", name, len(found))
		records = append(records, found...)
	}
	return records, nil
}

func recordPackage(work, name string, hooks []hook) ([]record, error) {
	place, err := listed("{{.Dir}}\n{{.Name}}\n"+
		"{{if .Module}}{{.Module.Path}}\n{{.Module.Dir}}{{end}}", name)
	if err != nil {
		return nil, err
	}
	texts, err := hookedTexts(place[0], place[1], hooks)
	if err != nil {
		return nil, err
	}
	flags, err := []string{}, os.MkdirAll(work, 0o755)
	if err == nil && len(place) > 2 {
		flags, err = copyModule(work, place[2], place[3], texts)
	} else if err == nil {
		flags, err = overlaySources(work, texts)
	}
	if err != nil {
		return nil, err
	}
	calls := filepath.Join(work, "calls")
	test := exec.Command("go", append(append([]string{"test"}, flags...), "-vet=off", "-count=1",
		"-skip", "Fuzz|Benchmark|TestMaxExecDepth|TestLinkerGC|Limits|TestCreate|TestExpand",
		name)...)
	test.Env = append(os.Environ(), "UPSTREAM_TABLES_OUT="+calls)
	output, _ := test.CombinedOutput()
	found, err := readRecords(calls, name)
	if err != nil {
		return nil, fmt.Errorf("expected recorded calls (%w); go test said: %s", err, output)
	}
	return found, nil
}

func readRecords(path, name string) ([]record, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	found := []record{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for decoder.More() {
		one := record{Package: name}
		if err := decoder.Decode(&one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

func listed(format string, names ...string) ([]string, error) {
	output, err := exec.Command("go", append([]string{"list", "-f", format}, names...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", names, err)
	}
	return strings.Fields(string(output)), nil
}

// hookedTexts gives the changed sources of a package by path, the recorder among them.
func hookedTexts(folder, name string, hooks []hook) (map[string]string, error) {
	texts := map[string]string{}
	recorder := "zz_record.go"
	for _, hook := range hooks {
		path := filepath.Join(folder, hook.file)
		if strings.HasSuffix(hook.file, "_test.go") {
			recorder = "zz_record_test.go"
		}
		if _, present := texts[path]; !present {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			texts[path] = string(text)
		}
		text, err := hooked(texts[path], hook)
		if err != nil {
			return nil, err
		}
		texts[path] = text
	}
	texts[filepath.Join(folder, recorder)] =
		strings.Replace(recorderText, "package main", "package "+name, 1)
	return texts, nil
}

// copyModule makes a copy of a module with the changed sources, as the module cache itself admits
// no overlay, and gives the flags that make go use it.
func copyModule(work, module, folder string, texts map[string]string) ([]string, error) {
	copied := filepath.Join(work, "module")
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		return nil, err
	}
	for path, text := range texts {
		place := filepath.Join(copied, strings.TrimPrefix(path, folder))
		if err := writeOver(place, text); err != nil {
			return nil, err
		}
	}
	file, err := listed("{{.Module.GoMod}}", ".")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file[0]), name))
		if err != nil {
			return nil, err
		}
		if name == "go.mod" {
			text = append(text, fmt.Sprintf("\nreplace %s => %s\n", module, copied)...)
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o644); err != nil {
			return nil, err
		}
	}
	return []string{"-modfile=" + filepath.Join(work, "go.mod")}, nil
}

func writeOver(path, text string) error {
	os.Chmod(filepath.Dir(path), 0o755)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// overlaySources lays changed sources over those of Go itself.
func overlaySources(work string, texts map[string]string) ([]string, error) {
	replaced := map[string]string{}
	for path, text := range texts {
		replaced[path] = filepath.Join(work, filepath.Base(path))
		if err := os.WriteFile(replaced[path], []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(work, "overlay.json")
	return []string{"-overlay=" + path}, os.WriteFile(path, overlay, 0o644)
}

// hooked puts the recording at the start of the function.
func hooked(text string, hook hook) (string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, hook.file, text, 0)
	if err != nil {
		return "", err
	}
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Body == nil || declaredName(function) != hook.function {
			continue
		}
		at := files.Position(function.Body.Lbrace).Offset + 1
		call := fmt.Sprintf(" recordCall(%q, %s);", hook.call, hook.arguments)
		return text[:at] + call + text[at:], nil
	}
	return "", fmt.Errorf("expected a function %s in %s", hook.function, hook.file)
}

func declaredName(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	receiver := function.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	name, _ := receiver.(*ast.Ident)
	if name == nil {
		return function.Name.Name
	}
	return name.Name + "." + function.Name.Name
}
