package main

import (
	"encoding/json"

	"reconcile.dev/test/peers/lineserver"
)

type text = lineserver.Text

// request is one line of input. README.md of test/fuzz says what each member means.
type request struct {
	Op          string          `json:"op"`
	Profile     string          `json:"profile"`
	Files       map[string]text `json:"files"`
	Archive     text            `json:"archive"`
	Directory   bool            `json:"directory"`
	Values      []text          `json:"values"`
	Set         [][2]text       `json:"set"`
	Release     release         `json:"release"`
	KubeVersion string          `json:"kubeVersion"`
	APIVersions []string        `json:"apiVersions"`
	SkipSchema  bool            `json:"skipSchema"`
	IncludeCRDs bool            `json:"includeCrds"`
	Text        text            `json:"text"`
	Versions    []text          `json:"versions"`
	Constraints []text          `json:"constraints"`
}

type release struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Upgrade   bool   `json:"upgrade"`
}

type answer struct {
	Files     map[string]text `json:"files,omitempty"`
	Manifests []manifest      `json:"manifests,omitempty"`
	Hooks     []hook          `json:"hooks,omitempty"`
	Output    text            `json:"output,omitempty"`
	JSON      json.RawMessage `json:"json,omitempty"`
	YAML      text            `json:"yaml,omitempty"`
	Versions  []text          `json:"versions,omitempty"`
	Matches   []string        `json:"matches,omitempty"`
	Error     text            `json:"error,omitempty"`
	Crash     string          `json:"crash,omitempty"`
}

type manifest struct {
	Path    string `json:"path"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Content text   `json:"content"`
}

type hook struct {
	Path    string   `json:"path"`
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
	Events  []string `json:"events"`
	Weight  int      `json:"weight"`
	Content text     `json:"content"`
}
