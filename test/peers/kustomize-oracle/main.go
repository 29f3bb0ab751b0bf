// kustomize-oracle answers what kustomize 5.8.2 (its library, krusty) makes of a tree of files: JSON
// lines, see lineserver. Nothing of this machine is read, no program is run.
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"path/filepath"

	"reconcile.dev/test/peers/lineserver"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type text = lineserver.Text

// request is one line of input.
type request struct {
	Files map[string]text `json:"files"`
	// Path is the folder to build; absent: the root of the files.
	Path string `json:"path"`
	// Unrestricted lets kustomizations read files outside of their folders.
	Unrestricted bool `json:"unrestricted"`
	// Reorder is "legacy" or, where absent, "none".
	Reorder string `json:"reorder"`
}

type answer struct {
	Output text `json:"output,omitempty"`
	Error  text `json:"error,omitempty"`
}

func build(asked *request) (text, error) {
	// The library keeps the schema of one build for the next.
	openapi.ResetOpenAPI()
	files := filesys.MakeFsInMemory()
	for name, content := range asked.Files {
		if err := files.WriteFile(filepath.Join("/", name), []byte(content)); err != nil {
			return "", err
		}
	}
	options := krusty.MakeDefaultOptions()
	if asked.Unrestricted {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	if asked.Reorder != "" {
		options.Reorder = krusty.ReorderOption(asked.Reorder)
	}
	objects, err := krusty.MakeKustomizer(options).Run(files, filepath.Join("/", asked.Path))
	if err != nil {
		return "", err
	}
	written, err := objects.AsYaml()
	return text(written), err
}

func main() {
	log.SetOutput(io.Discard)
	// What names no file is tried as a repository: git must not be found.
	os.Setenv("PATH", "")
	lineserver.Main(func(line []byte) (any, error) {
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return nil, err
		}
		output, err := build(&asked)
		if err != nil {
			return answer{Error: text(err.Error())}, nil
		}
		return answer{Output: output}, nil
	})
}
