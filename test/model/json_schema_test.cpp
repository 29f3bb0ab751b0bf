#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/json_schema.hpp"
#include "test/model/yaml_table.hpp"

using namespace reconcile::model;

namespace {

/// Missing in 2019-09 and 2020-12: metaschemas with vocabularies of their own, and \p{Letter},
/// which RE2 knows as \p{L} alone.
constexpr double required_ratio = 0.995;

/// Debian's package, which ends at draft 7; a checkout of the suite has the later drafts too.
std::filesystem::path suite_path() {
  const char* given = std::getenv("RECONCILE_JSON_SCHEMA_SUITE");
  return given == nullptr ? "/usr/share/json-schema-test-suite" : given;
}
const std::filesystem::path suite = suite_path();

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The suite's schemas do not name their draft.
Document with_draft(Value schema, const std::string& url) {
  auto arena = std::make_shared<Arena>();
  Node* const root = arena->new_node();
  *root = copy_node(*arena, schema);
  if (schema.is_map() && !schema.contains("$schema")) {
    set(*arena, *root, "$schema", make_string(*arena, url));
  }
  return {arena, Value(root)};
}

std::optional<Document> load_remote(std::string_view url) {
  const std::string_view prefix = "http://localhost:1234/";
  if (url.substr(0, prefix.size()) != prefix) return std::nullopt;
  const std::filesystem::path path = suite / "remotes" / std::string(url.substr(prefix.size()));
  if (!std::filesystem::exists(path)) return std::nullopt;
  return parse_json(read(path));
}

void run_case(Value group, const std::string& url, const std::string& file, table::Column& column) {
  for (std::size_t i = 0; i < group["tests"].size(); ++i) {
    const Value test = group["tests"].at(i);
    const bool expected = test["valid"].boolean().value();
    std::string found = "error";
    try {
      const JsonSchema schema(with_draft(group["schema"], url), load_remote);
      found = schema.validate(test["data"]).empty() ? "valid" : "invalid";
    } catch (const Error& error) {
      found = error.what();
    }
    const std::string id = file + ": " + std::string(group["description"].text()) + ": " +
                           std::string(test["description"].text());
    column.count(id, found == (expected ? "valid" : "invalid"), expected ? "valid" : "invalid",
                 found);
    if (is_surely_valid(with_draft(group["schema"], url).root(), test["data"])) {
      INFO(id);
      CHECK(found == "valid");
    }
  }
}

std::string error_text(std::string_view schema, std::string_view data) {
  const JsonSchema compiled(parse_json(schema));
  const Document instance = parse_json(data);
  return schema_error_text(compiled.validate(instance.root()));
}

}  // namespace

TEST_CASE("passes the official suite of each draft", "[model][json_schema][suite]") {
  const std::pair<const char*, const char*> drafts[] = {
      {"draft4", "http://json-schema.org/draft-04/schema#"},
      {"draft6", "http://json-schema.org/draft-06/schema#"},
      {"draft7", "http://json-schema.org/draft-07/schema#"},
      {"draft2019-09", "https://json-schema.org/draft/2019-09/schema"},
      {"draft2020-12", "https://json-schema.org/draft/2020-12/schema"},
  };
  for (const auto& [draft, url] : drafts) {
    const std::filesystem::path folder = suite / "tests" / draft;
    if (!std::filesystem::exists(folder)) {
      std::cout << draft << ": not installed\n";
      continue;
    }
    table::Column column{draft};
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".json") continue;
      const Document groups = parse_json(read(entry.path()));
      for (std::size_t i = 0; i < groups.root().size(); ++i) {
        run_case(groups.root().at(i), url, entry.path().filename().string(), column);
      }
    }
    column.print();
    CHECK(column.ratio() >= required_ratio);
  }
}

namespace {

struct ErrorCase {
  const char* schema;
  const char* data;
  const char* expected;
};

// Texts of santhosh-tekuri/jsonschema 6.0.3.
const ErrorCase error_cases[] = {
    {R"j({"minimum":1234567})j", R"j(1000.5)j",
     "- at '': minimum: got 1,000.5, want 1.234567 × 10⁰⁶"},
    {R"j({"maximum":5})j", R"j(1e+21)j", "- at '': maximum: got 1 × 10²¹, want 5"},
    {R"j({"maximum":0.0001})j", R"j(12345678.9)j",
     "- at '': maximum: got 1.23456789 × 10⁰⁷, want 0.0001"},
    {R"j({"minLength":12345})j", R"j("abc")j", "- at '': minLength: got 3, want 12,345"},
    {R"j({"properties":{"a":{"allOf":[{"type":"string"},{"enum":[1,"x",null,1.5]}]},"b'/~":{")j"
     R"j(type":["string","null"]}},"required":["x","y"],"additionalProperties":false})j",
     R"j({"a":1,"b'/~":[],"zz":1})j",
     "- at '': missing properties 'x', 'y'\n"
     "- at '/a': 'allOf' failed\n"
     "  - at '/a': got number, want string\n"
     "- at '/b\\'~1~0': got array, want null or string\n"
     "- at '': additional properties 'zz' not allowed"},
    {R"j({"properties":{"a":{"$ref":"#/$defs/p"}},"$defs":{"p":{"type":"integer","const":{"a")j"
     R"j(:1}}}})j",
     R"j({"a":1.5})j", "- at '/a': got number, want integer"},
    {R"j({"$schema":"http://json-schema.org/draft-07/schema#","properties":{"a":{"format":"ip)j"
     R"j(v4"},"b":{"pattern":"^a\"'\\d$"}}})j",
     R"j({"a":"1.2.3","b":"x\n"})j",
     "- at '/a': '1.2.3' is not valid ipv4: expected four decimals\n"
     "- at '/b': 'x\\n' does not match pattern '^a\"\\'\\\\d$'"},
    {R"j({"oneOf":[{"type":"string"},{"type":"number"},{"anyOf":[{"const":5},{"const":6.0}]}])j"
     R"j(,"not":{}})j",
     R"j(5)j",
     "- at '': 'not' failed\n"
     "- at '': 'oneOf' failed, subschemas 1, 2 matched"},
    {R"j({"propertyNames":{"maxLength":1},"contains":{"const":1},"items":{"$ref":"#/$defs/x"})j"
     R"j(,"$defs":{"x":{"minimum":3,"multipleOf":0.5}}})j",
     R"j([2,2.2])j",
     "- at '/0': minimum: got 2, want 3\n"
     "- at '/1': validation failed\n"
     "  - at '/1': minimum: got 2.2, want 3\n"
     "  - at '/1': multipleOf: got 2.2, want 0.5\n"
     "- at '': no items match contains schema\n"
     "  - at '/0': value must be 1\n"
     "  - at '/1': value must be 1"},
    {R"j({"propertyNames":{"maxLength":1}})j", R"j({"ab":1})j",
     "- at '': invalid propertyName 'ab'\n"
     "  - at '': maxLength: got 2, want 1"},
    {R"j({"uniqueItems":true,"maxItems":1,"items":false})j", R"j([1,1.0])j",
     "- at '': maxItems: got 2, want 1\n"
     "- at '': items at 0 and 1 are equal\n"
     "- at '/0': false schema\n"
     "- at '/1': false schema"},
    {R"j({"dependentRequired":{"a":["b"]},"unevaluatedProperties":false,"if":{"required":["a")j"
     R"j(]},"then":{"minProperties":3}})j",
     R"j({"a":1,"c":2})j",
     "- at '': properties 'b' required, if 'a' exists\n"
     "- at '': minProperties: got 2, want 3\n"
     "- at '/a': false schema\n"
     "- at '/c': false schema"},
    {R"j({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"v":{"type":"i)j"
     R"j(nteger"},"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["v"],")j"
     R"j(unevaluatedProperties":false}}})j",
     R"j({"v":1,"kids":[{"v":"x"},{"kids":[]},{"v":1,"w":2}]})j",
     "- at '': validation failed\n"
     "  - at '/kids/0/v': got string, want integer\n"
     "  - at '/kids/1': missing property 'v'\n"
     "  - at '/kids/2/w': false schema"},
    {R"j({"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"p)j"
     R"j(roperties":{"a":{"$recursiveRef":"#"},"n":{"type":"number"}},"unevaluatedProperties")j"
     R"j(:false})j",
     R"j({"a":{"n":"x"}})j", "- at '/a/n': got string, want number"},
    {R"j({"$id":"https://x/tree","$dynamicAnchor":"node","type":"object","properties":{"data")j"
     R"j(:true,"children":{"type":"array","items":{"$dynamicRef":"#node"}}}})j",
     R"j({"children":[{"children":5}]})j", "- at '/children/0/children': got number, want array"},
    {R"j({"$id":"https://x/strict","$ref":"tree","$dynamicAnchor":"node","unevaluatedProperti)j"
     R"j(es":false,"$defs":{"t":{"$id":"tree","$dynamicAnchor":"node","type":"object","proper)j"
     R"j(ties":{"data":true,"children":{"type":"array","items":{"$dynamicRef":"#node"}}}}}})j",
     R"j({"children":[{"daat":5}]})j",
     "- at '/children/0/daat': false schema\n"
     "- at '/children': false schema"},
    {R"j({"allOf":[{"properties":{"a":true}}],"anyOf":[{"properties":{"b":true}},{"properties)j"
     R"j(":{"c":true},"required":["c"]}],"unevaluatedProperties":{"type":"string"}})j",
     R"j({"a":1,"b":2,"c":3,"d":4})j", "- at '/d': got number, want string"},
    {R"j({"prefixItems":[{"const":1}],"contains":{"type":"string"},"unevaluatedItems":false})j",
     R"j([1,"a",3])j", "- at '/2': false schema"},
    {R"j({"prefixItems":[{"const":1}],"contains":{"type":"string"},"minContains":2,"maxContai)j"
     R"j(ns":3})j",
     R"j([1,"a",3])j",
     "- at '': min 2 items required to match contains schema, but matched 1 items at 1\n"
     "  - at '/0': got number, want string\n"
     "  - at '/2': got number, want string"},
    {R"j({"prefixItems":[{"const":1}],"contains":{"type":"string"},"minContains":0,"maxContai)j"
     R"j(ns":1})j",
     R"j([1,"a","b"])j",
     "- at '': max 1 items required to match contains schema, but matched 2 items at 1 2"},
    {R"j({"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}],"ad)j"
     R"j(ditionalItems":false,"dependencies":{"a":["b"]}})j",
     R"j(["x",1,2])j", "- at '': last 2 additionalItem(s) not allowed"},
    {R"j({"$schema":"http://json-schema.org/draft-04/schema#","minimum":3,"exclusiveMinimum":)j"
     R"j(true,"id":"http://a/b"})j",
     R"j(3)j", "- at '': exclusiveMinimum: got 3, want 3"},
    {R"j({"enum":[{"a":1},2]})j", R"j(3)j", "- at '': 'enum' failed"},
    {R"j({"type":"object","properties":{"replicas":{"type":"integer","minimum":1}}})j",
     R"j({"replicas":0.5})j", "- at '/replicas': got number, want integer"},
    {R"j({"$anchor":"r","properties":{"x":{"$ref":"#r"},"y":{"const":"Ünï\t€"}},"maxPropertie)j"
     R"j(s":1})j",
     R"j({"x":{"x":{"y":1}}})j", "- at '/x/x/y': value must be 'Ünï\\t€'"},
    {R"j({"multipleOf":0.01})j", R"j(19.995)j", "- at '': multipleOf: got 19.995, want 0.01"},
    {R"j({"if":{"properties":{"k":{"const":"x"}}},"then":{"required":["q"]},"else":{"required)j"
     R"j(":["r","s"]}})j",
     R"j({"k":"y"})j", "- at '': missing properties 'r', 's'"},
};

}  // namespace

TEST_CASE("words violations as the Go library does", "[model][json_schema]") {
  for (const ErrorCase& row : error_cases) {
    INFO(row.schema);
    CHECK(error_text(row.schema, row.data) == row.expected);
  }
}

TEST_CASE("refuses schemas that their metaschema or the text forbids", "[model][json_schema]") {
  for (const char* schema : {R"({"type":5})", R"({"$ref":"#/foo"})", R"({"required":"a"})",
                             R"({"properties":{"a":{"pattern":"("}}})",
                             R"({"$ref":"https://example.com/absent.json"})"}) {
    INFO(schema);
    CHECK_THROWS_AS(JsonSchema(parse_json(schema)), Error);
  }
  CHECK(error_text(R"({"$ref":"urn:example:absent"})", "5").empty());
}

TEST_CASE("does not follow references in circles", "[model][json_schema]") {
  constexpr const char* circle = R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}})";
  CHECK(error_text(circle, "5") == "- at '': a reference cycle was found");
  // A failure of its place, like any other.
  CHECK(error_text(R"({"not":{"$ref":"#"}})", "5").empty());
}
