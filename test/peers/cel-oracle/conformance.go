package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	conformancetest "cel.dev/expr/conformance/test"
	// The tests hold values of these messages.
	_ "cel.dev/expr/conformance/proto2"
	_ "cel.dev/expr/conformance/proto3"
	"google.golang.org/protobuf/encoding/prototext"
)

const conformanceFolder = "cel.dev/expr@v0.25.1/tests/simple/testdata"

// moduleCache is where `go env GOMODCACHE` points unless go env -w changed it.
func moduleCache() string {
	if folder := os.Getenv("GOMODCACHE"); folder != "" {
		return folder
	}
	if folder := os.Getenv("GOPATH"); folder != "" {
		return filepath.Join(filepath.SplitList(folder)[0], "pkg", "mod")
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, "go", "pkg", "mod")
}

// conformance lists the expressions that need no variables and no container of names.
func conformance() (answer, error) {
	paths, err := filepath.Glob(filepath.Join(moduleCache(), conformanceFolder, "*.textproto"))
	if err != nil || len(paths) == 0 {
		return answer{}, fmt.Errorf("expected tests in %s below %s", conformanceFolder, moduleCache())
	}
	var found []string
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.Contains(strings.TrimSuffix(name, ".textproto"), "proto") || strings.HasPrefix(name, "enums") {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return answer{}, err
		}
		var file conformancetest.SimpleTestFile
		if err := prototext.Unmarshal(content, &file); err != nil {
			return answer{}, fmt.Errorf("%s: %w", path, err)
		}
		for _, section := range file.GetSection() {
			for _, test := range section.GetTest() {
				if len(test.GetBindings()) == 0 && test.GetContainer() == "" {
					found = append(found, test.GetExpr())
				}
			}
		}
	}
	return answer{Expressions: found}, nil
}
