package lineserver

import (
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"
)

// Text is a JSON string, or {"base64": …} where it is not UTF-8.
type Text string

func (t *Text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var encoded struct{ Base64 []byte }
		if err := json.Unmarshal(data, &encoded); err != nil {
			return err
		}
		*t = Text(encoded.Base64)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{
		"base64": base64.StdEncoding.EncodeToString([]byte(t))})
}
