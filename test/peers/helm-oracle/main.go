// helm-oracle answers what the engines of Helm 4.3.1 and Helm 3.22.0 make of a request: JSON lines,
// see lineserver.
package main

import (
	"encoding/json"
	"io"
	"log"
	"log/slog"

	"reconcile.dev/test/peers/lineserver"
)

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	lineserver.Main(func(line []byte) (any, error) {
		asked := request{Release: release{Name: "release-name", Namespace: "default"}}
		if err := json.Unmarshal(line, &asked); err != nil {
			return nil, err
		}
		return respond(&asked), nil
	})
}
