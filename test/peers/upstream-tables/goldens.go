package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// addGoldens reads the table of `helm template` of a Helm: commands and the files with their output.
func (c *collector) addGoldens(module, folder string) error {
	place, err := listed("{{.Dir}}", "-m", module)
	if err != nil {
		return err
	}
	folder = filepath.Join(place[0], folder)
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, "template_test.go"), nil, 0)
	if err != nil {
		return err
	}
	table := module + " template goldens"
	constants := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch found := node.(type) {
		case *ast.ValueSpec:
			if len(found.Values) == 1 {
				setConstant(constants, found.Names[0], found.Values[0])
			}
		case *ast.AssignStmt:
			setConstant(constants, found.Lhs[0], found.Rhs[0])
		case *ast.CompositeLit:
			c.addGolden(table, folder, constants, found)
		}
		return true
	})
	return nil
}

func setConstant(constants map[string]string, name, value ast.Expr) {
	written, isName := name.(*ast.Ident)
	if text, err := constantText(constants, value); isName && err == nil {
		constants[written.Name] = text
	}
}

func (c *collector) addGolden(table, folder string, constants map[string]string,
	literal *ast.CompositeLit) {
	fields := map[string]string{}
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		name, isName := pair.Key.(*ast.Ident)
		if text, err := constantText(constants, pair.Value); isName && err == nil {
			fields[name.Name] = text
		}
	}
	command, golden := fields["cmd"], fields["golden"]
	if golden == "" {
		return
	}
	words := splitWords(command)
	if len(words) == 0 || words[0] != "template" {
		c.drop(table, "not helm template")
		return
	}
	c.numbers[table]++
	c.cases = append(c.cases, tableCase{Table: table, Number: c.numbers[table], Arguments: words,
		Folder: folder, Golden: filepath.Join(folder, "testdata", golden)})
}

// constantText evaluates what the tables are written with: texts, names, Sprintf, Join and +.
func constantText(constants map[string]string, value ast.Expr) (string, error) {
	switch found := value.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(found.Value)
	case *ast.Ident:
		if text, known := constants[found.Name]; known {
			return text, nil
		}
	case *ast.BinaryExpr:
		left, err := constantText(constants, found.X)
		if err != nil {
			return "", err
		}
		right, err := constantText(constants, found.Y)
		return left + right, err
	case *ast.CallExpr:
		arguments := []string{}
		for _, argument := range found.Args {
			text, err := constantText(constants, argument)
			if err != nil {
				return "", err
			}
			arguments = append(arguments, text)
		}
		if selector, ok := found.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "Join" {
			return filepath.Join(arguments...), nil
		} else if ok && selector.Sel.Name == "Sprintf" {
			for _, argument := range arguments[1:] {
				arguments[0] = strings.Replace(arguments[0], "%s", argument, 1)
			}
			return arguments[0], nil
		}
	}
	return "", fmt.Errorf("expected a constant text")
}

// splitWords splits a command as a shell does, with single quotes alone.
func splitWords(command string) (words []string) {
	var word strings.Builder
	quoted, open := false, false
	for _, letter := range command {
		switch {
		case letter == '\'':
			quoted, open = !quoted, true
		case letter == ' ' && !quoted:
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(letter)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}
