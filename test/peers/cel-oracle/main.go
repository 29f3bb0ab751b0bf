// cel-oracle answers what cel-go 0.27.0 makes of an expression in the environment that
// fluxcd/pkg runtime v0.110.1 (runtime/cel/expression.go) builds for every expression of Flux: JSON
// lines, see lineserver. With {"conformance": true} it lists the expressions of the conformance
// tests of cel.dev/expr instead, read from Go's module cache.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/ext"
	"reconcile.dev/test/peers/lineserver"
)

// request is one line of input.
type request struct {
	Conformance bool `json:"conformance"`
	// Check compiles with the declared variables; otherwise only the syntax is read.
	Check      bool     `json:"check"`
	Variables  []string `json:"variables"`
	Expression string   `json:"expression"`
	// Data holds the variables. Integers that fit int64 are such, other numbers float64.
	Data json.RawMessage `json:"data"`
}

// answer has a stage: "compile", "program" and "evaluate" failed with Error, "value" is one.
type answer struct {
	Stage string `json:"stage,omitempty"`
	// Static is the type that the checker found.
	Static string `json:"static,omitempty"`
	Type   string `json:"type,omitempty"`
	Text   string `json:"text,omitempty"`
	Error  string `json:"error,omitempty"`
	// Expressions are those of the conformance tests.
	Expressions []string `json:"expressions,omitempty"`
}

func environment(asked *request) (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.HomogeneousAggregateLiterals(),
		cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.OptionalTypes(),
		ext.Strings(),
		ext.Sets(),
		ext.Encoders(),
	}
	if asked.Check {
		for _, name := range asked.Variables {
			options = append(options, cel.Variable(name, cel.ObjectType("google.protobuf.Struct")))
		}
	}
	return cel.NewEnv(options...)
}

// whole makes int64 of numbers that are such, as Kubernetes' unstructured objects hold them.
func whole(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		for key, item := range typed {
			typed[key] = whole(item)
		}
	case []any:
		for i, item := range typed {
			typed[i] = whole(item)
		}
	case json.Number:
		if integer, err := typed.Int64(); err == nil {
			return integer
		}
		number, _ := typed.Float64()
		return number
	}
	return value
}

func variables(data json.RawMessage) (map[string]any, error) {
	read := map[string]any{}
	if len(data) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		if err := decoder.Decode(&read); err != nil {
			return nil, err
		}
	}
	whole(read)
	return read, nil
}

var escapes = regexp.MustCompile(`\\\\|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}`)

// plain writes characters that strconv.Quote holds unprintable as they are.
func plain(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		if escape == `\\` {
			return escape
		}
		character, _ := strconv.ParseUint(escape[2:], 16, 32)
		return string(rune(character))
	})
}

// program is env.Program, where a panic is an error.
func program(env *cel.Env, tree *cel.Ast) (made cel.Program, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("internal error: %v", panicked)
		}
	}()
	return env.Program(tree, cel.EvalOptions(cel.OptOptimize), cel.InterruptCheckFrequency(100))
}

func evaluate(asked *request) (answer, error) {
	data, err := variables(asked.Data)
	if err != nil {
		return answer{}, err
	}
	env, err := environment(asked)
	if err != nil {
		return answer{}, err
	}
	compile := env.Parse
	if asked.Check {
		compile = env.Compile
	}
	tree, issues := compile(asked.Expression)
	if issues != nil {
		return answer{Stage: "compile", Error: issues.String()}, nil
	}
	static := tree.OutputType().String()
	runnable, err := program(env, tree)
	if err != nil {
		return answer{Stage: "program", Static: static, Error: err.Error()}, nil
	}
	value, _, err := runnable.Eval(data)
	if err != nil {
		return answer{Stage: "evaluate", Static: static, Error: err.Error()}, nil
	}
	return answer{Stage: "value", Static: static, Type: value.Type().TypeName(),
		Text: plain(types.Format(value))}, nil
}

func main() {
	lineserver.Main(func(line []byte) (any, error) {
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			return nil, err
		}
		if asked.Conformance {
			return conformance()
		}
		return evaluate(&asked)
	})
}
