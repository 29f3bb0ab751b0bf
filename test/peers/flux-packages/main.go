// flux-packages answers what the packages that kustomize-controller 1.9.4 links do with a request:
// one JSON object a line on standard input, one JSON object a line on standard output.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	generator "github.com/fluxcd/pkg/kustomize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/yaml"
)

type request struct {
	Mode       string            `json:"mode"` // expand, object or build
	Text       string            `json:"text"` // the expression or the object's YAML
	Variables  map[string]string `json:"variables"`
	Strict     bool              `json:"strict"`
	Always     bool              `json:"always"`
	Root       string            `json:"root"`       // build: the source's root; is written to
	Path       string            `json:"path"`       // build: below root
	Unit       string            `json:"unit"`       // build: the Kustomization as YAML
	ConfigMaps []corev1.ConfigMap `json:"configMaps"` // build: what the cluster holds
	Secrets    []corev1.Secret    `json:"secrets"`
}

type answer struct {
	Output string `json:"output"`
	Error  string `json:"error,omitempty"`
}

// cluster serves Get of ConfigMaps and Secrets; every other call is a nil interface's.
type cluster struct {
	client.Client
	asked *request
}

func (c cluster) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	resource := "configmaps"
	switch object := into.(type) {
	case *corev1.ConfigMap:
		for _, held := range c.asked.ConfigMaps {
			if held.Name == key.Name && held.Namespace == key.Namespace {
				held.DeepCopyInto(object)
				return nil
			}
		}
	case *corev1.Secret:
		resource = "secrets"
		for _, held := range c.asked.Secrets {
			if held.Name == key.Name && held.Namespace == key.Namespace {
				held.DeepCopyInto(object)
				return nil
			}
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{Resource: resource}, key.Name)
}

func expand(asked *request) (string, error) {
	return envsubst.Eval(asked.Text, func(name string) (string, bool) {
		value, exists := asked.Variables[name]
		return value, exists || !asked.Strict
	})
}

func object(asked *request) (string, error) {
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	resource, err := factory.FromBytes([]byte(asked.Text))
	if err != nil {
		return "", err
	}
	inline := map[string]any{}
	for name, value := range asked.Variables {
		inline[name] = value
	}
	unit := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": map[string]any{"substitute": inline}}}}
	if _, err := generator.SubstituteVariables(context.Background(), cluster{asked: asked}, unit, resource,
		generator.SubstituteWithStrict(asked.Strict), generator.SubstituteWithAlways(asked.Always)); err != nil {
		return "", err
	}
	text, err := resource.AsYAML()
	return string(text), err
}

// build repeats the order of calls of the controller's build and apply (kustomization_controller.go).
func build(asked *request) (string, error) {
	unit := unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(asked.Unit), &unit.Object); err != nil {
		return "", err
	}
	directory := asked.Root + "/" + asked.Path
	if _, err := generator.NewGenerator(asked.Root, unit).WriteFile(directory); err != nil {
		return "", err
	}
	objects, err := generator.SecureBuild(asked.Root, directory, false)
	if err != nil {
		return "", fmt.Errorf("kustomize build failed: %w", err)
	}
	_, substitutes, _ := unstructured.NestedMap(unit.Object, "spec", "postBuild")
	strategy, _, _ := unstructured.NestedString(unit.Object, "spec", "postBuild", "substituteStrategy")
	for _, resource := range objects.Resources() {
		if !substitutes {
			break
		}
		changed, err := generator.SubstituteVariables(context.Background(), cluster{asked: asked}, unit, resource,
			generator.SubstituteWithStrict(asked.Strict), generator.SubstituteWithAlways(strategy == "Always"))
		if err != nil {
			return "", fmt.Errorf("post build failed for '%s/%s': %w", resource.GetGvk(), resource.GetName(), err)
		}
		if changed != nil {
			if _, err := objects.Replace(resource); err != nil {
				return "", err
			}
		}
	}
	text, err := objects.AsYaml()
	if err != nil {
		return "", err
	}
	read, err := ssautil.ReadObjects(strings.NewReader(string(text)))
	if err != nil {
		return "", err
	}
	labels, _, _ := unstructured.NestedStringMap(unit.Object, "spec", "commonMetadata", "labels")
	annotations, _, _ := unstructured.NestedStringMap(unit.Object, "spec", "commonMetadata", "annotations")
	if len(labels)+len(annotations) > 0 {
		ssautil.SetCommonMetadata(read, labels, annotations)
	}
	var output strings.Builder
	for index, item := range read {
		written, err := yaml.Marshal(item.Object)
		if err != nil {
			return "", err
		}
		if index > 0 {
			output.WriteString("---\n")
		}
		output.Write(written)
	}
	return output.String(), nil
}

func respond(asked *request) (answered answer) {
	defer func() {
		// The controller's runtime turns a panic into an error too.
		if panicked := recover(); panicked != nil {
			answered = answer{Error: fmt.Sprint("panic: ", panicked)}
		}
	}()
	modes := map[string]func(*request) (string, error){"expand": expand, "object": object, "build": build}
	output, err := modes[asked.Mode](asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Output: output}
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(input)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for decoder.More() {
		var asked request
		if err := decoder.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, "flux-packages:", err)
			os.Exit(1)
		}
		if err := encoder.Encode(respond(&asked)); err != nil {
			os.Exit(1)
		}
	}
}
