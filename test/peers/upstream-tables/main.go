// upstream-tables prints, as JSON lines, the cases of the tests that the reproduced programs have:
// text/template, Sprig, semver, go-yaml and Helm's engine, values, --set and manifests. The tests'
// sources are read where Go keeps them, and run with their calls recorded; nothing of them is copied
// into the project, and their expectations are not used: both sides are asked the same.
// Run it in its own folder: the go command finds the modules there.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
)

func run() error {
	work, err := os.MkdirTemp("", "upstream-tables-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	records, err := recordedCalls(work)
	if err != nil {
		return err
	}
	collected := newCollector()
	for _, record := range records {
		collected.collect(record)
	}
	collected.addVersions()
	if err := collected.addGoldens("helm.sh/helm/v3", "cmd/helm"); err != nil {
		return err
	}
	if err := collected.addGoldens("helm.sh/helm/v4", "pkg/cmd"); err != nil {
		return err
	}
	return collected.print()
}

func (c *collector) print() error {
	output := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	for _, one := range c.cases {
		if err := encoder.Encode(one); err != nil {
			return err
		}
	}
	reasons := [][2]string{}
	for reason := range c.dropped {
		reasons = append(reasons, reason)
	}
	sort.Slice(reasons, func(i, j int) bool { return reasons[i][0] < reasons[j][0] })
	for _, reason := range reasons {
		line := tableCase{Table: reason[0], Number: c.dropped[reason], Dropped: reason[1]}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return output.Flush()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "upstream-tables:", err)
		os.Exit(1)
	}
}
