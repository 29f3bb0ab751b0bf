// helm-oracle answers what the engines of Helm 4.3.1 and Helm 3.22.0 make of a request: one JSON
// object a line on standard input, one a line, in the same order, on standard output. A request that
// ends the process (Go cannot recover from a full stack) or takes too long is answered with
// {"crash": reason}: the requests are answered by a second process, which this one starts anew.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	workerArgument  = "worker"
	requestTimeout  = 10 * time.Second
	stderrBytesKept = 400
	pipeBytes       = 1 << 20
)

// firstBytes keeps the start of what is written to it.
type firstBytes struct{ kept bytes.Buffer }

func (f *firstBytes) Write(data []byte) (int, error) {
	if left := stderrBytesKept - f.kept.Len(); left > 0 {
		f.kept.Write(data[:min(left, len(data))])
	}
	return len(data), nil
}

// worker is the second process.
type worker struct {
	command *exec.Cmd
	input   io.WriteCloser
	answers chan []byte // closed at the process's end
	errors  *firstBytes
}

func startWorker() (*worker, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	made := &worker{command: exec.Command(program, workerArgument), answers: make(chan []byte),
		errors: &firstBytes{}}
	made.command.Env = append(os.Environ(), "TZ=UTC", "GOGC=400")
	made.command.Stderr = made.errors
	if made.input, err = made.command.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := made.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := made.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		lines := bufio.NewReaderSize(output, pipeBytes)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				close(made.answers)
				return
			}
			made.answers <- line
		}
	}()
	return made, nil
}

func (w *worker) end() {
	w.input.Close()
	w.command.Process.Kill()
	for range w.answers {
	}
	w.command.Wait()
}

func crash(reason string) []byte {
	line, _ := json.Marshal(answer{Crash: reason})
	return append(line, '\n')
}

// ask answers the line; the worker is of no more use where it says false.
func (w *worker) ask(line []byte) ([]byte, bool) {
	// A worker that has died is found at the read.
	go w.input.Write(line)
	timer := time.NewTimer(requestTimeout)
	defer timer.Stop()
	select {
	case answered, alive := <-w.answers:
		if alive {
			return answered, true
		}
		w.command.Wait()
		text, _, _ := strings.Cut(strings.TrimSpace(w.errors.kept.String()), "\n\n")
		return crash("the process ended: " + text), false
	case <-timer.C:
		return crash(fmt.Sprint("no answer in ", requestTimeout)), false
	}
}

func supervise() error {
	input := bufio.NewReaderSize(os.Stdin, pipeBytes)
	output := bufio.NewWriter(os.Stdout)
	var current *worker
	defer func() {
		if current != nil {
			current.end()
		}
	}()
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("expected a line that ends: %w", err)
		}
		if current == nil {
			if current, err = startWorker(); err != nil {
				return err
			}
		}
		answered, alive := current.ask(line)
		if !alive {
			current.end()
			current = nil
		}
		if _, err := output.Write(answered); err != nil {
			return err
		}
		if input.Buffered() == 0 {
			if err := output.Flush(); err != nil {
				return err
			}
		}
	}
}

func main() {
	run := supervise
	if len(os.Args) > 1 && os.Args[1] == workerArgument {
		run = serve
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "helm-oracle:", err)
		os.Exit(1)
	}
}
