// Package lineserver answers requests, one JSON object a line on standard input, with one a line, in
// the same order, on standard output. A request that ends the process (Go cannot recover from a full
// stack) or takes too long is answered with {"crash": reason}: the requests are answered by a second
// process, which this one starts anew.
package lineserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

const (
	workerArgument  = "worker"
	requestTimeout  = 10 * time.Second
	stderrBytesKept = 400
	pipeBytes       = 1 << 20
	// The real stack may grow to 1 GiB; no case that ends needs a quarter of it.
	stackBytesMax = 256 << 20
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
	line, _ := json.Marshal(map[string]string{"crash": reason})
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

// serve answers in the second process. A panic is an answer.
func serve(respond func(line []byte) (any, error)) error {
	debug.SetMaxStack(stackBytesMax)
	input := bufio.NewReaderSize(os.Stdin, pipeBytes)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return nil
		}
		answered, err := guarded(respond, line)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answered); err != nil {
			return err
		}
	}
}

func guarded(respond func(line []byte) (any, error), line []byte) (answered any, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			answered, err = map[string]string{"crash": fmt.Sprint("panic: ", panicked)}, nil
		}
	}()
	return respond(line)
}

// Main answers every request with what respond makes of its line, and ends the process. An error of
// respond says that the line is no request.
func Main(respond func(line []byte) (any, error)) {
	run := supervise
	if len(os.Args) > 1 && os.Args[1] == workerArgument {
		run = func() error { return serve(respond) }
	}
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}
