package main

import (
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"
)

// text is a JSON string, or {"base64": …} where it is not UTF-8.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var encoded struct{ Base64 []byte }
		if err := json.Unmarshal(data, &encoded); err != nil {
			return err
		}
		*t = text(encoded.Base64)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{
		"base64": base64.StdEncoding.EncodeToString([]byte(t))})
}

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
