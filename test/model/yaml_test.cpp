#include "reconcile/model/yaml.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile::model;

namespace {

YamlOptions v3_options() {
  YamlOptions options;
  options.dialect = YamlDialect::v3;
  return options;
}

std::string read(std::string_view text, const YamlOptions& options = {}) {
  return write_json(parse_yaml(text, options).root());
}

struct Failed {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

Failed failure(std::string_view text, const YamlOptions& options = {}) {
  try {
    parse_yaml(text, options);
  } catch (const Error& error) {
    return {error.code(), error.message()};
  }
  return {};
}

}  // namespace

TEST_CASE("resolves words and numbers by dialect", "[model][yaml]") {
  const char* const text = "{a: yes, b: 0755, c: 0o17, d: 1_000, e: 1e3, f: ~, g: 2001-01-01}";
  CHECK(read(text) == R"({"a":true,"b":493,"c":15,"d":1000,"e":1000,"f":null,"g":"2001-01-01"})");
  CHECK(read(text, v3_options()) == R"({"a":"yes","b":493,"c":15,"d":1000,"e":1000,"f":null,)"
                                    R"("g":"2001-01-01T00:00:00Z"})");
  CHECK(read("on: 1\n1: a\n1.5: b\n") == R"({"1":"a","1.5":"b","true":1})");
}

TEST_CASE("merges maps in the order of each dialect", "[model][yaml]") {
  const char* const text = "b: &b {x: 1, z: 2}\nc:\n  x: 0\n  <<: *b\n  z: 3\n";
  CHECK(read(text) == R"({"b":{"x":1,"z":2},"c":{"x":1,"z":3}})");
  CHECK(read(text, v3_options()) == R"({"b":{"x":1,"z":2},"c":{"x":0,"z":3}})");
  CHECK(failure("<<: 1\n").message ==
        "yaml: map merge requires map or sequence of maps as the value");
}

TEST_CASE("treats duplicate keys as each reader does", "[model][yaml]") {
  CHECK(read("a: 1\na: 2\n") == R"({"a":2})");
  YamlOptions strict;
  strict.strict = true;
  CHECK(failure("a: 1\na: 2\n", strict).message ==
        "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map");
  CHECK(failure("a: 1\n\na: 2\n", v3_options()).message ==
        "yaml: unmarshal errors:\n  line 3: mapping key \"a\" already defined at line 1");
}

TEST_CASE("reports errors in go-yaml's words", "[model][yaml]") {
  CHECK(failure("a: b: c\n").message == "yaml: mapping values are not allowed in this context");
  CHECK(failure("a: 1\nb: [1\n").message == "yaml: line 2: did not find expected ',' or ']'");
  CHECK(failure("a: *x\n").message == "yaml: unknown anchor 'x' referenced");
  CHECK(failure("a: &a [*a]\n").message == "yaml: anchor 'a' value contains itself");
  CHECK(failure("a: !!int x\n").message == "yaml: cannot decode !!str `x` as a !!int");
  CHECK(failure("a: .inf\n").message == "json: unsupported value: +Inf");
  CHECK(failure("a: \"\\/\"\n").message == "yaml: found unknown escape character");
  CHECK(read("a: \"it\\'s \\'x\\'\"\nb: \"\\'\"\n") == R"({"a":"it's 'x'","b":"'"})");
}

TEST_CASE("reads every document of a stream", "[model][yaml]") {
  const auto documents = parse_yaml_stream("---\na: 1\n---\n# none\n---\n- 2\n...\n");
  REQUIRE(documents.size() == 2);
  CHECK(documents[0]["a"].integer() == 1);
  CHECK(documents[1].root().at(0).integer() == 2);
  YamlOptions all;
  all.keep_empty = true;
  CHECK(parse_yaml_stream("---\na: 1\n---\n# none\n---\n- 2\n...\n", all).size() == 3);
  CHECK(parse_yaml_stream("~\n---\na: 1\n", all).at(0).root().is_null());
  CHECK(parse_yaml_stream("# none\n", all).empty());
  CHECK(parse_yaml("").root().is_null());
  CHECK(parse_yaml("").present());
  CHECK(parse_yaml(std::string_view()).root().is_null());
}

TEST_CASE("keeps source and style of scalars", "[model][yaml]") {
  const Document document = parse_yaml("a: 0x1F\nb: 'q'\nc: |\n  t\n", v3_options());
  CHECK(document["a"].integer() == 31);
  CHECK(document["a"].source() == "0x1F");
  CHECK(document["b"].node()->style == Style::single_quoted);
  CHECK(document["c"].node()->style == Style::literal);
  CHECK(find(*document.root().node(), "c") != nullptr);
  CHECK(document.root().node()->entries[2].line == 3);
}

TEST_CASE("refuses alias bombs", "[model][yaml]") {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int k = 0; k < 8; ++k) bomb += "," + last;
    bomb += "]\n";
  }
  for (const YamlOptions& options : {YamlOptions(), v3_options()}) {
    const Failed failed = failure(bomb, options);
    CHECK(failed.code == ErrorCode::limit_exceeded);
    CHECK(failed.message == "yaml: document contains excessive aliasing");
  }
}

TEST_CASE("bounds depth, also through aliases", "[model][yaml]") {
  CHECK(failure(std::string(2000, '[') + std::string(2000, ']')).code != ErrorCode::internal);
  std::string chain = "- &a0 [x]\n";
  for (int i = 1; i < 3000; ++i) {
    chain += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK(failure(chain).code == ErrorCode::limit_exceeded);
}

TEST_CASE("bounds bytes and nodes", "[model][yaml]") {
  YamlOptions options;
  options.limits.bytes_max = 4;
  CHECK(failure("a: 12", options).code == ErrorCode::limit_exceeded);
  options = {};
  options.limits.nodes_max = 10;
  CHECK(failure("[1,2,3,4,5,6,7,8,9,10]", options).code == ErrorCode::limit_exceeded);
}

TEST_CASE("survives damaged input", "[model][yaml]") {
  const std::string seed =
      "a: &x [1, \"two\\n\", 'three']\nb: {c: *x, <<: {d: !!str 4}}\ne: |-\n  f\n";
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string text = seed;
    for (int k = 0; k < 3; ++k) text[random() % text.size()] = static_cast<char>(random() % 256);
    for (const YamlOptions& options : {YamlOptions(), v3_options()}) {
      try {
        const Document document = parse_yaml(text, options);
        std::string out;
        write_yaml_form(document.root(), YamlForm::v3_wide, out);
      } catch (const Error&) {
        continue;
      }
    }
  }
  SUCCEED();
}
