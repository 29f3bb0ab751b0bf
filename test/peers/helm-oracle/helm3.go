package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	helmengine "helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// helm3 repeats what `helm template` 3.22.0 does (cmd/helm/install.go, pkg/action/install.go) without
// the packages that talk to clusters and registries.
type helm3 struct{}

func (helm3) load(asked *request) (*chart.Chart, error) {
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
	var files []*loader.BufferedFile
	for name, data := range asked.Files {
		trimmed := bytes.TrimPrefix([]byte(data), []byte("\xEF\xBB\xBF"))
		files = append(files, &loader.BufferedFile{Name: name, Data: trimmed})
	}
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	return loader.LoadFiles(files)
}

// userValues is Options.MergeValues of pkg/cli/values.
func (helm3) userValues(asked *request) (map[string]any, error) {
	base := map[string]any{}
	for _, data := range asked.Values {
		read := map[string]any{}
		if err := yaml.Unmarshal([]byte(data), &read); err != nil {
			return nil, fmt.Errorf("failed to parse values: %w", err)
		}
		base = mergeMaps3(base, read)
	}
	for _, form := range []string{"set-json", "set", "set-string", "set-file", "set-literal"} {
		for _, given := range asked.Set {
			if string(given[0]) != form {
				continue
			}
			changed, err := assign3(form, string(given[1]), base)
			if err != nil {
				return nil, err
			}
			base = changed
		}
	}
	return base, nil
}

// mergeMaps3 is mergeMaps of pkg/cli/values.
func mergeMaps3(a, b map[string]any) map[string]any {
	merged := maps.Clone(a)
	for key, value := range b {
		over, isMap := value.(map[string]any)
		under, wasMap := merged[key].(map[string]any)
		if isMap && wasMap {
			merged[key] = mergeMaps3(under, over)
		} else {
			merged[key] = value
		}
	}
	return merged
}

func assign3(form, given string, base map[string]any) (map[string]any, error) {
	var err error
	switch form {
	case "set-json":
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

func check3(asked *request, loaded *chart.Chart) error {
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
		return fmt.Errorf("release name %q: %w", asked.Release.Name, err)
	}
	return nil
}

// prepare goes as far as the values that templates see.
func (h helm3) prepare(asked *request) (*chart.Chart, chartutil.Values, error) {
	caps := chartutil.DefaultCapabilities.Copy()
	if asked.KubeVersion != "" {
		version, err := chartutil.ParseKubeVersion(asked.KubeVersion)
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
	if err := check3(asked, loaded); err != nil {
		return nil, nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, given); err != nil {
		return nil, nil, err
	}
	options := chartutil.ReleaseOptions{Name: asked.Release.Name, Namespace: asked.Release.Namespace,
		Revision: 1, IsInstall: !asked.Release.Upgrade, IsUpgrade: asked.Release.Upgrade}
	values, err := chartutil.ToRenderValuesWithSchemaValidation(loaded, given, options, caps, asked.SkipSchema)
	if err != nil {
		return nil, nil, err
	}
	needed := loaded.Metadata.KubeVersion
	if needed != "" && !chartutil.IsCompatibleRange(needed, caps.KubeVersion.String()) {
		return nil, nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s",
			needed, caps.KubeVersion.String())
	}
	return loaded, values, nil
}

func (h helm3) files(asked *request) (*chart.Chart, map[string]string, error) {
	loaded, values, err := h.prepare(asked)
	if err != nil {
		return nil, nil, err
	}
	files, err := helmengine.Render(loaded, values)
	return loaded, files, err
}

func (h helm3) render(asked *request) (answer, error) {
	_, files, err := h.files(asked)
	return answer{Files: asTexts(files)}, err
}

func (h helm3) manifests(asked *request) (answer, error) {
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

func (h helm3) values(asked *request) (answer, error) {
	_, values, err := h.prepare(asked)
	if err != nil {
		return answer{}, err
	}
	return asJSON(values["Values"])
}

func (h helm3) set(asked *request) (answer, error) {
	given, err := h.userValues(asked)
	if err != nil {
		return answer{}, err
	}
	return asJSON(given)
}
