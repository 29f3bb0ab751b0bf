package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"sort"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	helmengine "helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"helm.sh/helm/v4/pkg/strvals"
)

// helm4 repeats what `helm template` 4.3.1 does (pkg/cmd/install.go, pkg/action/install.go) without
// the packages that talk to clusters and registries.
type helm4 struct{}

func (helm4) load(asked *request) (*chart.Chart, error) {
	if asked.Archive != "" {
		return loader.LoadArchive(strings.NewReader(string(asked.Archive)))
	}
	if asked.Directory {
		folder, err := writeFolder(asked.Files)
		defer os.RemoveAll(folder)
		if err != nil {
			return nil, err
		}
		return loader.LoadDir(folder)
	}
	var files []*archive.BufferedFile
	for name, data := range asked.Files {
		trimmed := bytes.TrimPrefix([]byte(data), []byte("\xEF\xBB\xBF"))
		files = append(files, &archive.BufferedFile{Name: name, Data: trimmed})
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return loader.LoadFiles(files)
}

// userValues is Options.MergeValues of pkg/cli/values.
func (helm4) userValues(asked *request) (map[string]any, error) {
	base := map[string]any{}
	for _, data := range asked.Values {
		read, err := loader.LoadValues(strings.NewReader(string(data)))
		if err != nil {
			return nil, fmt.Errorf("failed to parse values: %w", err)
		}
		base = loader.MergeMaps(base, read)
	}
	for _, form := range []string{"set-json", "set", "set-string", "set-file", "set-literal"} {
		for _, given := range asked.Set {
			if string(given[0]) != form {
				continue
			}
			changed, err := assign4(form, string(given[1]), base)
			if err != nil {
				return nil, err
			}
			base = changed
		}
	}
	return base, nil
}

func assign4(form, given string, base map[string]any) (map[string]any, error) {
	var err error
	switch form {
	case "set-json":
		trimmed := strings.TrimSpace(given)
		if trimmed != "" && trimmed[0] == '{' {
			var read map[string]any
			if json.Unmarshal([]byte(trimmed), &read) != nil {
				return nil, fmt.Errorf("failed parsing --set-json data JSON: %s", given)
			}
			return loader.MergeMaps(base, read), nil
		}
		if strvals.ParseJSON(given, base) != nil {
			return nil, fmt.Errorf("failed parsing --set-json data %s", given)
		}
	case "set":
		err = strvals.ParseInto(given, base)
	case "set-string":
		err = strvals.ParseIntoString(given, base)
	case "set-file":
		err = strvals.ParseIntoFile(given, base, readFile)
	case "set-literal":
		err = strvals.ParseLiteralInto(given, base)
	}
	if err != nil {
		err = fmt.Errorf("failed parsing --%s data: %w", form, err)
	}
	return base, err
}

func check4(asked *request, loaded *chart.Chart) error {
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	var missing []string
	for _, required := range loaded.Metadata.Dependencies {
		found := false
		for _, child := range loaded.Dependencies() {
			found = found || child.Name() == required.Name
		}
		if !found {
			missing = append(missing, required.Name)
		}
	}
	if len(missing) > 0 {
		return errors.New("an error occurred while checking for chart dependencies. You may need to run " +
			"'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in " +
			"charts/ directory: " + strings.Join(missing, ", "))
	}
	if err := chartutil.ValidateReleaseName(asked.Release.Name); err != nil {
		return fmt.Errorf("release name check failed: release name %q: %w", asked.Release.Name, err)
	}
	return nil
}

// prepare goes as far as the values that templates see.
func (h helm4) prepare(asked *request) (*chart.Chart, common.Values, error) {
	caps := common.DefaultCapabilities.Copy()
	if asked.KubeVersion != "" {
		version, err := common.ParseKubeVersion(asked.KubeVersion)
		if err != nil {
			return nil, nil, fmt.Errorf("invalid kube version '%s': %w", asked.KubeVersion, err)
		}
		caps.KubeVersion = *version
	}
	caps.APIVersions = append(caps.APIVersions, asked.APIVersions...)
	given, err := h.userValues(asked)
	if err != nil {
		return nil, nil, err
	}
	loaded, err := h.load(asked)
	if err != nil {
		return nil, nil, err
	}
	if err := check4(asked, loaded); err != nil {
		return nil, nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, given); err != nil {
		return nil, nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	options := common.ReleaseOptions{Name: asked.Release.Name, Namespace: asked.Release.Namespace,
		Revision: 1, IsInstall: !asked.Release.Upgrade, IsUpgrade: asked.Release.Upgrade}
	values, err := util.ToRenderValuesWithSchemaValidation(loaded, given, options, caps, asked.SkipSchema)
	if err != nil {
		return nil, nil, err
	}
	needed := loaded.Metadata.KubeVersion
	if needed != "" && !chartutil.IsCompatibleRange(needed, caps.KubeVersion.String()) {
		return nil, nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s",
			needed, caps.KubeVersion.Version)
	}
	return loaded, values, nil
}

func (h helm4) files(asked *request) (*chart.Chart, map[string]string, error) {
	loaded, values, err := h.prepare(asked)
	if err != nil {
		return nil, nil, err
	}
	files, err := helmengine.Render(loaded, values)
	return loaded, files, err
}

func (h helm4) render(asked *request) (answer, error) {
	_, files, err := h.files(asked)
	return answer{Files: asTexts(files)}, err
}

func (h helm4) manifests(asked *request) (answer, error) {
	loaded, files, err := h.files(asked)
	if err != nil {
		return answer{}, err
	}
	notes := takeNotes(files, path.Join(loaded.Name(), "templates", "NOTES.txt"))
	hooks, sorted, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return answer{}, err
	}
	answered := answer{Files: map[string]text{"NOTES.txt": text(notes)}}
	var output output
	if asked.IncludeCRDs {
		for _, definition := range loaded.CRDObjects() {
			output.add(definition.Filename, string(definition.File.Data))
		}
	}
	for _, item := range sorted {
		output.add(item.Name, item.Content)
		made := manifest{Path: item.Name, Kind: item.Head.Kind, Content: text(item.Content)}
		if item.Head.Metadata != nil {
			made.Name = item.Head.Metadata.Name
		}
		answered.Manifests = append(answered.Manifests, made)
	}
	output.trim()
	for _, item := range hooks {
		output.add(item.Path, item.Manifest)
		made := hook{Path: item.Path, Kind: item.Kind, Name: item.Name, Weight: item.Weight,
			Content: text(item.Manifest)}
		for _, event := range item.Events {
			made.Events = append(made.Events, event.String())
		}
		answered.Hooks = append(answered.Hooks, made)
	}
	answered.Output = text(output.String())
	return answered, nil
}

func (h helm4) values(asked *request) (answer, error) {
	_, values, err := h.prepare(asked)
	if err != nil {
		return answer{}, err
	}
	return asJSON(values["Values"])
}

func (h helm4) set(asked *request) (answer, error) {
	given, err := h.userValues(asked)
	if err != nil {
		return answer{}, err
	}
	return asJSON(given)
}
