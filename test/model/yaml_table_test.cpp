#include <catch2/catch.hpp>
#include <cmath>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/model/yaml_writer.hpp"
#include "test/model/yaml_table.hpp"

using namespace reconcile::model;
using table::Column;

namespace {

constexpr double required_ratio = 0.99;
constexpr double required_text_ratio = 0.98;

std::string go_float(double value) {
  if (std::isnan(value)) return R"({"$float":"NaN"})";
  if (std::isinf(value)) return value < 0 ? R"({"$float":"-Inf"})" : R"({"$float":"+Inf"})";
  std::string text;
  append_go_float(value, text);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

// The table's form of a v3 value.
void write_typed(Value value, std::string& out) {
  if (value.is_map()) {
    std::map<std::string, Value> sorted;
    for (std::size_t i = 0; i < value.size(); ++i) {
      sorted[std::string(value.key_at(i))] = value.value_at(i);
    }
    std::string separator = "{";
    out += sorted.empty() ? "{" : "";
    for (const auto& [key, child] : sorted) {
      out += separator;
      separator = ",";
      write_json_string(key, out, false);
      out += ':';
      write_typed(child, out);
    }
    out += '}';
  } else if (value.is_list()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      write_typed(value.at(i), out);
    }
    out += ']';
  } else if (value.kind() == Kind::floating) {
    out += go_float(*value.number());
  } else if (value.is_timestamp()) {
    out += "{\"$time\":\"" + std::string(value.text()) + "\"}";
  } else if (value.is_string() && value.node()->is_binary) {
    std::string json;
    write_json_string(value.text(), json, false);
    const bool valid = parse_json(json).root().text() == value.text();
    out += valid ? json : "{\"$bytes\":\"" + hex(value.text()) + "\"}";
  } else {
    write_json(value, out, {true, false, 0});
  }
}

// Go's encoder writes an invalid byte as an escape; a Value holds the character U+FFFD instead.
std::string replaced(std::string json) {
  for (std::size_t at; (at = json.find("\\ufffd")) != std::string::npos;) {
    json.replace(at, 6, "\xEF\xBF\xBD");
  }
  return json;
}

void check_v2(Value row, Column& column, Column& strict, Column& errors) {
  const std::string_view id = row["id"].text();
  const std::string_view in = row["in"].text();
  std::string found;
  bool failed = false;
  try {
    found = write_json(parse_yaml(in).root());
  } catch (const Error& error) {
    failed = true;
    found = error.what();
  }
  const bool wants_error = row.contains("v2_error");
  const std::string expected = replaced(std::string(row[wants_error ? "v2_error" : "v2"].text()));
  column.count(id, failed == wants_error && (failed || found == expected), expected, found);
  if (wants_error && failed) errors.count(id, found == expected, expected, found);
  if (wants_error) return;
  const bool wants_strict_error = row.contains("v2_strict_error");
  YamlOptions options;
  options.strict = true;
  bool strict_failed = false;
  try {
    parse_yaml(in, options);
  } catch (const Error&) {
    strict_failed = true;
  }
  strict.count(id, strict_failed == wants_strict_error, "", "");
}

void check_v3(Value row, Column& column, Column& errors) {
  YamlOptions options;
  options.dialect = YamlDialect::v3;
  options.to_json = false;
  std::string found;
  bool failed = false;
  try {
    write_typed(parse_yaml(row["in"].text(), options).root(), found);
  } catch (const Error& error) {
    failed = true;
    found = error.what();
  }
  const bool wants_error = row.contains("v3_error");
  const std::string expected(row[wants_error ? "v3_error" : "v3"].text());
  column.count(row["id"].text(), failed == wants_error && (failed || found == expected), expected,
               found);
  if (wants_error && failed && expected.substr(0, 5) == "yaml:") {
    errors.count(row["id"].text(), found == expected, expected, found);
  }
}

// All numbers as Go's encoding/json reads them into `any`; with `keep_integers` those that fit
// int64 stay integers.
Node as_go_numbers(Arena& arena, Value value, bool keep_integers) {
  if (value.is_list()) {
    Node list = make_list();
    for (std::size_t i = 0; i < value.size(); ++i) {
      append(arena, list, as_go_numbers(arena, value.at(i), keep_integers));
    }
    return list;
  }
  if (value.is_map()) {
    Node map = make_map();
    for (std::size_t i = 0; i < value.size(); ++i) {
      set(arena, map, value.key_at(i), as_go_numbers(arena, value.value_at(i), keep_integers));
    }
    return map;
  }
  if (!value.is_number()) return copy_node(arena, value);
  if (keep_integers && value.source() == "-0") return make_integer(0);
  if (keep_integers && value.kind() == Kind::integer && !value.is_unsigned()) {
    return make_integer(*value.integer());
  }
  return make_floating(*value.number());
}

struct NumberText {
  Value value;
};

// toYaml cuts one newline at the end.
std::string trimmed(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

template <class Write>
void check_writer(Column& column, Value row, const char* kind, Write write) {
  const std::string expected(row[kind].text());
  std::string found;
  try {
    found = trimmed(write());
  } catch (const Error&) {
    found.clear();  // the template functions swallow errors
  }
  column.count(row["id"].text(), found == expected, expected, found);
}

}  // namespace

namespace reconcile::model {

template <>
struct YamlAccess<NumberText> {
  static YamlShape shape(const NumberText& node) {
    if (node.value.is_map()) return YamlShape::map;
    return node.value.is_list() ? YamlShape::list : YamlShape::scalar;
  }
  static std::size_t size(const NumberText& node) { return node.value.size(); }
  static void scalar(const NumberText& node, YamlEmitter& emitter) {
    if (node.value.is_number()) return emitter.number_text(node.value.source());
    if (node.value.is_string()) return emitter.text(node.value.text());
    if (node.value.is_null()) return emitter.null();
    emitter.boolean(*node.value.boolean());
  }
  template <class Visit>
  static void each_item(const NumberText& list, Visit visit) {
    for (std::size_t i = 0; i < list.value.size(); ++i) visit(NumberText{list.value.at(i)});
  }
  template <class Visit>
  static void each_entry(const NumberText& map, Visit visit) {
    for (std::size_t i = 0; i < map.value.size(); ++i) {
      visit(map.value.key_at(i), NumberText{map.value.value_at(i)});
    }
  }
};

}  // namespace reconcile::model

namespace {

std::string written(Value value, YamlForm form, bool number_text) {
  std::string out;
  if (number_text) {
    YamlTreeWriter<NumberText>(out, form).write({value});
  } else {
    write_yaml_form(value, form, out);
  }
  return out;
}

}  // namespace

TEST_CASE("reads the reader table as the Go libraries do", "[model][yaml][corpus]") {
  Column v2{"v2"};
  Column strict{"v2 strict"};
  Column v3{"v3"};
  Column v2_errors{"v2 error texts"};
  Column v3_errors{"v3 error texts"};
  table::each_row("yaml/reader.jsonl", [&](Value row) {
    check_v2(row, v2, strict, v2_errors);
    check_v3(row, v3, v3_errors);
  });
  for (const Column* column : {&v2, &strict, &v3}) {
    column->print();
    CHECK(column->ratio() >= required_ratio);
  }
  for (const Column* column : {&v2_errors, &v3_errors}) {
    column->print();
    CHECK(column->ratio() >= required_text_ratio);
  }
}

TEST_CASE("writes the writer table as Helm's functions do", "[model][yaml][corpus]") {
  Column yaml{"to_yaml"};
  Column pretty{"to_yaml_pretty"};
  Column json{"to_json"};
  table::each_row("yaml/writer.jsonl", [&](Value row) {
    const bool number_text = row["num"].text() == "number";
    Arena arena;
    const Node node = number_text ? copy_node(arena, row["value"])
                                  : as_go_numbers(arena, row["value"], row["num"].text() == "int");
    const Value value(&node);
    check_writer(yaml, row, "to_yaml", [&] { return written(value, YamlForm::v2, number_text); });
    check_writer(pretty, row, "to_yaml_pretty",
                 [&] { return written(value, YamlForm::v3_wide, number_text); });
    JsonFormat format;
    format.source_numbers = number_text;
    check_writer(json, row, "to_json", [&] { return write_json(value, format); });
  });
  for (const Column* column : {&yaml, &pretty, &json}) {
    column->print();
    CHECK(column->ratio() >= required_ratio);
  }
}
