package main

import (
	"fmt"
	"strings"
)

// output is what `helm template` prints.
type output struct{ strings.Builder }

func (o *output) add(path, content string) {
	fmt.Fprintf(o, "---\n# Source: %s\n%s\n", path, content)
}

// trim is done before the hooks follow.
func (o *output) trim() {
	trimmed := strings.TrimSpace(o.String())
	o.Reset()
	o.WriteString(trimmed + "\n")
}

func asTexts(files map[string]string) map[string]text {
	texts := map[string]text{}
	for path, content := range files {
		texts[path] = text(content)
	}
	return texts
}

// takeNotes removes each NOTES.txt and answers the one at path.
func takeNotes(files map[string]string, path string) string {
	notes := files[path]
	for name := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	return notes
}
