package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"
	yaml3 "sigs.k8s.io/yaml/goyaml.v3"
)

// engine is what a version of Helm does with a request.
type engine interface {
	render(*request) (answer, error)
	manifests(*request) (answer, error)
	values(*request) (answer, error)
	set(*request) (answer, error)
}

var engines = map[string]engine{"helm4": helm4{}, "helm3": helm3{}}

// writeFolder writes the chart's files where the loader of directories reads them.
func writeFolder(files map[string]text) (string, error) {
	folder, err := os.MkdirTemp("", "helm-oracle-")
	if err != nil {
		return "", err
	}
	for name, data := range files {
		path := filepath.Join(folder, name)
		if !filepath.IsLocal(name) {
			return folder, fmt.Errorf("expected a path below the chart, found %q", name)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return folder, err
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			return folder, err
		}
	}
	return folder, nil
}

// readFile stands for the files of --set-file.
func readFile(path []rune) (any, error) { return "<" + string(path) + ">", nil }

func asJSON(value any) (answer, error) {
	data, err := json.Marshal(value)
	return answer{JSON: data}, err
}

// readYAML reads and writes the text in the dialect of templates and values ("v2", the default) or
// of manifests' trees ("v3").
func readYAML(asked *request) (answer, error) {
	if asked.Profile != "v3" {
		var value any
		if err := yaml.Unmarshal([]byte(asked.Text), &value); err != nil {
			return answer{}, err
		}
		answered, err := asJSON(value)
		if err != nil {
			return answer{}, err
		}
		written, err := yaml.Marshal(value)
		answered.YAML = text(written)
		return answered, err
	}
	var value any
	if err := yaml3.Unmarshal([]byte(asked.Text), &value); err != nil {
		return answer{}, err
	}
	var written bytes.Buffer
	encoder := yaml3.NewEncoder(&written)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return answer{}, err
	}
	answered, err := asJSON(value)
	if err != nil { // times and maps with other keys have no JSON
		answered = answer{}
	}
	answered.YAML = text(written.String())
	return answered, nil
}

// compareVersions answers a row for each constraint: a character for each version, + or -, or ? where
// the version does not parse; where the constraint does not, the row is !.
func compareVersions(asked *request) (answer, error) {
	var answered answer
	versions := make([]*semver.Version, len(asked.Versions))
	for i, written := range asked.Versions {
		version, err := semver.NewVersion(string(written))
		if err != nil {
			answered.Versions = append(answered.Versions, text("error: "+err.Error()))
			continue
		}
		versions[i] = version
		answered.Versions = append(answered.Versions, text(version.String()))
	}
	for _, written := range asked.Constraints {
		constraint, err := semver.NewConstraint(string(written))
		if err != nil {
			answered.Matches = append(answered.Matches, "!")
			continue
		}
		var row strings.Builder
		for _, version := range versions {
			switch {
			case version == nil:
				row.WriteByte('?')
			case constraint.Check(version):
				row.WriteByte('+')
			default:
				row.WriteByte('-')
			}
		}
		answered.Matches = append(answered.Matches, row.String())
	}
	return answered, nil
}

func respond(asked *request) answer {
	operations := map[string]func(*request) (answer, error){"yaml": readYAML, "semver": compareVersions}
	if chosen, exists := engines[asked.Profile]; exists {
		operations["render"] = chosen.render
		operations["manifests"] = chosen.manifests
		operations["values"] = chosen.values
		operations["set"] = chosen.set
	}
	operation, exists := operations[asked.Op]
	if !exists {
		return answer{Crash: "expected an op and a profile that exist, found " + asked.Op + " and " +
			asked.Profile}
	}
	answered, err := operation(asked)
	if err != nil {
		return answer{Error: text(err.Error())}
	}
	return answered
}
