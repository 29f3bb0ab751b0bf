//go:build go1.22

package main

// Sprig has a function "any": the type is written out. This file is part of the tool, and is also compiled into each upstream package whose calls are
// recorded: there only its package line is another. It imports nothing but the standard library.

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"unicode/utf8"
)

const recordedDepthMax = 12

// recordCall appends one call of an upstream test as a JSON line: its arguments as data, and the
// names that this data has lost (methods, functions, channels).
func recordCall(call string, arguments ...interface{}) {
	path := os.Getenv("UPSTREAM_TABLES_OUT")
	if path == "" {
		return
	}
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Fprintf(os.Stderr, "not recorded: %s: %v\n", call, problem)
		}
	}()
	lost := map[string]bool{}
	values := []interface{}{}
	for _, argument := range arguments {
		values = append(values, recordedValue(reflect.ValueOf(argument), lost, 0))
	}
	line, err := json.Marshal(map[string]interface{}{"call": call, "arguments": values, "lost": lost})
	if err != nil {
		panic(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.Write(append(line, '\n'))
}

func recordedValue(value reflect.Value, lost map[string]bool, depth int) interface{} {
	if !value.IsValid() || depth > recordedDepthMax {
		return nil
	}
	if value.Kind() != reflect.Interface {
		for i := range value.Type().NumMethod() {
			lost[value.Type().Method(i).Name] = true
		}
	}
	switch value.Kind() {
	case reflect.Interface:
		return recordedValue(value.Elem(), lost, depth)
	case reflect.Pointer:
		if value.Type().Elem().Name() == "Chart" && !value.IsNil() {
			return recordedChart(value)
		}
		return recordedValue(value.Elem(), lost, depth+1)
	case reflect.Map:
		return recordedMap(value, lost, depth)
	case reflect.Slice, reflect.Array:
		return recordedList(value, lost, depth)
	case reflect.Struct:
		return recordedStruct(value, lost, depth)
	case reflect.String:
		return recordedText(value.String())
	case reflect.Bool:
		return value.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return value.Uint()
	case reflect.Float32, reflect.Float64:
		if _, err := json.Marshal(value.Float()); err != nil {
			return nil
		}
		return value.Float()
	}
	return nil
}

func recordedText(text string) interface{} {
	if utf8.ValidString(text) {
		return text
	}
	return map[string]interface{}{"base64": base64.StdEncoding.EncodeToString([]byte(text))}
}

func recordedMap(value reflect.Value, lost map[string]bool, depth int) interface{} {
	if value.IsNil() {
		return nil
	}
	entries := map[string]interface{}{}
	for _, key := range value.MapKeys() {
		text := fmt.Sprint(key.Interface())
		entries[strings.ToValidUTF8(text, "?")] = recordedValue(value.MapIndex(key), lost, depth+1)
	}
	return entries
}

func recordedList(value reflect.Value, lost map[string]bool, depth int) interface{} {
	if value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Uint8 {
		return recordedText(string(value.Bytes()))
	}
	if value.Kind() == reflect.Slice && value.IsNil() {
		return nil
	}
	items := []interface{}{}
	for i := range value.Len() {
		items = append(items, recordedValue(value.Index(i), lost, depth+1))
	}
	return items
}

func recordedStruct(value reflect.Value, lost map[string]bool, depth int) interface{} {
	fields := map[string]interface{}{}
	for i := range value.NumField() {
		field := value.Type().Field(i)
		switch field.Type.Kind() {
		case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
			lost[field.Name] = true
			continue
		}
		if !field.IsExported() {
			lost[field.Name] = true
			continue
		}
		fields[field.Name] = recordedValue(value.Field(i), lost, depth+1)
	}
	return fields
}

// recordedChart gives the files of a chart of Helm 3 or 4; its types are not imported here.
func recordedChart(chart reflect.Value) interface{} {
	files := map[string]interface{}{}
	addChartFiles(chart, "", files)
	return files
}

func addChartFiles(chart reflect.Value, prefix string, files map[string]interface{}) {
	fields := chart.Elem()
	metadata := map[string]interface{}{}
	text, err := json.Marshal(fields.FieldByName("Metadata").Interface())
	if err == nil {
		json.Unmarshal(text, &metadata)
	}
	for name, value := range map[string]interface{}{"apiVersion": "v2", "name": "c", "version": "0.1.0"} {
		if present, _ := metadata[name].(string); present == "" {
			metadata[name] = value
		}
	}
	files[prefix+"Chart.yaml"] = chartText(metadata)
	if values := fields.FieldByName("Values"); !values.IsNil() {
		files[prefix+"values.yaml"] = chartText(values.Interface())
	}
	if schema := fields.FieldByName("Schema"); schema.Len() > 0 {
		files[prefix+"values.schema.json"] = recordedText(string(schema.Bytes()))
	}
	for field, folder := range map[string]string{"Templates": "templates/", "Files": ""} {
		list := fields.FieldByName(field)
		for i := range list.Len() {
			file := list.Index(i).Elem()
			name := file.FieldByName("Name").String()
			if !strings.HasPrefix(name, folder) {
				name = folder + name
			}
			files[prefix+name] = recordedText(string(file.FieldByName("Data").Bytes()))
		}
	}
	children := chart.MethodByName("Dependencies").Call(nil)[0]
	for i := range children.Len() {
		child := children.Index(i)
		addChartFiles(child, fmt.Sprintf("%scharts/dependency%d/", prefix, i), files)
	}
}

func chartText(value interface{}) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "{}"
	}
	return string(text)
}
